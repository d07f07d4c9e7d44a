"""Pages of imports."""

from __future__ import annotations

from django.urls import path

from zhibu.roster.imports.views import deciding, sending

app_name = "imports"

urlpatterns = [
    path("", sending.batch_list, name="list"),
    path("<slug:public_id>/", deciding.batch, name="batch"),
    path("<slug:public_id>/columns/", sending.columns, name="columns"),
    path("<slug:public_id>/answers/", deciding.answers, name="answers"),
    path("<slug:public_id>/apply/", deciding.application, name="apply"),
    path("<slug:public_id>/undo/", deciding.undo, name="undo"),
    path("<slug:public_id>/discard/", deciding.discarding, name="discard"),
    path("<slug:public_id>/handback/", deciding.handback, name="handback"),
]
