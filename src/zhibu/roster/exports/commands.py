"""A roster leaves the house: who took it, of which organisation, with which fields and for what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.urls import reverse

from zhibu.common.actor import Actor
from zhibu.common.dates import CHINA, utc_now
from zhibu.common.errors import NotAllowed, Refused
from zhibu.foundation.accounts.models import Account
from zhibu.foundation.audit.commands import command, record
from zhibu.foundation.documents.pdf import render_pdf
from zhibu.foundation.documents.queries import current_fonts
from zhibu.foundation.notifications.models import Notice
from zhibu.roster.access.models import Grant
from zhibu.roster.exports.models import ExportApproval
from zhibu.roster.exports.prints import roster_print
from zhibu.roster.exports.queries import list_approvers, list_member_rows, list_persons
from zhibu.roster.exports.rows import MemberRow, ReportHead
from zhibu.roster.exports.workbooks import file_name, report_roster, system_roster
from zhibu.roster.members.commands.looks import ROSTER_PERSONS, ROSTER_PERSONS_A_DAY, open_roster
from zhibu.roster.members.models import Person
from zhibu.roster.organizations.models import Organization

VALID_FOR = timedelta(hours=24)  # of an asking, and again of an approval
_PRINTED = 1000
_WATERMARK = "{name}于{moment}导出，用途：{purpose}。含个人信息，请妥善保管，用后删除。"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is exported: ``style`` report, print or system; ``is_open``: private fields for ``purpose``."""

    style: str
    is_open: bool = False
    purpose: str = ""
    dates_as_months: bool = False


@command("exports.roster")
def export_roster(
    *,
    actor: Actor,
    today: date,
    organization: Organization,
    wish: Wish,
    proved_at: datetime | None = None,
) -> tuple[bytes, str]:
    """The workbook or paper and its name; leaves an audit row that says whether private fields went out.

    With private fields each member on it reads who took them and what for; of more than 500 persons they
    leave only once for each approval, for its purpose. Raises ``Refused`` for private fields without a
    purpose (``exports.no_purpose``), without an approval (``exports.needs_approval``) or a fresh proof, and
    for a paper of more people than anybody prints (``exports.too_many``).
    """
    if not actor.may("exports:use", organization.path):
        raise NotAllowed("exports:use")
    if wish.is_open and not wish.purpose.strip():
        raise _no_purpose()
    persons: Iterable[Person] = list_persons(actor.scope, organization).iterator(chunk_size=2000)
    if wish.is_open:
        persons = list(persons)
        note = wish.purpose.strip()[:60]
        most = ROSTER_PERSONS
        if len(persons) > ROSTER_PERSONS:
            approval = _approved(actor, organization, len(persons))
            note, most = approval.purpose, approval.person_count
            wish = replace(wish, purpose=note)
        open_roster(actor=actor, today=today, persons=persons, note=note, proved_at=proved_at, most=most)
    rows = list_member_rows(persons, organization, is_open=wish.is_open)
    content, name = _made(rows, _head(actor, organization, today, wish), wish)
    record(
        actor=actor,
        action="exports.roster",
        object_ref="organization:{id}".format(id=organization.pk),
        org_ids=[organization.pk],
        diff={"count": len(rows), "style": wish.style, "open": wish.is_open},
    )
    return content, name


