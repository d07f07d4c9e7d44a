"""Pages of statistics."""

from __future__ import annotations

from django.urls import path

from zhibu.oversight.statistics import views

app_name = "statistics"

urlpatterns = [
    path("", views.dashboard, name="dashboard"),
    path("workbook/", views.workbook, name="workbook"),
]
