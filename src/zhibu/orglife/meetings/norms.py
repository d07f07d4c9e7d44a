"""The one place where meetings ask the rulebook: quorum, majority, competence and who may preside.

Every function builds the fact rows of the act that is about to be written and lets the rulebook judge them,
so that the guard and the check-up have one number and one wording. All arithmetic is on whole numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from zhibu.orglife.meetings.models import Matter, MeetingKind
from zhibu.roster.organizations.facts import facts_on
from zhibu.roster.organizations.models import Organization
from zhibu.rulebook.asking import Intent, ask, check_of
from zhibu.rulebook.explain import run_of
from zhibu.rulebook.guard import Verdict
from zhibu.rulebook.loader import national
from zhibu.rulebook.model import Bound
from zhibu.rulebook.schema import Facts
from zhibu.rulebook.shapes.bound import side

ADMISSION_MATTERS = frozenset({Matter.ADMIT, Matter.FULL})
ELECTION_MATTERS = frozenset({Matter.ELECT_COMMITTEE, Matter.ELECT_DELEGATES})
SECRET_MATTERS = frozenset(
    {
        *ADMISSION_MATTERS,
        *ELECTION_MATTERS,
        Matter.EXTEND,
        Matter.ANNUL,
        Matter.STRIKE_OFF,
        Matter.PERSUADE,
        Matter.SANCTION,
    }
)
VOTING_KINDS = frozenset(
    {
        MeetingKind.GENERAL,
        MeetingKind.COMMITTEE,
        MeetingKind.GROUP,
        MeetingKind.LIFE,
        MeetingKind.APPRAISAL,
    }
)

# 发展党员细则 20、21 尚未写成规则数据：超过半数，恰好一半不得进行。
_MORE_THAN_HALF = Bound(
    mode="act", measure="votes_for", of="voters_expected", low_num=1, low_den=2, low_open=True
)
_FRACTIONS = {(1, 2): "半数", (4, 5): "五分之四", (2, 3): "三分之二"}


@dataclass(frozen=True, slots=True)
class Count:
    """The totals of one vote, persons; ``expected`` and ``present`` are those with a vote."""

    expected: int
    present: int
    yes: int = 0
    no: int = 0
    abstain: int = 0
    written_yes: int = 0
    written_no: int = 0
    ineligible: int = 0


@dataclass(frozen=True, slots=True)
class Breach:
    """What a norm forbids about a vote: a stable code, a sentence, the norm, and what to do."""

    code: str
    message: str
    clause: str
    next_step: str


@dataclass(frozen=True, slots=True)
class Quorum:
    """Whether enough came to vote, in one sentence; ``is_needed`` False where the kind of meeting
    knows none."""

    is_needed: bool
    is_reached: bool
    sentence: str
    clause: str
    next_step: str = ""


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the norms say of a vote: the breaches, whether it passes, and the sentence kept with it."""

    quorum: Quorum
    breaches: tuple[Breach, ...]
    is_passed: bool
    sentence: str
    clauses: tuple[str, ...]


def votes_at(all_kinds: tuple[str, ...]) -> bool:
    """Whether anything is voted on at a gathering that counts as these kinds."""
    return any(kind in VOTING_KINDS for kind in all_kinds)


def voting_kind(all_kinds: tuple[str, ...]) -> str:
    """The kind whose norms hold for a vote at a gathering that counts as several: the members'
    meeting first."""
    for kind in (MeetingKind.GENERAL, MeetingKind.COMMITTEE):
        if kind in all_kinds:
            return kind
    return all_kinds[0]


def quorum(organization: Organization, kind: str, matter: str, day: date, count: Count) -> Quorum:
    """The quorum of one vote at a meeting of ``kind``: ZB-11-2, ZB-12-2, FZ-20-1 or XJ-DH-1."""
    if kind == MeetingKind.GENERAL and matter in ADMISSION_MATTERS:
        reached = side(_MORE_THAN_HALF, count.present, count.expected) == "within"
        step = "请另行召集；接收预备党员和转正的党员大会，到会的有表决权党员须超过应到会的半数。"
        return _quorum(reached, _MORE_THAN_HALF, count, "FZ-20-1", "" if reached else step)
    measures = _quorum_measures(kind, matter)
    if measures is None:
        sentence = "有表决权的应到{expected}人，实到{present}人。".format(
            expected=count.expected, present=count.present
        )
        return Quorum(False, True, sentence, "")
    present, expected = measures
    added = Facts(
        events=(_intent(organization, day).event(kind),),
        measures=(
            _intent(organization, day).measure("event", present, count.present),
            _intent(organization, day).measure("event", expected, count.expected),
        ),
    )
    for verdict in _ask(organization, day, added):
        params = _bound_of(verdict)
        if params is not None and params.measure == present:
            return _quorum(
                not verdict.refuses,
                params,
                count,
                check_of(verdict).norm_id,
                check_of(verdict).remedy if verdict.refuses else "",
            )
    raise LookupError(present)


