"""What each paper contains: frozen dataclasses, filled by the modules above and set by ``pdf`` and ``docx``.

Nothing here is looked up, computed or judged: names, counts and sentences are printed as given. Sealed values
(ID numbers, phones) must arrive masked where the reader may not see them. Every field with a default may be
left out; a paper with only its required fields is complete and leaves lines to fill in by hand where an
office expects them. Times are wall-clock times in China. Field lists: ``ux.md`` 2.1-2.2, GB/T 9704-2012.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum


class Dress(StrEnum):
    """Which form of writing an organisation may use: most branches have neither number nor red head."""

    RED_HEAD = "red_head"  # A 红头: a committee, or a branch with number and seal
    PLAIN = "plain"  # B 普通: title, addressee, body, signature


@dataclass(frozen=True, slots=True)
class Span:
    """When something takes place; without times only the day is printed, without an end only the start."""

    day: date
    begins: time | None = None
    ends: time | None = None
    ends_day: date | None = None  # only if it differs from ``day``


@dataclass(frozen=True, slots=True)
class Absence:
    """One absent person by name with the reason; an empty reason leaves room to write it by hand."""

    name: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Speech:
    """What one person said; a dissent is printed as such beside the name."""

    speaker: str
    text: str
    is_dissent: bool = False


@dataclass(frozen=True, slots=True)
class Vote:
    """A vote as counted. ``eligible`` are those with a vote who should be there (应到会有表决权), ``present``
    those of them who came; where both are None the sentence is left out.

    ``conclusion`` is a whole sentence from the module that knows the norm; nothing is concluded here.
    """

    approve: int
    oppose: int
    abstain: int
    eligible: int | None = None
    present: int | None = None
    method: str = ""  # 举手表决, 无记名投票表决
    voters: str = "正式党员"  # 委员 in a committee
    conclusion: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """One resolution (议定事项) in full, with its owner and due date when it has them."""

    text: str
    owner: str = ""
    due_date: date | None = None


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """One item: what was reported (``notes``), who said what, the vote, what was decided."""

    title: str
    notes: str = ""
    speeches: tuple[Speech, ...] = ()
    vote: Vote | None = None
    decisions: tuple[Decision, ...] = ()


@dataclass(frozen=True, slots=True)
class Attendance:
    """Who should come, who came, who did not and why (逐人).

    ``expected`` and ``present`` are heads, ``voting_expected`` and ``voting_present`` those with a vote.
    ``basis`` says in one sentence how the expected number came about. ``present_names`` is printed only
    where given (committees and groups), ``observers`` are 列席.
    """

    expected: int | None = None
    present: int | None = None
    voting_expected: int | None = None
    voting_present: int | None = None
    basis: str = ""
    present_names: tuple[str, ...] = ()
    absences: tuple[Absence, ...] = ()
    observers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Minutes:
    """会议记录 of any kind of meeting.

    Only ``organization``, ``kind`` and ``span`` are required. ``kind`` is the Chinese word (支部党员大会),
    ``also`` what it counts as besides. ``sequence`` prints as 2025年第3次. ``steps`` are what went before
    (学习研讨 2026年1月8日). ``invalid_reason`` says why the meeting does not count. ``entered_date`` is set
    when the record was entered later than held and is then printed; ``version_note`` names a correction.
    """

    organization: str
    kind: str
    span: Span
    name: str = ""
    sequence: int | None = None
    place: str = ""
    host: str = ""
    recorder: str = ""
    lecturer: str = ""
    also: str = ""
    steps: tuple[str, ...] = ()
    invalid_reason: str = ""
    attendance: Attendance = Attendance()
    items: tuple[AgendaItem, ...] = ()
    summary: str = ""
    entered_date: date | None = None
    version_note: str = ""


@dataclass(frozen=True, slots=True)
class MeetingNotice:
    """会议通知. ``audience`` is who is addressed and is to come (全体党员); ``link`` becomes a QR code."""

    organization: str
    kind: str
    span: Span
    issued_date: date
    place: str = ""
    audience: str = "全体党员"
    observers: str = ""
    topics: tuple[str, ...] = ()
    preparations: tuple[str, ...] = ()
    contact: str = ""
    contact_phone: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class SignInSheet:
    """签到表: one line a person in the order given, ``spare_lines`` empty ones for guests and observers."""

    organization: str
    kind: str
    span: Span
    names: tuple[str, ...] = ()
    place: str = ""
    name: str = ""
    spare_lines: int = 2
    link: str = ""


@dataclass(frozen=True, slots=True)
class Resolution:
    """党员大会决议: what was put to the vote, the count, the conclusion; signed by the secretary.

    ``matter`` completes the title 关于…的决议; ``background`` and ``decisions`` are the body;
    ``version_note`` names a correction.
    """

    organization: str
    kind: str
    span: Span
    matter: str
    vote: Vote | None = None
    background: str = ""
    decisions: tuple[Decision, ...] = ()
    secretary: str = ""
    issued_date: date | None = None
    version_note: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """会议纪要 (GB/T 9704-2012, 10.3): numbered resolutions, then 出席, 请假, 列席; never a seal.

    With the red head the mark is ``organization`` + 会议纪要 in red and ``number`` stands below it.
    Where many came, ``attended`` is empty and ``present`` their number.
    """

    organization: str
    kind: str
    span: Span
    issued_date: date
    dress: Dress = Dress.PLAIN
    number: str = ""
    place: str = ""
    host: str = ""
    opening: str = ""
    decisions: tuple[Decision, ...] = ()
    attended: tuple[str, ...] = ()
    present: int | None = None
    excused: tuple[Absence, ...] = ()
    observers: tuple[str, ...] = ()
    version_note: str = ""


@dataclass(frozen=True, slots=True)
class CodeSheet:
    """扫码报到 as a sheet for the door: one large code, what for, and that signing by hand is as good."""

    organization: str
    kind: str
    span: Span
    link: str
    name: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One meeting of the year plan; ``host`` and ``audience`` may be left for later."""

    day: date
    kind: str
    topic: str = ""
    host: str = ""
    audience: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class YearPlan:
    """“三会一课”计划表 of one year, quarter by quarter, as it is reported to the committee above."""

    organization: str
    year: int
    lines: tuple[PlanLine, ...]
    filled_by: str = ""


