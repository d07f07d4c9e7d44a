"""Pages of accounts."""

from __future__ import annotations

from django.urls import path

from zhibu.foundation.accounts import views

app_name = "accounts"

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("settings/", views.settings_page, name="settings"),
    path("password/", views.password_change, name="password_change"),
    path("password/<str:token>/", views.password_reset, name="password_reset"),
    path("link/<str:token>/", views.link_sign_in, name="link_sign_in"),
    path("second-factor/", views.second_factor, name="second_factor"),
    path("second-factor/setup/", views.second_factor_setup, name="second_factor_setup"),
    path("accounts/", views.account_list, name="list"),
    path("accounts/new/", views.account_add, name="add"),
    path("accounts/<str:public_id>/", views.account_page, name="account"),
    path("accounts/<str:public_id>/link/", views.account_link, name="account_link"),
    path("accounts/<str:public_id>/closure/", views.account_closure, name="account_closure"),
    path("accounts/<str:public_id>/opening/", views.account_opening, name="account_opening"),
    path(
        "accounts/<str:public_id>/second-factor/removal/",
        views.account_second_factor_removal,
        name="account_second_factor_removal",
    ),
]
