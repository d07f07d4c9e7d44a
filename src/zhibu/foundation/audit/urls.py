"""Pages of audit."""

from __future__ import annotations

from django.urls import path

from zhibu.foundation.audit import views

app_name = "audit"

urlpatterns = [
    path("", views.event_list, name="list"),
    path("verification/", views.verification, name="verification"),
    path("<int:seq>/", views.event_page, name="event"),
]
