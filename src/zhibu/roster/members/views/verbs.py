"""What can be done with a person: each verb with its words, its guard sentence, the fields it asks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from zhibu.common.actor import Actor
from zhibu.roster.members.commands import returning, situations, statuses, transfers
from zhibu.roster.members.commands.decisions import Body, StatusDecision
from zhibu.roster.members.forms.changes import ChangeForm
from zhibu.roster.members.models import Person, Standing
from zhibu.roster.members.queries.attendance import has_limited_rights
from zhibu.roster.members.queries.transit import get_pending_transfer

Command = Callable[[Actor, date, Person, StatusDecision, ChangeForm], object]
Plain = Callable[..., object]


@dataclass(frozen=True, slots=True)
class Verb:
    """One thing to do: ``asked`` maps the form's fields to their labels (``?`` at the end: may stay
    empty).
    """

    slug: str
    title: str
    guard: str
    clause: str
    asked: dict[str, str]
    run: Command
    bodies: tuple[str, ...] = ()
    is_grave: bool = False
    standings: tuple[str, ...] = (Standing.FULL, Standing.PROBATIONARY, Standing.SUSPENDED)
    needs: str = ""


def _plain(command: Plain) -> Command:
    """A command that takes nothing but the decision."""

    def run(actor: Actor, today: date, person: Person, decision: StatusDecision, form: ChangeForm) -> object:
        return command(actor=actor, today=today, person=person, decision=decision)

    return run


def _lost(actor: Actor, today: date, person: Person, decision: StatusDecision, form: ChangeForm) -> object:
    return situations.record_lost(
        actor=actor,
        today=today,
        person=person,
        decision=decision,
        circumstance=form.cleaned_data["circumstance"],
    )


def _move_group(
    actor: Actor, today: date, person: Person, decision: StatusDecision, form: ChangeForm
) -> object:
    return transfers.move_group(
        actor=actor,
        today=today,
        person=person,
        group=form.cleaned_data["group"],
        day=decision.effective_date,
    )


def _start(actor: Actor, today: date, person: Person, decision: StatusDecision, form: ChangeForm) -> object:
    return transfers.start_transfer(
        actor=actor,
        today=today,
        person=person,
        decision=decision,
        destination=form.cleaned_data["destination"],
    )


def _return(actor: Actor, today: date, person: Person, decision: StatusDecision, form: ChangeForm) -> object:
    return returning.return_to_roster(
        actor=actor,
        today=today,
        person=person,
        organization=form.cleaned_data["destination"] or person.organization,
        decision=decision,
    )


_MEETING = (Body.GENERAL_MEETING,)
_OR_SUPERIOR = (Body.GENERAL_MEETING, Body.SUPERIOR)
_ANY = (Body.GENERAL_MEETING, Body.BRANCH_COMMITTEE, Body.SUPERIOR)
_DECIDED = {"effective_date": "支部党员大会通过日期", "body": "决定机构", "approved_date": "上级批准日期"}
_PAPER = {"document_number": "批复文号?", "note": "说明?"}

VERBS = (
    Verb(
        "confirmation",
        "转为正式党员",
        "预备期满一年才能讨论转正，要经支部党员大会通过、上级党组织批准。党龄从预备期满算起，由系统推算。",
        "ZC-7-1",
        _DECIDED | _PAPER,
        _plain(statuses.confirm_full),
        _MEETING,
        standings=(Standing.PROBATIONARY,),
    ),
    Verb(
        "probation-extension",
        "延长预备期",
        "只能延长一次，不少于半年、不超过一年，要经支部党员大会通过、上级党组织批准。",
        "FZ-32-2",
        _DECIDED | {"until_date": "延长到哪一天"} | _PAPER,
        _plain(statuses.extend_probation),
        _MEETING,
        standings=(Standing.PROBATIONARY,),
    ),
    Verb(
        "probation-cancellation",
        "取消预备党员资格",
        "要经支部党员大会通过、上级党组织批准。办理以后，这个人不再在册。",
        "ZC-7-3",
        _DECIDED | _PAPER,
        _plain(statuses.cancel_probation),
        _MEETING,
        is_grave=True,
        standings=(Standing.PROBATIONARY,),
    ),
    Verb(
        "group",
        "调整党小组",
        "从这一天起参加新的党小组的活动；原来担任党小组组长的，组长职务同时结束。",
        "ZB-13-1",
        {"effective_date": "调整日期", "group": "党小组?"},
        _move_group,
        needs="groups",
    ),
    Verb(
        "transfer",
        "转出组织关系",
        "对方接收以前，仍由本支部负责管理，照常参加组织生活、计入应到会。",
        "JY-25-3",
        {
            "effective_date": "介绍信日期",
            "destination": "转到本系统里的党组织?",
            "place": "转到外面的党组织?",
            "document_number": "介绍信编号?",
        },
        _start,
        needs="no_transfer",
    ),
    Verb(
        "transfer-receipt",
        "登记对方已接收",
        "收到介绍信回执以后登记，从接收日期起不再计入本支部。",
        "JY-25-3",
        {"effective_date": "对方接收日期", "document_number": "回执编号?"},
        _plain(transfers.complete_transfer_out),
        needs="transfer",
    ),
    Verb(
        "transfer-withdrawal",
        "收回介绍信",
        "介绍信过期或者退回时登记，组织关系仍在本支部。",
        "JY-25-3",
        {"effective_date": "收回日期", "note": "原因"},
        _plain(transfers.cancel_transfer),
        needs="transfer",
    ),
    Verb(
        "away",
        "登记外出流动",
        "外出6个月以上且地点固定的，应当转组织关系；没有转的，要经常联系。",
        "JY-32-1",
        {"effective_date": "外出日期", "place": "外出流向（省、市、县）"},
        _plain(situations.record_away),
        needs="here",
    ),
    Verb(
        "abroad",
        "登记出国（境）",
        "组织关系保留在本支部的，每半年至少联系一次。",
        "JY-34-2",
        {"effective_date": "出国（境）日期", "place": "去向?"},
        _plain(situations.record_abroad),
        needs="here",
    ),
    Verb(
        "contact",
        "登记联系情况",
        "记下哪一天联系过就行，不用写谈了什么。",
        "JY-32-1",
        {"effective_date": "联系日期"},
        _plain(situations.record_contact),
        needs="away",
    ),
    Verb(
        "return",
        "登记返回",
        "从这一天起不再算流动党员或者出国（境）党员。",
        "JY-32-1",
        {"effective_date": "返回日期"},
        _plain(situations.record_return),
        needs="away",
    ),
    Verb(
        "loss-of-contact",
        "登记失去联系",
        "填最后一次联系上的日期。失去联系6个月以上、确实查找不到的，才能停止党籍。",
        "JY-24-3",
        {"effective_date": "最后一次联系日期", "precision": "日期精确到", "circumstance": "失联情形"},
        _lost,
        needs="found",
    ),
    Verb(
        "search",
        "登记查找情况",
        "每找一次登记一次，写明用的什么办法。",
        "JY-24-3",
        {"effective_date": "查找日期", "note": "查找的办法"},
        _plain(situations.record_search),
        needs="lost",
    ),
    Verb(
        "regained-contact",
        "登记恢复联系",
        "从这一天起不再是失联党员；已经停止党籍的，还要另外办理恢复党籍。",
        "JY-24-5",
        {"effective_date": "恢复联系日期"},
        _plain(situations.record_found),
        needs="lost",
    ),
    Verb(
        "suspension",
        "停止党籍",
        "失去联系6个月以上并且查找无果，或者出国（境）长期未归，由支部或者上级决定。",
        "JY-24-3",
        {"effective_date": "停止党籍日期", "body": "决定机构", "approved_date": "上级批准日期?"} | _PAPER,
        _plain(statuses.suspend_membership),
        _ANY,
        is_grave=True,
        standings=(Standing.FULL, Standing.PROBATIONARY),
    ),
    Verb(
        "restoration",
        "恢复党籍",
        "恢复联系并符合条件的，由支部或者上级决定。",
        "JY-24-5",
        {"effective_date": "恢复日期", "body": "决定机构", "approved_date": "上级批准日期?"} | _PAPER,
        _plain(statuses.restore_membership),
        _ANY,
        standings=(Standing.SUSPENDED,),
    ),
    Verb(
        "rights-suspension",
        "中止党员权利",
        "被留置、逮捕的，由有权限的党组织决定；中止期间不计入应到会。",
        "XJ-5-2",
        {"effective_date": "决定日期", "body": "决定机构"} | _PAPER,
        _plain(statuses.suspend_rights),
        (Body.SUPERIOR,),
        is_grave=True,
    ),
    Verb(
        "observation",
        "登记留党察看",
        "最长两年。察看期内应当到会，没有表决权、选举权和被选举权。",
        "ZC-41-1",
        {
            "effective_date": "起算日期",
            "until_date": "到哪一天",
            "body": "决定机构",
            "approved_date": "批准日期",
        }
        | _PAPER,
        _plain(statuses.put_under_observation),
        _OR_SUPERIOR,
        is_grave=True,
        standings=(Standing.FULL,),
    ),
    Verb(
        "rights-restoration",
        "恢复党员权利",
        "留党察看期满或者中止权利的原因消失以后，按决定登记。",
        "ZC-41-1",
        {"effective_date": "恢复日期"} | _PAPER,
        _plain(statuses.restore_rights),
        needs="rights",
    ),
    Verb(
        "withdrawal",
        "登记退党",
        "本人要求退党的，支部党员大会讨论后宣布除名，并报上级备案。",
        "ZC-9-1",
        {"effective_date": "宣布除名日期", "body": "决定机构", "filed_date": "报上级备案日期?"} | _PAPER,
        _plain(statuses.withdraw),
        _MEETING,
        is_grave=True,
    ),
    Verb(
        "persuasion",
        "登记劝其退党",
        "要经支部党员大会决定、上级党组织批准，从批准之日起不再是党员。",
        "ZC-9-2",
        _DECIDED | _PAPER,
        _plain(statuses.persuade_to_leave),
        _MEETING,
        is_grave=True,
    ),
    Verb(
        "removal",
        "登记除名",
        "要经支部党员大会决定、上级党组织批准，从批准之日起不再是党员；停止党籍的，满两年仍联系不上才能除名。",
        "ZC-9-3",
        _DECIDED | _PAPER,
        _plain(statuses.remove_from_party),
        _MEETING,
        is_grave=True,
    ),
    Verb(
        "expulsion",
        "登记开除党籍",
        "要经支部党员大会讨论决定，报有权限的上级批准，从批准之日起不再是党员。",
        "ZC-42-1",
        _DECIDED | _PAPER,
        _plain(statuses.expel),
        _OR_SUPERIOR,
        is_grave=True,
    ),
    Verb(
        "return-to-roster",
        "重新转入",
        "接着用这张卡片，以前的资料和经历都在。不选党组织的，转回原来所在的党组织。",
        "JY-25-3",
        {
            "effective_date": "转入日期",
            "place": "从哪个党组织转来",
            "destination": "转到本系统里的党组织?",
            "document_number": "介绍信编号?",
        },
        _return,
        standings=(Standing.LEFT,),
    ),
    Verb(
        "death",
        "登记去世",
        "登记以后不再计入党员数，资料都保留。",
        "",
        {"effective_date": "去世日期", "precision": "日期精确到"},
        _plain(statuses.record_death),
        is_grave=True,
    ),
)
BY_SLUG = {verb.slug: verb for verb in VERBS}


def verbs_for(person: Person) -> tuple[list[Verb], list[Verb]]:
    """What fits the person as they stand: everyday matters, and grave ones that are folded away."""
    if person.standing == Standing.LEFT:
        return [BY_SLUG["return-to-roster"]], []
    in_transit = get_pending_transfer(person)
    present = {
        "groups": True,
        "no_transfer": in_transit is None,
        "transfer": in_transit is not None,
        "here": not (person.is_mobile or person.abroad_since_date),
        "away": bool(person.is_mobile or person.abroad_since_date),
        "found": not person.is_lost,
        "lost": person.is_lost,
        "rights": has_limited_rights(person),
        "": True,
    }
    if in_transit is not None and in_transit.counterpart_id:
        present["transfer"] = False
    fitting = [verb for verb in VERBS if person.standing in verb.standings and present[verb.needs]]
    if in_transit is not None and in_transit.counterpart_id:
        fitting.append(BY_SLUG["transfer-withdrawal"])
    everyday = [verb for verb in fitting if not verb.is_grave]
    return everyday, [verb for verb in fitting if verb.is_grave]
