"""The conventions K-01…K-15 in one place: what they say, where the code keeps them, and those that
modules ask for.

K-01, K-02, K-02b and K-10 live in `shapes.bound.side`; K-06 in `common.dates.add_months`; K-07 in
`shapes.interval`; K-08 in `calendar`; K-12 and K-15 in `shapes.frequency`; K-13 in the word `term.elected`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from zhibu.common.dates import add_months
from zhibu.rulebook.schema import Domain, Membership, OrgKind, Waiver

EXCLUDED = "excluded_from_expected"
LONG, SHORT = 60, 36  # months of a term
NEW_TERMS = date(2018, 7, 12)  # RQ: earlier elected bodies finish their old term (RQ-1-2)


@dataclass(frozen=True, slots=True)
class Convention:
    """One convention with its sentence (Chinese) and how sure we are of it."""

    key: str
    text: str
    confidence: str


CONVENTIONS: tuple[Convention, ...] = (
    Convention("K-01", "“以上、以下、以内”含本数，“超过、不足、不满、以外”不含本数。", "medium"),
    Convention("K-02", "“半数以上”是不少于一半，“超过半数”是多于一半，两种写法不混用。", "high"),
    Convention("K-02b", "党费分档的“以上”不含前一档已写明包含的数。", "high"),
    Convention(
        "K-03",
        "应到会人数是有表决权的正式党员数，不含留党察看期内、被中止权利、停止党籍和经批准不计入的。",
        "high",
    ),
    Convention("K-04", "请假、病假、出差不减少应到会人数。", "high"),
    Convention(
        "K-05", "书面意见只在接收预备党员和转正时计入票数，不计入到会人数；选举不得委托投票。", "high"
    ),
    Convention("K-06", "月、年的加减取对应日，没有对应日的取当月最后一日。", "medium"),
    Convention("K-07", "从某日起算满一年的，次年对应日起方可办理。", "high"),
    Convention("K-08", "工作日按国务院办公厅的放假安排计算；没有录入的年份不推算。", "high"),
    Convention("K-09", "公示期起始日是否计入没有全国规定，两种算法结论不同时说明取决于口径。", "low"),
    Convention("K-10", "比例用整数乘法比较，不用小数；上限舍去，下限进一。", "high"),
    Convention("K-11", "金额以分计算，最后四舍五入。", "low"),
    Convention("K-12", "组织生活会、民主评议、述职按归属年度计，可以在次年第一季度补开。", "medium"),
    Convention("K-13", "届期从选举产生之日起算。", "low"),
    Convention("K-14", "先分领域，再分组织层级，确定任期和门槛。", "high"),
    Convention("K-15", "条件没有在整个周期内成立的，该周期豁免并写明原因；单次行为按当日条件。", "low"),
)


def is_approved_exclusion(waiver: Waiver, day: date) -> bool:
    """Whether a person may be left out of those expected on ``day``: both approvals by that day (XJ-YD-1)."""
    approvals = (waiver.superior_approved_date, waiver.meeting_passed_date)
    return (
        waiver.kind == EXCLUDED
        and _holds(waiver.valid_from, waiver.valid_to, day)
        and all(approval is not None and approval <= day for approval in approvals)
    )


def expected_voters(
    memberships: Iterable[Membership],
    waivers: Iterable[Waiver],
    without_vote: frozenset[int],
    org_id: int,
    day: date,
) -> frozenset[int]:
    """The persons entitled to vote and counted as expected in an organisation on ``day`` (K-03, K-04).

    Full members who belong to it, without ``without_vote`` (person ids: on party probation, rights
    suspended) and
    without those excluded with both approvals. Leave, illness and travel do not reduce the number.
    """
    excluded = {w.person_id for w in waivers if w.org_id == org_id and is_approved_exclusion(w, day)}
    return frozenset(
        row.person_id
        for row in memberships
        if row.org_id == org_id
        and row.status == "full"
        and row.is_belonging
        and _holds(row.valid_from, row.valid_to, day)
        and row.person_id not in without_vote
        and row.person_id not in excluded
    )


def term_months(kind: OrgKind, domain: Domain, elected: date) -> int | None:
    """Length of a term in months by level and domain (RQ-1-1, ZB-21-1, U-07, U-08).

    None where no term is prescribed: other kinds of organisation, streets' work committees, elections
    before the
    opinion of 12 July 2018, whose terms follow the rules of their time.
    """
    if elected < NEW_TERMS or kind not in ("branch", "general_branch", "committee"):
        return None
    if kind == "committee" or domain in ("village", "community"):
        return LONG
    return LONG if kind == "general_branch" and domain == "faculty" else SHORT


def term_end(kind: OrgKind, domain: Domain, elected: date) -> date | None:
    """The day on which a term that began on ``elected`` ends (K-06, K-13); None as in `term_months`."""
    months = term_months(kind, domain, elected)
    return None if months is None else add_months(elected, months)


def _holds(start: date, end: date | None, day: date) -> bool:
    return start <= day and (end is None or day < end)
