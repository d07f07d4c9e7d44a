"""Pages of the code tables."""

from __future__ import annotations

from django.urls import path

from zhibu.roster.codes import views

app_name = "codes"

urlpatterns = [
    path("", views.tables, name="list"),
    path("<slug:name>/", views.table, name="table"),
    path("<slug:name>/dictionary/", views.loading, name="load"),
]