def rule(organization: Organization, kind: str, matter: str, day: date, count: Count, method: str) -> Ruling:
    """What the norms say of a vote with these totals; what is counted wrongly is a breach too."""
    enough = quorum(organization, kind, matter, day, count)
    breaches = [*_sum_breaches(count), *_form_breaches(matter, count, method)]
    breaches += _open_election(organization, matter, day, method)
    breaches += _competence(organization, kind, matter, day)
    if not enough.is_reached or count.expected == 0:
        breaches.append(
            Breach(
                "meetings.no_quorum", enough.sentence, enough.clause, enough.next_step or "请核对应到会名单。"
            )
        )
    breaches += _entitled(organization, kind, day, count)
    is_lawful = not breaches
    passed, clause = _passes(organization, kind, matter, day, count)
    words = _vote_words(matter, count, passed)
    clauses = tuple(dict.fromkeys([c for c in (enough.clause, clause, *(b.clause for b in breaches)) if c]))
    sentence = words if is_lawful else "表决无效：{why}".format(why=breaches[0].message)
    return Ruling(enough, tuple(breaches), passed and is_lawful, sentence, clauses)


def presiding(organization: Organization, kind: str, day: date, body: str) -> Breach | None:
    """What ZB-14-1 says of who presides: ``body`` is the host's office on the day, ``none`` without one."""
    act = "preside_group_meeting" if kind == MeetingKind.GROUP else "preside_meeting"
    if kind not in (MeetingKind.GROUP, MeetingKind.GENERAL, MeetingKind.COMMITTEE) or not body:
        return None
    added = Facts(acts=(_intent(organization, day).act(act, body),))
    for verdict in _ask(organization, day, added):
        if verdict.refuses:
            return Breach(
                "meetings.presiding",
                check_of(verdict).title,
                check_of(verdict).norm_id,
                check_of(verdict).remedy,
            )
    return None


def _quorum_measures(kind: str, matter: str) -> tuple[str, str] | None:
    if kind == MeetingKind.GENERAL and matter in ELECTION_MATTERS:
        return "electors_present", "electors_expected"
    if kind == MeetingKind.GENERAL:
        return "voters_present", "voters_expected"
    if kind == MeetingKind.COMMITTEE:
        return "committee_present", "committee_expected"
    return None


def _quorum(reached: bool, params: Bound, count: Count, clause: str, next_step: str) -> Quorum:
    return Quorum(True, reached, _quorum_words(reached, params, count), clause, next_step)


def _quorum_words(reached: bool, params: Bound, count: Count) -> str:
    """“到会27人，超过应到会32人的半数，可以表决。”"""
    low, den = params.low_num or 0, params.low_den
    share = _FRACTIONS.get((low, den), "{low}/{den}".format(low=low, den=den))
    left, right = count.present * den, count.expected * low
    needed = count.expected * low // den + 1 if params.low_open else -(-count.expected * low // den)
    values = {
        "present": count.present,
        "expected": count.expected,
        "share": share,
        "lacking": needed - count.present,
    }
    if not reached:
        pattern = "到会{present}人，不到应到会{expected}人的{share}，还差{lacking}人，不能表决。"
        if left == right:
            pattern = (
                "到会{present}人，正好是应到会{expected}人的{share}；"
                "须超过{share}，还差{lacking}人，不能表决。"
            )
    elif left == right:
        pattern = "到会{present}人，正好是应到会{expected}人的{share}，可以表决。"
    else:
        pattern = "到会{present}人，超过应到会{expected}人的{share}，可以表决。"
    return pattern.format_map(values)


def _sum_breaches(count: Count) -> Iterator[Breach]:
    voted = count.yes + count.no + count.abstain
    if voted > count.present + count.ineligible:
        yield Breach(
            "meetings.too_many_votes",
            "赞成、反对、弃权合计{voted}人，多于到会有表决权的{present}人。".format(
                voted=voted, present=count.present
            ),
            "",
            "请核对票数；预备党员和留党察看期内的党员没有表决权，不计入。",
        )
    if count.present + count.written_yes + count.written_no > count.expected:
        yield Breach(
            "meetings.too_many_written",
            "到会人数与书面意见合计多于应到会的{expected}人。".format(expected=count.expected),
            "",
            "已经到会的人，书面意见不再计票，请核对。",
        )


