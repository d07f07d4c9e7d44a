"""The dashboard's filters."""

from __future__ import annotations

from django import forms
from django.db.models import QuerySet

from zhibu.orglife.meetings.models import MeetingKind
from zhibu.oversight.statistics.queries import domain_choices
from zhibu.roster.organizations.models import Organization

_KINDS = (
    MeetingKind.GENERAL,
    MeetingKind.COMMITTEE,
    MeetingKind.GROUP,
    MeetingKind.LECTURE,
    MeetingKind.PARTY_DAY,
)


class FilterForm(forms.Form):
    """Which organisation, which domain, which kind of meeting; anything unknown falls back to the whole."""

    org = forms.ChoiceField(label="党组织", required=False)
    domain = forms.ChoiceField(label="领域", required=False, choices=domain_choices)
    kind = forms.ChoiceField(
        label="会议类型",
        required=False,
        choices=[("", "三会一课和主题党日"), *((kind.value, kind.label) for kind in _KINDS)],
    )

    def __init__(self, data: dict[str, str], organizations: QuerySet[Organization]) -> None:
        super().__init__(data=data)
        self.organizations = {org.public_id: org for org in organizations}
        field = self.fields["org"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (public_id, "　" * org.depth + str(org)) for public_id, org in self.organizations.items()
        ]

    def chosen(self, name: str) -> str:
        """The valid choice for a field, empty where none was made."""
        self.is_valid()
        return str(self.cleaned_data.get(name) or "")
