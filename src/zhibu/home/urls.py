"""The first pages."""

from __future__ import annotations

from django.urls import path

from zhibu.home import views

app_name = "home"

urlpatterns = [
    path("", views.start, name="start"),
    path("gallery/", views.gallery, name="gallery"),
]