@command("exports.ask")
def ask_approval(*, actor: Actor, today: date, organization: Organization, purpose: str) -> ExportApproval:
    """Ask a second person to agree to a roster of many with private fields; told where they work.

    Asking again for the same while it is open changes nothing. Raises ``Refused`` without a purpose, for so
    few that nobody has to agree (``exports.needs_none``), for more than one may take out in a day, and where
    nobody else may agree (``exports.nobody_else``).
    """
    if not actor.may("exports:use", organization.path):
        raise NotAllowed("exports:use")
    asker = _account(actor)
    count = list_persons(actor.scope, organization).count()
    approvers = list_approvers(organization, asker, today)
    _check_asking(purpose, count, approvers)
    now = utc_now()
    open_ones = ExportApproval.objects.filter(
        organization=organization, asked_by=asker, used_at__isnull=True, expires_at__gt=now
    )
    known = open_ones.filter(purpose=purpose.strip()[:60], person_count__gte=count).first()
    if known is not None:
        return known
    approval = ExportApproval(
        organization=organization,
        person_count=count,
        purpose=purpose.strip()[:60],
        asked_by=asker,
        asked_at=now,
        expires_at=now + VALID_FOR,
    )
    approval.save(force_insert=True)
    _tell(approval, {grant.organization_id for grant in approvers})
    _record(actor, approval, "exports.ask", organization)
    return approval


@command("exports.approve")
def approve_export(*, actor: Actor, today: date, approval: ExportApproval) -> ExportApproval:
    """Agree that somebody else takes a roster out within 24 hours; agreeing twice changes nothing.

    A member has one account, so another account is another person. Raises ``Refused`` for one's own asking
    (``exports.own_asking``) and for one that lapsed or was used (``exports.lapsed``).
    """
    locked = ExportApproval.objects.select_for_update(of=("self",)).get(pk=approval.pk)
    if not actor.may("exports:use", locked.organization.path):
        raise NotAllowed("exports:use")
    approver = _account(actor)
    if locked.asked_by_id == approver.pk:
        raise Refused(
            "exports.own_asking",
            "这是您自己提出的申请，要由另一位同志同意。",
            next_step="请联系本单位或者上级另一位有导出权限的同志。",
        )
    now = utc_now()
    if locked.used_at is not None or locked.expires_at <= now:
        raise Refused("exports.lapsed", "这个申请已经过期或者用过了。", next_step="需要时请申请人重新提出。")
    if locked.approved_at is None:
        locked.approved_by, locked.approved_at, locked.expires_at = approver, now, now + VALID_FOR
        locked.save(update_fields=["approved_by", "approved_at", "expires_at"])
        Notice.objects.filter(source_key__startswith=_source_key(locked), closed_at__isnull=True).update(
            closed_at=now
        )
        _tell_asker(locked, now)
        _record(actor, locked, "exports.approve", locked.organization)
    return locked


def _account(actor: Actor) -> Account:
    """The account that acts: approvals are between persons, never the system's own work."""
    found = Account.objects.filter(pk=actor.account_id or 0).first()
    if found is None:
        raise NotAllowed("exports:use")
    return found


def _check_asking(purpose: str, count: int, approvers: list[Grant]) -> None:
    if not purpose.strip():
        raise _no_purpose()
    if count <= ROSTER_PERSONS:
        raise Refused(
            "exports.needs_none",
            "这里有{count}人，{most}人以内不用别人同意。".format(count=count, most=ROSTER_PERSONS),
            next_step="请直接导出。",
        )
    if count > ROSTER_PERSONS_A_DAY:
        raise Refused(
            "exports.more_than_a_day",
            "这里有{count}人，带身份证号、电话和住址的一天最多导出{most}人。".format(
                count=count, most=ROSTER_PERSONS_A_DAY
            ),
            next_step="请到下级党组织分开导出，或者不带这些内容。",
        )
    if not approvers:
        raise Refused(
            "exports.nobody_else",
            "这里没有另一位有导出权限的同志，没有人可以同意。",
            next_step="请按党支部分开导出，或者请安全管理员再授权一位同志。",
        )


def _approved(actor: Actor, organization: Organization, count: int) -> ExportApproval:
    """The approval that this file uses up; raises ``Refused`` where there is none."""
    now = utc_now()
    approval = (
        ExportApproval.objects.select_for_update(of=("self",))
        .filter(
            organization=organization,
            asked_by=actor.account_id or 0,
            approved_at__isnull=False,
            used_at__isnull=True,
            expires_at__gt=now,
            person_count__gte=count,
        )
        .order_by("approved_at")
        .first()
    )
    if approval is None:
        raise Refused(
            "exports.needs_approval",
            "这里有{count}人，带身份证号、电话和住址的名册超过{most}人，要由另一位同志同意。".format(
                count=count, most=ROSTER_PERSONS
            ),
            next_step="请先提出申请；按党支部分开导出或者不带这些内容，不用申请。",
        )
    approval.used_at = now
    approval.save(update_fields=["used_at"])
    return approval


