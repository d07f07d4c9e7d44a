"""The main job, step by step, each judged by what the pages say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlencode

from zhibu.cli.demo.check.reading import Element
from zhibu.cli.demo.check.served import ServedDemo
from zhibu.cli.demo.check.visitor import Page, Unexpected, Upload, Visitor
from zhibu.common.dates import china_today

SECRETARY, ORGANIZER = "党支部书记", "县委组织员"
DUTY = "支部党员大会一般每季度一次"
UNDONE_WORDS = ("待办", "临期", "逾期", "需补办")
EVERYDAY = ("general_membership_meeting", "branch_committee_meeting", "themed_party_day")
TOO_FEW, EXAMPLES = 3, 5
TOPIC = "表决慰问困难党员名单"
_COUNTED = "看板上“有临期的”支部{before}个 → {after}个。"


@dataclass(slots=True)
class Walk:
    """What the visitor knows from earlier steps."""

    demo: ServedDemo
    secretary: Visitor = field(init=False)
    organizer: Visitor = field(init=False)
    branch_name: str = ""
    report_path: str = ""
    duty: list[str] = field(default_factory=list)
    undone_before: list[str] = field(default_factory=list)
    last_before: str = ""
    start_meeting: str = ""
    page: Page | None = None
    board_before: int = 0

    def __post_init__(self) -> None:
        self.secretary = Visitor(self.demo.address)
        self.organizer = Visitor(self.demo.address)

    def steps(self) -> Iterator[tuple[str, Callable[[], str]]]:
        """What is done, in Chinese, and the act that does it and returns what was seen."""
        yield "登录", self.sign_in
        yield "上传名册，核对修正和疑问", self.send_roster
        yield "回答疑问并导入", self.apply_roster
        yield "体检里这一项还没有做到", self.see_duty_open
        yield "上级看板上的情况", self.see_board_before
        yield "发起支部党员大会", self.call_meeting
        yield "人数不够时表决被拒绝", self.vote_too_few
        yield "全到以后表决、记录、归档", self.hold_meeting
        yield "体检里这一项已经做到", self.see_duty_met
        yield "上级看板跟着变化", self.see_board_after
        yield "会议记录再次打开，一字不差", self.open_paper
        yield "再办临期的会，看看板上有临期事项的支部数", self.clear_reminders

    def sign_in(self) -> str:
        """Both accounts, as printed."""
        for label, visitor in ((SECRETARY, self.secretary), (ORGANIZER, self.organizer)):
            account = self.demo.account(label)
            page = visitor.get("/account/sign-in/")
            fields = (("username", account.username), ("password", account.password))
            page = visitor.send(page, page.form("/sign-in/"), *fields)
            _need("退出登录" in page.text, page)
        return "书记和县委组织员用打印出来的账号都登录了。"

    def send_roster(self) -> str:
        """The wild sample: cells mended and cells asked about, all seen before any is written."""
        page = self.secretary.get("/imports/")
        upload = Upload("upload", self.demo.sample.name, self.demo.sample.read_bytes())
        page = self.secretary.send(page, page.form("/imports/"), upload=upload)
        mended = [cell.words() for cell in page.tree.all("td", kind="import-cell-fix")]
        asked = [cell.words().rstrip("？ ") for cell in page.tree.all("td", kind="import-cell-ask")]
        _need(bool(mended and asked), page)
        plain = [text for text in dict.fromkeys(mended) if "*" not in text][:EXAMPLES]
        page = self.secretary.send(page, page.form("/columns/"))
        questions = list(page.tree.all("fieldset", kind="import-question"))
        _need(bool(questions), page)
        self.page = page
        return "统一写法{fixes}处，例如{mended}；要确认{count}个，例如“{asked}”。".format(
            fixes=page.number(r"另有 ([\d,]+) 处写法已经统一"),
            mended="、".join("“{text}”".format(text=text) for text in plain),
            count=len(questions),
            asked=asked[0],
        )

    def apply_roster(self) -> str:
        """Answer every question, then confirm."""
        page = _known(self.page)
        form = page.form("/answers/")
        names = dict.fromkeys(one.get("name") for one in form.all("input") if one.get("type") == "radio")
        page = self.secretary.send(page, form, *((name, "0") for name in names))
        _need(not list(page.tree.all("fieldset", kind="import-question")), page)
        page = self.secretary.send(page, page.form("/apply/"))
        _need("已导入" in page.said(), page)
        return "回答了{count}个问题。{said}".format(count=len(names), said=page.said())

    def see_duty_open(self) -> str:
        """The quarter's members' meeting is still to be held, by its article."""
        page = self._report(self.secretary, "/checkup/")
        row = page.row(DUTY)
        self.duty = _cells(row)
        _need(_is_undone(self.duty), page, " ".join(self.duty))
        links = [link.get("href") for link in row.all("a") if "/meetings/add/" in link.get("href")]
        _need(bool(links), page)
        self.start_meeting, self.report_path = links[0], page.url
        self.branch_name = _branch_name(page)
        return "“{title}”：{fact}（{state}，{clause}）".format(
            title=self.duty[0], fact=self.duty[2], state=self.duty[3], clause=self.duty[1]
        )

    def see_board_before(self) -> str:
        """The organiser's row of the branch and, opened from it, what is still to be done."""
        self.last_before = self._last_meeting()
        self.undone_before = _undone(self._report(self.organizer, self.report_path))
        self.board_before = self._count_reminding()
        return "最近一次党员大会{last}，还有{count}项没有做到；有临期事项的支部{branches}个。".format(
            last=self.last_before, count=len(self.undone_before), branches=self.board_before
        )

    def call_meeting(self) -> str:
        """From the check-up's own button, for today, with one matter to vote on."""
        page = self.secretary.get(self.start_meeting)
        changes = (("act", "notify"), ("own_topics", TOPIC), ("date", china_today().isoformat()))
        page = self.secretary.send(page, page.form("/meetings/add/"), *changes, without=("topics",))
        _need(TOPIC in page.text and "全到" in page.text, page)
        self.page = page
        return "{title}，应到有表决权{count}人。".format(title=_title(page), count=_voting(page))

    def vote_too_few(self) -> str:
        """Three present are no quorum: the page says so and cites the article."""
        page = _known(self.page)
        form = _work_form(page)
        names = dict.fromkeys(one.get("name") for one in form.all("input"))
        marks = [(name, "present") for name in names if name.startswith("mark-")][:TOO_FEW]
        page = self.secretary.send(page, form, (_vote_field(form), str(TOO_FEW)), ("act", "save"), *marks)
        _need(page.status == 409 and "依据" in page.said(), page)
        self.page = page
        return page.said()

    def hold_meeting(self) -> str:
        """Everybody is there: vote, write the minutes, file them."""
        page = _known(self.page)
        form = _work_form(page)
        page = self.secretary.send(page, form, (_vote_field(form), ""), ("act", "all_present"))
        form = _work_form(page)
        yes = _vote_field(form)
        key = yes.removesuffix("-yes")
        page = self.secretary.send(
            page,
            form,
            (yes, str(_voting(page))),
            (key + "-discussion", "支部书记介绍名单产生的经过，到会党员没有不同意见。"),
            (key + "-resolution", "同意慰问困难党员名单。"),
            ("act", "complete"),
        )
        _need("已归档" in page.text and "通过" in page.text, page)
        self.page = page
        votes = [one.words() for one in page.tree.all("p", kind="vote-words")]
        return "{title}已归档。{vote}".format(title=_title(page), vote=" ".join(votes))

    def see_duty_met(self) -> str:
        """The same row of the check-up says that it is done."""
        page = self._report(self.secretary, self.report_path)
        cells = _cells(page.row(DUTY))
        _need(cells[3] == "正常", page, " ".join(cells))
        return "“{title}”：{before} → {after}。{fact}".format(
            title=cells[0], before=self.duty[3], after=cells[3], fact=cells[2]
        )

    def see_board_after(self) -> str:
        """The row shows today's meeting, and exactly one matter less is to be done."""
        last = self._last_meeting()
        page = self._report(self.organizer, self.report_path)
        undone = _undone(page)
        _need(date.fromisoformat(last) == china_today(), page, last)
        gone = sorted(set(self.undone_before) - set(undone))
        _need(gone == [DUTY] and len(self.undone_before) - len(undone) == 1, page, "、".join(gone))
        return "最近一次党员大会{before} → {last}；没有做到的{count}项 → {left}项。".format(
            before=self.last_before, last=last, count=len(self.undone_before), left=len(undone)
        )

    def open_paper(self) -> str:
        """The stored minutes are a PDF, and the same bytes every time."""
        page = _known(self.page)
        first, second = (self.secretary.get(page.link("/minutes.pdf")) for _ in range(2))
        _need(first.status == 200 and first.body.startswith(b"%PDF"), first)
        _need(first.body == second.body, first, "两次打开的内容不一样。")
        return "会议记录 PDF 共{size:,}字节，两次打开完全相同。".format(size=len(first.body))

    def clear_reminders(self) -> str:
        """Hold what else is close to its day: the board then counts one branch less.

        What is close to its day depends on the day; on some nothing is, or something no meeting settles.
        """
        rows = [row for row in self._report(self.secretary, self.report_path).tree.all("tr") if _is_near(row)]
        held = [self._hold(link) for link in map(_everyday_link, rows) if link]
        left = [row for row in self._report(self.secretary, self.report_path).tree.all("tr") if _is_near(row)]
        count = self._count_reminding()
        was_counted = "临期" in self.duty or bool(rows)
        expected = self.board_before - (1 if was_counted and not left else 0)
        _need(count == expected, _known(self.page), _COUNTED.format(before=self.board_before, after=count))
        said = _COUNTED.format(before=self.board_before, after=count)
        if left:
            return "{said}还有{left}项临期事项不是开会能办的。".format(said=said, left=len(left))
        if not was_counted:
            return "今天没有临期的事项。{said}".format(said=said)
        return "{held}已归档。{said}".format(held="、".join(held) or DUTY, said=said)

    def _hold(self, start: str) -> str:
        """One everyday meeting from its button to the file; returns its title."""
        page = self.secretary.get(start)
        changes = (("act", "notify"), ("own_topics", "近期工作"), ("date", china_today().isoformat()))
        page = self.secretary.send(page, page.form("/meetings/add/"), *changes)
        page = self.secretary.send(page, _work_form(page), ("act", "all_present"))
        form = _work_form(page)
        texts = [one.get("name") for one in form.all("textarea") if one.get("name").endswith("-discussion")]
        words = [(name, "到会同志作了交流，没有不同意见。") for name in texts]
        page = self.secretary.send(page, form, *words, ("act", "complete"))
        _need("已归档" in page.text, page)
        return _title(page)

    def _count_reminding(self) -> int:
        """The board's own figure: how many branches have something close to its day."""
        page = self.organizer.get("/supervision/")
        return page.number(r"([\d,]+)\s*有临期的")

    def _report(self, visitor: Visitor, path: str) -> Page:
        """A branch's check-up, judged anew where the page offers that."""
        page = visitor.get(path)
        stale = [one for one in page.tree.all("form") if one.get("action").endswith("/refresh/")]
        if stale:
            visitor.send(page, stale[0])
            page = visitor.get(path)
        _need(page.status == 200, page)
        return page

    def _last_meeting(self) -> str:
        """The day of the last members' meeting in the branch's row of the board."""
        page = self.organizer.get("/supervision/?" + urlencode({"words": self.branch_name}))
        found = [one.words() for one in page.tree.all("td") if one.get("data-label") == "党员大会"]
        _need(len(found) == 1, page)
        return found[0]


