"""Pages of access."""

from __future__ import annotations

from django.urls import path

from zhibu.roster.access import views

app_name = "access"

urlpatterns = [
    path("", views.account_list, name="list"),
    path("accounts/<str:public_id>/", views.account_grants, name="account"),
    path("grants/<str:public_id>/end/", views.grant_end, name="grant_end"),
    path("hand-over/", views.hand_over_choice, name="hand_over"),
    path("hand-over/at/<str:public_id>/", views.hand_over_at, name="hand_over_at"),
    path("hand-over/<str:public_id>/", views.handed_over, name="handed_over"),
    path("people/", views.people, name="people"),
    path("people/<str:public_id>/reset-link/", views.reset_link, name="reset_link"),
    path("people/<str:public_id>/sign-in-link/", views.sign_in_link, name="sign_in_link"),
]
