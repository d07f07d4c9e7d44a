"""A roster leaves the house: who took it, of which organisation, with which fields and for what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from zhibu.common.actor import Actor
from zhibu.common.dates import CHINA, utc_now
from zhibu.common.errors import NotAllowed, Refused
from zhibu.foundation.accounts.models import Account
from zhibu.foundation.audit.commands import command, record
from zhibu.roster.exports.queries import list_member_rows
from zhibu.roster.exports.rows import ReportHead
from zhibu.roster.exports.workbooks import file_name, report_roster, system_roster
from zhibu.roster.organizations.models import Organization

_WATERMARK = "{name}于{moment}导出，用途：{purpose}。含个人信息，请妥善保管，用后删除。"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is exported: ``style`` report or system; ``is_open`` with private fields, for ``purpose``."""

    style: str
    is_open: bool = False
    purpose: str = ""
    dates_as_months: bool = False


@command("exports.roster")
def export_roster(*, actor: Actor, today: date, organization: Organization, wish: Wish) -> tuple[bytes, str]:
    """The workbook and its name; leaves an audit row that says whether private fields went out.

    Raises ``Refused`` (``exports.no_purpose``) for private fields without a purpose.
    """
    if not actor.may("exports:use", organization.path):
        raise NotAllowed("exports:use")
    if wish.is_open and not wish.purpose.strip():
        raise Refused(
            "exports.no_purpose",
            "名册里要带身份证号、电话和住址，请写明用途。",
            next_step="用途会印在名册上，并留下记录。",
        )
    rows = list_member_rows(actor.scope, organization, is_open=wish.is_open)
    watermark = _watermark(actor, wish) if wish.is_open else ""
    if wish.style == "system":
        content, style = system_roster(rows, watermark), "系统版"
    else:
        content, style = report_roster(rows, _head(actor, organization, today, wish, watermark)), "报送版"
    record(
        actor=actor,
        action="exports.roster",
        object_ref="organization:{id}".format(id=organization.pk),
        org_ids=[organization.pk],
        diff={"count": len(rows), "style": wish.style, "open": wish.is_open},
    )
    return content, file_name(organization.name, today, style)


def _head(actor: Actor, organization: Organization, today: date, wish: Wish, watermark: str) -> ReportHead:
    return ReportHead(
        title="{name}党员名册".format(name=organization.name),
        unit=organization.name,
        prepared_by=_name_of(actor),
        checked_by="",
        day=today,
        watermark=watermark,
        dates_as_months=wish.dates_as_months,
    )


def _name_of(actor: Actor) -> str:
    account = Account.objects.filter(pk=actor.account_id or 0).first()
    return account.display_name if account else ""


def _watermark(actor: Actor, wish: Wish) -> str:
    moment = utc_now().astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
    return _WATERMARK.format(name=_name_of(actor) or "系统", moment=moment, purpose=wish.purpose.strip()[:60])
