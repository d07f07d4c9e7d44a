"""What an organisation is found by: its names and its code."""

from __future__ import annotations

from collections.abc import Iterable

from zhibu.foundation.search.commands import Entry, index_entries
from zhibu.roster.organizations.models import Organization

KIND = "organization"


def index_organizations(organizations: Iterable[Organization]) -> None:
    """Write the search entries of organisations in the running transaction."""
    index_entries(entries=[_entry(organization) for organization in organizations])


def _entry(organization: Organization) -> Entry:
    other = (organization.short_name, organization.code, organization.unit_name)
    return Entry(
        kind=KIND,
        ref_id=organization.pk,
        public_id=organization.public_id,
        org_id=organization.pk,
        label=organization.name,
        note=organization.get_kind_display(),
        texts=tuple(text for text in other if text),
    )
