"""Pages of organizations."""

from __future__ import annotations

from django.urls import path

from zhibu.roster.organizations.views import changes, pages, terms

app_name = "organizations"

urlpatterns = [
    path("", pages.tree, name="tree"),
    path("terms/<str:public_id>/correction/", terms.term_correction, name="term_correction"),
    path("terms/<str:public_id>/annulment/", terms.term_annulment, name="term_annulment"),
    path("terms/<str:public_id>/papers/", terms.term_papers, name="term_papers"),
    path("terms/<str:public_id>/extension/", terms.term_extension, name="term_extension"),
    path("terms/<str:public_id>/end/", terms.term_end, name="term_end"),
    path("<str:public_id>/", pages.organization_page, name="organization"),
    path("<str:public_id>/children/", pages.branches_of_tree, name="children"),
    path("<str:public_id>/past/", pages.past_tree, name="past"),
    path("<str:public_id>/children/new/", changes.child_add, name="child_add"),
    path("<str:public_id>/name/", changes.renaming, name="renaming"),
    path("<str:public_id>/profile/", changes.adjustment, name="adjustment"),
    path("<str:public_id>/place/", changes.move, name="move"),
    path("<str:public_id>/dissolution/", changes.dissolution, name="dissolution"),
    path("<str:public_id>/contact/", changes.contact, name="contact"),
    path("<str:public_id>/terms/new/", terms.term_add, name="term_add"),
    path("<str:public_id>/records-begin/", changes.records_begin, name="records_begin"),
]
