"""Pages of meetings."""

from __future__ import annotations

from django.urls import path

from zhibu.orglife.meetings.views import arrival, exports, lists, meeting, papers, parts, plan, reading

app_name = "meetings"

urlpatterns = [
    path("", lists.meeting_list, name="list"),
    path("export/", exports.export, name="export"),
    path("add/", lists.add, name="add"),
    path("talks/add/", lists.talk, name="talk"),
    path("plan/", plan.plan, name="plan"),
    path("plan/make/", plan.plan_make, name="plan_make"),
    path("plan/paper.<str:ending>", plan.plan_paper, name="plan_paper"),
    path("plan/<str:public_id>/", plan.plan_line, name="plan_line"),
    path("make-ups/", plan.make_ups, name="make_ups"),
    path("tasks/", plan.tasks, name="tasks"),
    path("tasks/<str:public_id>/", plan.close_task, name="close_task"),
    path("kinds/", plan.local_kinds, name="local_kinds"),
    path("arrive/<str:token>/", arrival.arrive, name="arrive"),
    path("arrive/<str:token>/<str:personal>/", arrival.arrive_as, name="arrive_as"),
    path("invitation/<str:public_id>/", arrival.invitation, name="invitation"),
    path("<str:public_id>/", meeting.meeting, name="meeting"),
    path("<str:public_id>/quorum/", meeting.quorum, name="quorum"),
    path("<str:public_id>/marks/", parts.mark, name="mark"),
    path("<str:public_id>/head/", parts.head, name="head"),
    path("<str:public_id>/cancel/", parts.cancel, name="cancel"),
    path("<str:public_id>/correct/", parts.correct, name="correct"),
    path("<str:public_id>/preview/", papers.preview, name="preview"),
    path("<str:public_id>/notice/", papers.notice, name="notice"),
    path("<str:public_id>/links/", papers.personal_links, name="links"),
    path("<str:public_id>/papers/<str:name>.<str:ending>", papers.paper, name="paper"),
    path("<str:public_id>/papers/<str:name>/", reading.paper_pages, name="paper_pages"),
    path("<str:public_id>/papers/<str:name>/<int:number>.png", reading.paper_page, name="paper_page"),
    path("<str:public_id>/new-topic/", parts.new_topic, name="new_topic"),
    path("<str:public_id>/items/<str:item_id>/text/", parts.text, name="text"),
    path("<str:public_id>/items/<str:item_id>/topic/", parts.change_topic, name="topic"),
    path("<str:public_id>/items/<str:item_id>/merge/<str:conflict_id>/", parts.merge, name="merge"),
]
