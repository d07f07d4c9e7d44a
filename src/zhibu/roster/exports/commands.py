"""A roster leaves the house: who took it, of which organisation, with which fields and for what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from zhibu.common.actor import Actor
from zhibu.common.dates import CHINA, utc_now
from zhibu.common.errors import NotAllowed, Refused
from zhibu.foundation.accounts.models import Account
from zhibu.foundation.audit.commands import command, record
from zhibu.foundation.documents.pdf import render_pdf
from zhibu.foundation.documents.queries import current_fonts
from zhibu.roster.exports.prints import roster_print
from zhibu.roster.exports.queries import list_member_rows, list_persons
from zhibu.roster.exports.rows import MemberRow, ReportHead
from zhibu.roster.exports.workbooks import file_name, report_roster, system_roster
from zhibu.roster.members.commands.looks import open_roster
from zhibu.roster.members.models import Person
from zhibu.roster.organizations.models import Organization

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

    With private fields each member on it reads who took them and what for. Raises ``Refused`` for private
    fields without a purpose (``exports.no_purpose``), without a fresh proof or of too many, and for a paper
    of more people than anybody prints (``exports.too_many``).
    """
    if not actor.may("exports:use", organization.path):
        raise NotAllowed("exports:use")
    if wish.is_open and not wish.purpose.strip():
        raise Refused(
            "exports.no_purpose",
            "名册里要带身份证号、电话和住址，请写明用途。",
            next_step="用途会印在名册上，并留下记录。",
        )
    persons: Iterable[Person] = list_persons(actor.scope, organization).iterator(chunk_size=2000)
    if wish.is_open:
        persons = list(persons)
        note = wish.purpose.strip()[:60]
        open_roster(actor=actor, today=today, persons=persons, note=note, proved_at=proved_at)
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
