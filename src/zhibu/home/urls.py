"""The first pages."""

from __future__ import annotations

from django.urls import path

from zhibu.home import views

app_name = "home"

urlpatterns = [
    path("", views.start, name="start"),
    path("agenda/", views.agenda, name="agenda"),
    path("services/", views.services, name="services"),
    path("me/", views.me, name="me"),
    path("notices/closure/", views.notice_closure, name="notice_closure"),
    path("elder/", views.elder, name="elder"),
    path("elder/preference/", views.elder_preference, name="elder_preference"),
    path("elder/<slug:part>/", views.elder, name="elder_part"),
    path("search/", views.search, name="search"),
    path("norms/<slug:norm_id>/", views.norm, name="norm"),
    path("help/", views.help_page, name="help"),
    path("complaints/", views.complaints, name="complaints"),
    path("gallery/", views.gallery, name="gallery"),
]