def _tell(approval: ExportApproval, org_ids: set[int]) -> None:
    """A line on the workbench of every organisation at which somebody can agree."""
    text = "{asker}申请导出{organization}{count}人的完整名册（{purpose}），要由另一位同志同意。".format(
        asker=approval.asked_by.display_name,
        organization=approval.organization.name,
        count=approval.person_count,
        purpose=approval.purpose,
    )
    for org_id in sorted(org_ids):
        Notice.objects.create(
            org_id=org_id,
            kind="export_approval",
            text=text[:300],
            link=reverse("exports:approvals"),
            source="导出名册",
            source_key=_source_key(approval) + str(org_id),
            created_at=approval.asked_at,
        )


def _tell_asker(approval: ExportApproval, now: datetime) -> None:
    """A line for the one who asked: the file may be taken out now."""
    text = "您申请导出的{organization}名册，{approver}已经同意，24小时内可以导出一次。".format(
        organization=approval.organization.name,
        approver=approval.approved_by.display_name if approval.approved_by else "",
    )
    Notice.objects.create(
        account=approval.asked_by,
        kind="export_approval",
        text=text[:300],
        link=reverse("exports:approvals"),
        source="导出名册",
        source_key=_source_key(approval) + "asker",
        created_at=now,
    )


def _source_key(approval: ExportApproval) -> str:
    return "exports.approval:{public_id}:".format(public_id=approval.public_id)


def _record(actor: Actor, approval: ExportApproval, action: str, organization: Organization) -> None:
    record(
        actor=actor,
        action=action,
        object_ref="export_approval:{id}".format(id=approval.pk),
        org_ids=[organization.pk],
        diff={"count": approval.person_count, "expires_at": approval.expires_at.isoformat()},
    )


def _no_purpose() -> Refused:
    return Refused(
        "exports.no_purpose",
        "名册里要带身份证号、电话和住址，请写明用途。",
        next_step="用途会印在名册上，并留下记录。",
    )


def _made(rows: list[MemberRow], head: ReportHead, wish: Wish) -> tuple[bytes, str]:
    if wish.style == "system":
        return system_roster(rows, head.watermark), file_name(head.unit, head.day, "系统版")
    if wish.style == "print":
        if len(rows) > _PRINTED:
            raise Refused(
                "exports.too_many",
                "这里有{count}名党员，打印版一次最多排{most}名。".format(count=len(rows), most=_PRINTED),
                next_step="请到一个支部或者总支里打印，或者导出成表格。",
            )
        paper = roster_print(rows, head, is_open=wish.is_open)
        return render_pdf(paper, fonts=current_fonts()), file_name(head.unit, head.day, "打印版", "pdf")
    return report_roster(rows, head), file_name(head.unit, head.day, "报送版")


def _head(actor: Actor, organization: Organization, today: date, wish: Wish) -> ReportHead:
    return ReportHead(
        title="{name}党员名册".format(name=organization.name),
        unit=organization.name,
        prepared_by=_name_of(actor),
        checked_by="",
        day=today,
        watermark=_watermark(actor, wish) if wish.is_open else "",
        dates_as_months=wish.dates_as_months,
    )


def _name_of(actor: Actor) -> str:
    account = Account.objects.filter(pk=actor.account_id or 0).first()
    return account.display_name if account else ""


def _watermark(actor: Actor, wish: Wish) -> str:
    moment = utc_now().astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
    return _WATERMARK.format(name=_name_of(actor) or "系统", moment=moment, purpose=wish.purpose.strip()[:60])