@dataclass(frozen=True, slots=True)
class CheckupRow:
    """One line of the check-up: ``state`` is shape and word (▲ 临期), ``remedy`` what to do about it."""

    matter: str
    basis: str
    fact: str
    state: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class CheckupGroup:
    """The lines of one subject: 组织设置, 组织生活 …"""

    heading: str
    rows: tuple[CheckupRow, ...]


@dataclass(frozen=True, slots=True)
class CheckupReport:
    """支部体检报告: the verdict in words, what was found, what was not checked. No score, no rank.

    Two pages hold about 36 one-line rows; give the rows that need action and a few of the others
    (``verdict`` says how many are in order), not all of them.
    """

    organization: str
    as_of: date
    verdict: str
    groups: tuple[CheckupGroup, ...] = ()
    not_checked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RosterColumn:
    """A roster column; ``weight`` is its share of the width, about its width in characters."""

    heading: str
    weight: int
    is_left: bool = False


@dataclass(frozen=True, slots=True)
class RosterPrint:
    """党员花名册 on A4 landscape as offices hand it in; 序号 is added, every row has one text per column.

    ``totals`` is the sentence below the table (合计：正式党员28名，预备党员4名).
    """

    organization: str
    as_of: date
    columns: tuple[RosterColumn, ...]
    rows: tuple[tuple[str, ...], ...]
    title: str = "党员花名册"
    totals: str = ""
    filled_by: str = ""
    checked_by: str = ""


@dataclass(frozen=True, slots=True)
class DocumentNumber:
    """发文字号: organ code, full year, running number; printed 柳党〔2025〕3号, not padded, no 第."""

    code: str
    year: int
    sequence: int


@dataclass(frozen=True, slots=True)
class Attachment:
    """An attachment: listed below the body and set on a page of its own, so that list and pages agree.

    ``is_separate`` marks one that cannot be bound with the letter; it is listed and not set.
    """

    name: str
    paragraphs: tuple[str, ...] = ()
    is_separate: bool = False


@dataclass(frozen=True, slots=True)
class OfficialLetter:
    """请示, 报告, 通知 … in either dress.

    ``paragraphs`` are body paragraphs; one that begins with ``一、`` is set in 黑体, ``（一）`` in 楷体, when
    it is a heading (no full stop inside). ``title`` may hold line ends to force its breaks. ``signer``
    (签发人) belongs to upward documents. ``contact`` and ``contact_phone`` print as 附注 (请示).
    """

    organization: str
    title: str
    paragraphs: tuple[str, ...]
    issued_date: date
    addressee: str = ""
    dress: Dress = Dress.PLAIN
    number: DocumentNumber | None = None
    signer: str = ""
    urgency: str = ""  # 特急, 加急
    has_seal: bool = False
    contact: str = ""
    contact_phone: str = ""
    attachments: tuple[Attachment, ...] = ()
    copies_to: tuple[str, ...] = ()
    printed_by: str = ""
    printed_date: date | None = None


Paper = (
    MeetingNotice
    | SignInSheet
    | Minutes
    | Resolution
    | Summary
    | CodeSheet
    | YearPlan
    | CheckupReport
    | RosterPrint
    | OfficialLetter
)
