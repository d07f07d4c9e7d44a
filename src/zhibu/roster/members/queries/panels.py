"""What the roster shows on an organisation's page: how many, who leads, which groups."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from zhibu.common.actor import Actor
from zhibu.roster.members.models import Group
from zhibu.roster.members.queries.cards import count_members, list_committee
from zhibu.roster.organizations.models import Organization, OrgKind
from zhibu.roster.organizations.queries.panels import Panel


def load_people(actor: Actor, organization: Organization, today: date) -> Mapping[str, Any]:
    """The content of the panel; three queries."""
    counted = Count("spells", filter=Q(spells__valid_to__isnull=True))
    groups = Group.objects.filter(organization=organization, valid_to__isnull=True).annotate(size=counted)
    return {
        "organization": organization,
        "headcount": count_members(organization),
        "committee": list(list_committee(organization)),
        "groups": [(group, group.size) for group in groups],
        "is_branch": organization.kind == OrgKind.BRANCH,
        "may_edit": actor.may("members:edit", organization.path) and organization.dissolved_date is None,
        "list_url": "{url}?org={org}".format(url=reverse("members:list"), org=organization.public_id),
    }


PEOPLE = Panel("people", "roster/members/_panel.html", load_people, "members:view", 10)
