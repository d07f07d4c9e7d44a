"""Pages of members."""

from __future__ import annotations

from django.urls import path

from zhibu.roster.members.views import changes, looks, pages, restructuring

app_name = "members"

urlpatterns = [
    path("", pages.roster, name="list"),
    path("my-card/", pages.own_card, name="own_card"),
    path("at/<str:public_id>/print/", pages.printed_roster, name="print"),
    path("at/<str:public_id>/new/", changes.person_add, name="add"),
    path("at/<str:public_id>/groups/new/", changes.group_add, name="group_add"),
    path("at/<str:public_id>/merge/", restructuring.merge, name="organization_merge"),
    path("at/<str:public_id>/split/", restructuring.split, name="organization_split"),
    path("merges/<str:public_id>/split/", restructuring.person_split, name="person_split"),
    path("groups/<str:public_id>/end/", changes.group_end, name="group_end"),
    path("offices/<str:public_id>/end/", changes.office_end, name="office_end"),
    path("exemptions/<str:public_id>/approval/", changes.exemption_approval, name="exemption_approval"),
    path("exemptions/<str:public_id>/end/", changes.exemption_end, name="exemption_end"),
    path("changes/<str:public_id>/annulment/", restructuring.annulment, name="annulment"),
    path("<str:public_id>/", pages.person_page, name="person"),
    path("<str:public_id>/correction/", changes.correction, name="correction"),
    path("<str:public_id>/merge/", restructuring.person_merge, name="person_merge"),
    path("<str:public_id>/look/", looks.unmasking, name="unmask"),
    path("<str:public_id>/sign-in-link/", changes.sign_in_link, name="sign_in_link"),
    path("<str:public_id>/offices/new/", changes.office_add, name="office_add"),
    path("<str:public_id>/exemptions/new/", changes.exemption_add, name="exemption_add"),
    path("<str:public_id>/reception/", changes.reception, name="reception"),
    path("<str:public_id>/changes/<slug:slug>/", changes.change, name="change"),
]