def _form_breaches(matter: str, count: Count, method: str) -> Iterator[Breach]:
    if (count.written_yes or count.written_no) and matter not in ADMISSION_MATTERS:
        yield Breach(
            "meetings.written_not_counted",
            "只有接收预备党员和预备党员转正，会前正式提出的书面意见才计入票数。",
            "FZ-21-2",
            "请把书面意见写进发言要点，不填入票数。",
        )
    if matter in SECRET_MATTERS - ELECTION_MATTERS and method != "secret":
        yield Breach(
            "meetings.not_secret",
            "对人的事项应当采用无记名投票。",
            "FZ-21-1" if matter in ADMISSION_MATTERS else "",
            "请改为无记名投票，只登记各项票数。",
        )


def _open_election(organization: Organization, matter: str, day: date, method: str) -> Iterator[Breach]:
    if matter not in ELECTION_MATTERS:
        return
    intent = _intent(organization, day)
    measure = intent.measure("event", "open_elections", 0 if method == "secret" else 1)
    for verdict in _ask(organization, day, Facts(measures=(measure,))):
        if verdict.refuses:
            check = check_of(verdict)
            yield Breach("meetings.not_secret", check.title, check.norm_id, check.beforehand)


def _entitled(organization: Organization, kind: str, day: date, count: Count) -> Iterator[Breach]:
    if not count.ineligible:
        return
    added = Facts(
        events=(_intent(organization, day).event(kind),),
        measures=(_intent(organization, day).measure("event", "ineligible_voters", count.ineligible),),
    )
    for verdict in _ask(organization, day, added):
        if verdict.refuses:
            message = "有{n}名没有表决权的党员被计入表决。".format(n=count.ineligible)
            yield Breach(
                "meetings.ineligible_voters", message, check_of(verdict).norm_id, check_of(verdict).remedy
            )
            return


def _competence(organization: Organization, kind: str, matter: str, day: date) -> Iterator[Breach]:
    if not matter or matter == Matter.OTHER:
        return
    added = Facts(acts=(_intent(organization, day).act(matter, kind),))
    for verdict in _ask(organization, day, added):
        if verdict.refuses:
            message = "{title}，{kind}不能作出这项决定。".format(
                title=check_of(verdict).title, kind=MeetingKind(kind).label
            )
            step = "请在这里只讨论、提出意见，把决定列入支部党员大会的议题。"
            yield Breach("meetings.not_competent", message, check_of(verdict).norm_id, step)
            return


def _passes(organization: Organization, kind: str, matter: str, day: date, count: Count) -> tuple[bool, str]:
    """Whether the votes suffice: more than half of those expected with a vote (ZB-11-3; K-05 for
    opinions)."""
    votes = count.yes + (count.written_yes if matter in ADMISSION_MATTERS else 0)
    if kind != MeetingKind.GENERAL or matter in ELECTION_MATTERS or matter in ADMISSION_MATTERS:
        clause = "FZ-21-1" if matter in ADMISSION_MATTERS else ""
        return side(_MORE_THAN_HALF, votes, count.expected) == "within", clause
    added = Facts(
        acts=(_intent(organization, day).act("resolve", kind),),
        measures=(
            _intent(organization, day).measure("act", "votes_for", votes),
            _intent(organization, day).measure("act", "voters_expected", count.expected),
            _intent(organization, day).measure("act", "declared_passed", 1),
        ),
    )
    for verdict in _ask(organization, day, added):
        params = _bound_of(verdict)
        if params is not None and params.measure == "votes_for":
            return not verdict.refuses, check_of(verdict).norm_id
    raise LookupError("votes_for")


def _vote_words(matter: str, count: Count, passed: bool) -> str:
    votes = count.yes + (count.written_yes if matter in ADMISSION_MATTERS else 0)
    if matter in ELECTION_MATTERS:
        pattern = "当选人得票最少{votes}票，{more}应到会{expected}人的半数，{end}"
        ends = ("选举有效。", "没有选出。")
    else:
        pattern = "赞成{votes}人，{more}应到会{expected}人的半数，{end}"
        ends = ("通过。", "没有通过。")
    return pattern.format(
        votes=votes,
        expected=count.expected,
        more="超过" if passed else "没有超过",
        end=ends[0] if passed else ends[1],
    )


def _ask(organization: Organization, day: date, added: Facts) -> tuple[Verdict, ...]:
    return ask(facts_on(organization, day), added, today=day)


def _intent(organization: Organization, day: date) -> Intent:
    return Intent(organization.pk, organization.kind, day)


def _bound_of(verdict: Verdict) -> Bound | None:
    run = run_of(verdict.obligation, national())
    return run.params if run is not None and isinstance(run.params, Bound) else None
