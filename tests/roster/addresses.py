"""Examples for the guards: what the addresses of the roster name, all of the east branch."""

from __future__ import annotations

from datetime import date

from tests.world import SYSTEM, TODAY, World
from zhibu.common.dates import utc_now
from zhibu.roster.access.models import Grant
from zhibu.roster.exports.commands import VALID_FOR
from zhibu.roster.exports.models import ExportApproval
from zhibu.roster.members.commands.decisions import StatusDecision
from zhibu.roster.members.commands.exemptions import exempt_person
from zhibu.roster.members.commands.transfers import start_transfer
from zhibu.roster.members.models import Exemption, Office, PersonMerge, StatusChange

_ORGANIZATION = (
    "adjustment", "child_add", "children", "contact", "dissolution", "move", "organization", "past",
    "records_begin", "renaming", "term_add",
)  # fmt: skip
_PERSON = ("correction", "exemption_add", "office_add", "person", "person_merge", "sign_in_link", "unmask")


def examples(world: World) -> dict[str, dict[str, object]]:
    """Kwargs by name of address."""
    found: dict[str, dict[str, object]] = {}
    for name in _ORGANIZATION:
        found["organizations:" + name] = {"public_id": world.branch.public_id}
    for name in ("term_annulment", "term_correction", "term_end", "term_extension", "term_papers"):
        found["organizations:" + name] = {"public_id": world.term.public_id}
    for name in ("add", "print", "group_add", "organization_merge", "organization_split"):
        found["members:" + name] = {"public_id": world.branch.public_id}
    for name in _PERSON:
        found["members:" + name] = {"public_id": world.people["member"].public_id}
    found["members:change"] = {"public_id": world.people["member"].public_id, "slug": "away"}
    found["members:group_end"] = {"public_id": world.groups[0].public_id}
    for name in ("table", "load"):
        found["codes:" + name] = {"name": "post"}
    now = utc_now()
    approval = ExportApproval.objects.create(
        organization=world.branch,
        person_count=501,
        purpose="报县委",
        asked_by=world.accounts["secretary"],
        asked_at=now,
        expires_at=now + VALID_FOR,
    )
    found["exports:approval"] = {"public_id": approval.public_id}
    return found | _changes(world) | _access(world)


def _changes(world: World) -> dict[str, dict[str, object]]:
    exemption = exempt_person(
        actor=SYSTEM,
        today=TODAY,
        person=world.people["elder"],
        kind=Exemption.Kind.EXCLUDED,
        circumstance=Exemption.Circumstance.BEDRIDDEN,
        valid_from=date(2026, 1, 5),
    )
    start_transfer(
        actor=SYSTEM,
        today=TODAY,
        person=world.people["worker"],
        decision=StatusDecision(effective_date=date(2026, 3, 2)),
        destination=world.far_branch,
    )
    transfer = StatusChange.objects.get(kind="transfer_start", person=world.people["worker"])
    office = Office.objects.get(person=world.people["committee_member"])
    return {
        "members:annulment": {"public_id": transfer.public_id},
        "members:exemption_approval": {"public_id": exemption.public_id},
        "members:exemption_end": {"public_id": exemption.public_id},
        "members:office_end": {"public_id": office.public_id},
        "members:person_split": {"public_id": _merge(world).public_id},
        "members:reception": {"public_id": world.people["worker"].public_id},
    }


def _merge(world: World) -> PersonMerge:
    """Two cards that were folded into one, without the spells that would have to move."""
    return PersonMerge.objects.create(
        kept=world.people["deputy"],
        absorbed=world.people["teacher"],
        reason="同一人登记了两次",
        merged_at=utc_now(),
        merged_by=SYSTEM.label,
    )


def _access(world: World) -> dict[str, dict[str, object]]:
    account = world.accounts["committee_member"]
    grant = Grant.objects.filter(account=account).first()
    assert grant is not None
    return {
        "access:account": {"public_id": account.public_id},
        "access:grant_end": {"public_id": grant.public_id},
        "access:hand_over_at": {"public_id": world.branch.public_id},
        "access:handed_over": {"public_id": "no-such-hand-over"},
        "access:reset_link": {"public_id": account.public_id},
        "access:sign_in_link": {"public_id": world.accounts["member"].public_id},
    }
