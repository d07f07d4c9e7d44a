"""Pages of the check-up."""

from __future__ import annotations

from django.urls import path

from zhibu.oversight.checkup import views

app_name = "checkup"

urlpatterns = [
    path("", views.own_report, name="report"),
    path("<str:public_id>/", views.report, name="branch_report"),
    path("<str:public_id>/paper.<str:form>", views.paper, name="paper"),
    path("<str:public_id>/refresh/", views.refreshment, name="refresh"),
]
