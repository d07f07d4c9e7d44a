"""Pages of supervision."""

from __future__ import annotations

from django.urls import path

from zhibu.oversight.supervision import views

app_name = "supervision"

urlpatterns = [
    path("", views.board, name="board"),
    path("export.xlsx", views.export, name="export"),
    path("<str:public_id>/reminder/", views.reminder, name="reminder"),
]
