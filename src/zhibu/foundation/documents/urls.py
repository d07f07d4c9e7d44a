"""Pages of documents."""

from __future__ import annotations

from django.urls import path

from zhibu.foundation.documents import views

app_name = "documents"

urlpatterns = [
    path("fonts/", views.fonts, name="fonts"),
    path("fonts/sample.pdf", views.font_sample, name="font_sample"),
    path("fonts/fetching/", views.font_fetching, name="font_fetching"),
    path("fonts/<str:style>/removal/", views.font_removal, name="font_removal"),
]
