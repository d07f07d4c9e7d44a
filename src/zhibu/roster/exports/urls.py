"""Pages of exports."""

from __future__ import annotations

from django.urls import path

from zhibu.roster.exports import views

app_name = "exports"

urlpatterns = [
    path("roster/", views.roster, name="roster"),
    path("roster/approvals/", views.approvals, name="approvals"),
    path("roster/approvals/<str:public_id>/", views.approval, name="approval"),
]
