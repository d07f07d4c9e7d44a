"""All tables of the roster, gathered for Django."""

from __future__ import annotations

from zhibu.roster.access.models import Grant, HandOver
from zhibu.roster.codes.models import ExternalCode
from zhibu.roster.exports.models import ExportApproval
from zhibu.roster.imports.models import ImportBatch, ImportedRow, RememberedMapping
from zhibu.roster.members.models import (
    Exemption,
    FieldChange,
    Group,
    Look,
    MembershipSpell,
    Office,
    Person,
    PersonMerge,
    StatusChange,
)
from zhibu.roster.organizations.models import (
    DutyWaiver,
    Organization,
    OrganizationChange,
    OrganizationState,
    RecordsBegin,
    Term,
    TermCorrection,
    TermExtension,
    TermReminder,
)

__all__ = [
    "DutyWaiver",
    "Exemption",
    "ExportApproval",
    "ExternalCode",
    "FieldChange",
    "Grant",
    "Group",
    "HandOver",
    "ImportBatch",
    "ImportedRow",
    "Look",
    "MembershipSpell",
    "Office",
    "Organization",
    "OrganizationChange",
    "OrganizationState",
    "Person",
    "PersonMerge",
    "RecordsBegin",
    "RememberedMapping",
    "StatusChange",
    "Term",
    "TermCorrection",
    "TermExtension",
    "TermReminder",
]
