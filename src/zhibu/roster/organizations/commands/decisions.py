"""What every change of an organisation needs: the decision behind it, and the dated state it leaves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from zhibu.common.actor import Actor
from zhibu.common.dates import utc_now
from zhibu.common.errors import NotAllowed, Refused
from zhibu.roster.organizations.models import Organization, OrganizationChange, OrganizationState
from zhibu.roster.organizations.norms import check_change


@dataclass(frozen=True, slots=True)
class Decision:
    """The decision behind a change: from which day it counts, who approved it, under which number."""

    effective_date: date
    applied_date: date | None = None
    approved_date: date | None = None
    approved_by: Organization | None = None
    document_number: str = ""
    is_filed: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Profile:
    """What an organisation is: the fields kept with their dates in its states."""

    name: str
    kind: str
    domain: str
    short_name: str = ""
    has_committee: bool = False
    is_temporary: bool = False
    is_joint: bool = False
    is_mobile: bool = False
    is_functional: bool = False
    may_approve_admissions: bool = False
    joint_unit_count: int | None = None

    @classmethod
    def of(cls, source: Organization | OrganizationState) -> Profile:
        """The profile that an organisation has today, or had in one of its states."""
        return cls(
            name=source.name,
            kind=source.kind,
            domain=source.domain,
            short_name=source.short_name,
            has_committee=source.has_committee,
            is_temporary=source.is_temporary,
            is_joint=source.is_joint,
            is_mobile=source.is_mobile,
            is_functional=source.is_functional,
            may_approve_admissions=source.may_approve_admissions,
            joint_unit_count=source.joint_unit_count,
        )

    def renamed(self, name: str, short_name: str) -> Profile:
        """The same under another name."""
        return replace(self, name=name, short_name=short_name)

    def write_to(self, target: Organization | OrganizationState) -> None:
        """Set the fields of a row, without saving it."""
        target.name = self.name
        target.kind = self.kind
        target.domain = self.domain
        target.short_name = self.short_name
        target.has_committee = self.has_committee
        target.is_temporary = self.is_temporary
        target.is_joint = self.is_joint
        target.is_mobile = self.is_mobile
        target.is_functional = self.is_functional
        target.may_approve_admissions = self.may_approve_admissions
        target.joint_unit_count = self.joint_unit_count


PROFILE_FIELDS = tuple(Profile.__dataclass_fields__)

DissolutionGuard = Callable[[Organization, date], list[str]]
_dissolution_guards: list[DissolutionGuard] = []


def register_dissolution_guard(guard: DissolutionGuard) -> None:
    """Register what else must be empty before an organisation is dissolved: sentences, none if nothing."""
    if guard not in _dissolution_guards:
        _dissolution_guards.append(guard)


def obstacles_to_dissolution(organization: Organization, day: date) -> list[str]:
    """Everything that the modules above still keep there, as whole sentences."""
    return [sentence for guard in _dissolution_guards for sentence in guard(organization, day)]


def allow(actor: Actor, right: str, path: str) -> None:
    """Raise ``NotAllowed`` unless the actor holds the right there."""
    if not actor.may(right, path):
        raise NotAllowed(right)


def check_decision(decision: Decision, *, today: date, organization: Organization | None = None) -> None:
    """Refuse a decision that counts from a future day, from before the last change, or before its
    approval.
    """
    if decision.effective_date > today:
        raise Refused(
            "organizations.future_date",
            "生效日期不能晚于今天。",
            next_step="请等生效那天再登记，或者核对日期。",
        )
    if decision.approved_date and decision.applied_date and decision.approved_date < decision.applied_date:
        raise Refused(
            "organizations.approval_order", "批复日期不能早于申请日期。", next_step="请核对两个日期。"
        )
    if organization is None:
        return
    if organization.dissolved_date:
        raise Refused(
            "organizations.dissolved",
            "{name}已于{day}撤销，不能再作变动。".format(
                name=organization.name, day=organization.dissolved_date.isoformat()
            ),
        )
    last = organization.states.filter(valid_to__isnull=True).first()
    if last and decision.effective_date < last.valid_from:
        raise Refused(
            "organizations.before_last_change",
            "{name}最近一次变动是{day}，新的变动不能早于这一天。".format(
                name=organization.name, day=last.valid_from.isoformat()
            ),
            next_step="请核对生效日期。",
        )


def record_change(
    *,
    actor: Actor,
    kind: str,
    organization: Organization,
    decision: Decision,
    other: Organization | None = None,
) -> OrganizationChange:
    """Keep the change itself, unless a norm forbids it; part of a command."""
    change = draft_change(
        by=actor.label, kind=kind, organization=organization, decision=decision, other=other
    )
    check_change(change)
    change.save(force_insert=True)
    return change


def draft_change(
    *,
    by: str,
    kind: str,
    organization: Organization,
    decision: Decision,
    other: Organization | None = None,
) -> OrganizationChange:
    """The change that a decision makes, not saved."""
    return OrganizationChange(
        kind=kind,
        organization=organization,
        other=other,
        effective_date=decision.effective_date,
        applied_date=decision.applied_date,
        approved_date=decision.approved_date,
        approved_by=decision.approved_by or organization.parent,
        document_number=decision.document_number,
        is_filed=decision.is_filed,
        note=decision.note,
        created_at=utc_now(),
        created_by=by,
    )


def open_state(organization: Organization, change: OrganizationChange) -> None:
    """End the running state on the day of the change and open the one the organisation has now.

    A second change on the same day replaces that day's state, since a state lasts at least a day.
    """
    day = change.effective_date
    state = organization.states.filter(valid_to__isnull=True).first()
    if state is None or state.valid_from != day:
        if state is not None:
            state.valid_to = day
            state.save(update_fields=["valid_to"])
        state = OrganizationState(organization=organization, valid_from=day)
    Profile.of(organization).write_to(state)
    state.parent_id = organization.parent_id
    state.change = change
    state.save()


def close_state(organization: Organization, day: date) -> None:
    """End the running state; one that began the same day never counted and goes with it."""
    state = organization.states.filter(valid_to__isnull=True).first()
    if state is None:
        return
    if state.valid_from == day:
        state.delete()
        return
    state.valid_to = day
    state.save(update_fields=["valid_to"])