def _need(holds: bool, page: Page, seen: str = "") -> None:
    """Raise Unexpected with what was seen, else with the page's own sentence."""
    if not holds:
        raise Unexpected(seen or page.said())


def _known(page: Page | None) -> Page:
    assert page is not None  # a failed step ends the walk
    return page


def _cells(row: Element) -> list[str]:
    return [cell.words() for cell in row.all("th", "td")]


def _is_undone(cells: list[str]) -> bool:
    return len(cells) > 3 and cells[3] in UNDONE_WORDS


def _undone(page: Page) -> list[str]:
    """The titles of the matters of a report that are still to be done."""
    rows = [_cells(row) for row in page.tree.all("tr")]
    return [cells[0] for cells in rows if _is_undone(cells)]


def _is_near(row: Element) -> bool:
    cells = _cells(row)
    return len(cells) > 3 and cells[3] == "临期"


def _everyday_link(row: Element) -> str:
    """The button that starts an everyday meeting for this matter, empty if it takes something else."""
    links = [link.get("href") for link in row.all("a") if "/meetings/add/" in link.get("href")]
    return next((link for link in links if any(kind in link for kind in EVERYDAY)), "")


def _branch_name(page: Page) -> str:
    """The full name below the report's heading; raises Unexpected."""
    for head in page.tree.all("div", kind="page-head-words"):
        for lead in head.all("p"):
            return lead.words()
    raise Unexpected(page.said())


def _title(page: Page) -> str:
    return next((one.words() for one in page.tree.all("h1")), "")


def _voting(page: Page) -> int:
    """How many may vote."""
    return page.number(r"(?:其中有表决权|应到会)\s*(\d+)\s*人")


def _work_form(page: Page) -> Element:
    """The one form of a meeting's record; raises Unexpected."""
    for form in page.tree.all("form", kind="meeting-work"):
        return form
    raise Unexpected(page.said())


def _vote_field(form: Element) -> str:
    """The name of the first matter's box for votes in favour; raises Unexpected."""
    for one in form.all("input"):
        if one.get("name").endswith("-yes"):
            return one.get("name")
    raise Unexpected("会议页上没有表决的格子。")
