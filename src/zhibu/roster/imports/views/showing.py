"""What the pages of an import show: questions, rows of the plan and of the result, sums and notices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from zhibu.roster.imports.models import ImportBatch, ImportedRow
from zhibu.roster.imports.planning.rows import Effect, Missing, PlannedRow, Question
from zhibu.roster.imports.planning.values import label_of_item, shown
from zhibu.roster.imports.queries import get_places
from zhibu.roster.imports.staging import StagedPlan
from zhibu.ui.listing import Column, Listing, list_page
from zhibu.ui.marks import Tab
from zhibu.ui.pages import PageRequest

_QUESTIONS = 30
_TAB_LABELS = (
    ("asked", "待确认"),
    ("added", "新增"),
    ("changed", "修改"),
    ("same", "不变"),
    ("left_out", "不导入"),
)
_RESULT_LABELS = (("added", "新增"), ("changed", "修改"), ("same", "不变"), ("refused", "未导入"))
_COLUMNS = {
    "added": ("行", "姓名", "党组织", "写入的内容", "说明"),
    "changed": ("行", "姓名", "党组织", "原来 → 改为", "说明"),
    "same": ("行", "姓名", "党组织", "说明"),
    "asked": ("行", "姓名", "要确认的"),
    "left_out": ("行", "姓名", "原因"),
    "missing": ("姓名", "党组织", "人员类别"),
}
_SUMS = {"all": "总人数", "full": "正式党员", "probationary": "预备党员", "male": "男", "female": "女"}


@dataclass(slots=True)
class Pieces:
    """Sentences gathered for a page."""

    sentences: list[str] = field(default_factory=list)

    def add(self, text: str, count: int = 0) -> None:
        """One more sentence, its slot filled."""
        self.sentences.append(text.format(count=count))


@dataclass(frozen=True, slots=True)
class ShownChange:
    """One cell of a row: label, old value (empty for a new person), new value."""

    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class ShownRow:
    """One row as the preview shows it."""

    row: PlannedRow
    organization: str
    changes: list[ShownChange]
    notes: list[str]


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """The questions shown at once: the open ones first."""

    questions: list[Question]
    open: int
    total: int
    answered: int


def question_page(request: PageRequest, questions: Sequence[Question]) -> QuestionPage:
    """The first thirty open questions, or all that were answered where the page asks for them."""
    open_ones = [question for question in questions if question.answer < 0]
    chosen = list(questions) if request.GET.get("questions") == "all" else open_ones
    return QuestionPage(chosen[:_QUESTIONS], len(open_ones), len(questions), len(questions) - len(open_ones))


def preview_tabs(batch: ImportBatch, show: str) -> list[Tab]:
    """The parts of a plan with their counts."""
    counts = batch.summary["counts"]
    tabs = [Tab(label, "?show=" + key, key == show, counts[key]) for key, label in _TAB_LABELS]
    missing = Tab("表中没有的", "?show=missing", show == "missing", batch.summary["missing"])
    return [
        *(tab for tab, (key, _) in zip(tabs, _TAB_LABELS, strict=True) if counts[key] or key == show),
        missing,
    ]


def preview_listing(request: PageRequest, plan: StagedPlan, show: str) -> Listing[Any]:
    """One page of a part of the plan; only the pieces that the page needs are opened."""
    columns = [Column(label) for label in _COLUMNS[show]]
    total = plan.count(show)
    rows: Sequence[Any] = _Rows(plan, show, total)
    return list_page(request, rows, columns=columns, total=total)


class _Rows(Sequence[Any]):
    """A part of a plan as a sequence that opens what is asked for."""

    def __init__(self, plan: StagedPlan, part: str, total: int) -> None:
        self.plan, self.part, self.total = plan, part, total

    def __len__(self) -> int:
        return self.total

    def __getitem__(self, key: Any) -> Any:
        start, stop, _ = key.indices(self.total)
        if self.part == "missing":
            found: list[Missing] = self.plan.missing(start, stop)
            return found
        rows = self.plan.rows(self.part, start, stop)
        names = get_places({row.organization for row in rows if row.organization})
        questions = {q.key: q for q in self.plan.questions()} if self.part == Effect.ASKED else {}
        return [_shown(row, names, questions) for row in rows]


def _shown(row: PlannedRow, names: dict[str, str], questions: dict[str, Question]) -> ShownRow:
    changes = [
        ShownChange(label_of_item(name), shown(name, row.old.get(name, "")), shown(name, text))
        for name, text in row.values.items()
        if name != "name" or row.old
    ]
    asked = [
        "{header}：{reason}".format(header=questions[key].header, reason=questions[key].reason)
        for key in row.questions
        if key in questions
    ]
    return ShownRow(row, names.get(row.organization, ""), changes, [*row.notes, *asked])


def sums_of(batch: ImportBatch) -> list[dict[str, Any]]:
    """What the file says it adds up to, beside what was counted."""
    return [
        {"sheet": sheet, "row": row, "label": _SUMS.get(key, key), "stated": stated, "counted": counted}
        for sheet, row, key, stated, counted in batch.summary.get("totals", [])
    ][:20]


def notices_of(batch: ImportBatch) -> list[str]:
    """What a person should know before importing, in sentences; hidden rows have a choice of their own."""
    notices = batch.summary.get("notices", [])
    return [text for code, text in notices if code not in ("hidden_rows", "total_differs")]


def result_tabs(batch: ImportBatch, show: str) -> list[Tab]:
    """What became of the rows, with counts."""
    done = batch.summary.get("done", {})
    return [
        Tab(label, "?show=" + key, key == show, done.get(key, 0))
        for key, label in _RESULT_LABELS
        if done.get(key) or key == show
    ]


def result_listing(request: PageRequest, rows: QuerySet[ImportedRow]) -> Listing[Any]:
    """One page of the rows of an applied import."""
    columns = [Column(label) for label in ("工作表", "行", "姓名", "说明")]
    return list_page(request, rows, columns=columns)
