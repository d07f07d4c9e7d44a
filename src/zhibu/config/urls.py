"""The root of the addresses: one line a module."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("zhibu.home.urls")),
    path("account/", include("zhibu.foundation.accounts.urls")),
    path("organizations/", include("zhibu.roster.organizations.urls")),
    path("members/", include("zhibu.roster.members.urls")),
    path("codes/", include("zhibu.roster.codes.urls")),
    path("imports/", include("zhibu.roster.imports.urls")),
    path("exports/", include("zhibu.roster.exports.urls")),
    path("access/", include("zhibu.roster.access.urls")),
    path("meetings/", include("zhibu.orglife.meetings.urls")),
    path("checkup/", include("zhibu.oversight.checkup.urls")),
    path("supervision/", include("zhibu.oversight.supervision.urls")),
    path("statistics/", include("zhibu.oversight.statistics.urls")),
    path("audit/", include("zhibu.foundation.audit.urls")),
    path("papers/", include("zhibu.foundation.documents.urls")),
]

handler403 = "zhibu.home.views.error_403"
handler404 = "zhibu.home.views.error_404"
handler500 = "zhibu.home.views.error_500"
