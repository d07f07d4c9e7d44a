"""Papers for the tests, and a reader that measures a PDF in millimetres."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, time

import pypdf
import pytest
from pypdf.generic import ContentStream

from zhibu.foundation.documents.fonts import FontSet, discover_fonts
from zhibu.foundation.documents.papers import (
    Absence,
    AgendaItem,
    Attachment,
    Attendance,
    CheckupGroup,
    CheckupReport,
    CheckupRow,
    CodeSheet,
    Decision,
    DocumentNumber,
    Dress,
    MeetingNotice,
    Minutes,
    OfficialLetter,
    Paper,
    PlanLine,
    Resolution,
    RosterColumn,
    RosterPrint,
    SignInSheet,
    Span,
    Speech,
    Summary,
    Vote,
    YearPlan,
)

MM = 72 / 25.4
ORGANIZATION = "中共青石镇柳河村支部委员会"
RARE = "䶮㛃𬭎𠅤喆堃镕玥"
SPAN = Span(date(2025, 6, 3), time(9, 0), time(10, 30))


@dataclass(frozen=True)
class Piece:
    """A stretch of text as it stands on a page: baseline and left edge in mm from the top left corner."""

    page: int
    text: str
    left: float
    baseline: float
    size: float


class Reader:
    """What the tests ask of a PDF."""

    def __init__(self, data: bytes) -> None:
        self.pdf = pypdf.PdfReader(io.BytesIO(data))

    @property
    def page_count(self) -> int:
        return len(self.pdf.pages)

    def pieces(self) -> list[Piece]:
        found: list[Piece] = []
        for number, page in enumerate(self.pdf.pages, start=1):
            height = float(page.mediabox.height)

            def note(text, matrix, text_matrix, _font, size, number=number, height=height):
                if text.strip():
                    left = (float(matrix[4]) + float(text_matrix[4])) / MM
                    baseline = (height - float(matrix[5]) + float(text_matrix[5])) / MM
                    found.append(Piece(number, text.strip(), left, baseline, float(size)))

            page.extract_text(visitor_text=note)
        return found

    def words(self, page: int | None = None) -> str:
        """All text without spaces and line ends, page numbers left out."""
        pieces = [piece for piece in self.pieces() if page in (None, piece.page)]
        text = "".join(piece.text for piece in pieces if not piece.text.startswith("— "))
        return "".join(sign for sign in text if not sign.isspace() and sign != "\u200b")

    def lines(self, page: int) -> list[tuple[float, float, str]]:
        """The lines of a page as (baseline, left edge, text), page numbers left out."""
        found: dict[float, list[Piece]] = {}
        for piece in self.pieces():
            if piece.page == page and not piece.text.startswith("— "):
                key = next((key for key in found if abs(key - piece.baseline) < 1), piece.baseline)
                found.setdefault(key, []).append(piece)
        return [
            (at, min(piece.left for piece in pieces), "".join(piece.text for piece in pieces))
            for at, pieces in sorted(found.items())
        ]

    def rules(self, page: int) -> list[tuple[float, float, float]]:
        """Horizontal lines as (left, top, length) in mm."""
        source = self.pdf.pages[page - 1]
        height = float(source.mediabox.height)
        at, start, found, kept = (0.0, 0.0), (0.0, 0.0), [], []
        for operands, operator in ContentStream(source["/Contents"], self.pdf).operations:
            values = [float(value) for value in operands if isinstance(value, int | float)]
            if operator == b"q":
                kept.append(at)
            elif operator == b"Q":
                at = kept.pop()
            elif operator == b"cm":
                at = (at[0] + values[4], at[1] + values[5] * (-1 if kept and at[1] else 1))
            elif operator == b"m":
                start = (values[0], values[1])
            elif operator == b"l" and abs(values[1] - start[1]) < 0.01:
                found.append(((at[0] + start[0]) / MM, (height - at[1]) / MM, (values[0] - start[0]) / MM))
        return found

    def fonts(self) -> list[dict]:
        """The descriptors of all fonts used."""
        descriptors = []
        for page in self.pdf.pages:
            for font in page["/Resources"].get("/Font", {}).values():
                inner = font.get_object()["/DescendantFonts"][0].get_object()
                descriptors.append(inner["/FontDescriptor"].get_object())
        return descriptors


@pytest.fixture(scope="session")
def fonts() -> FontSet:
    """The faces that come with the packages and are on every machine."""
    return discover_fonts()


def _item() -> AgendaItem:
    return AgendaItem(
        "讨论接收刘洋同志为中共预备党员",
        notes="支部委员会报告了对刘洋同志的培养教育和考察情况。",
        speeches=(
            Speech("王𬭎", "同意接收。"),
            Speech("钱𠅤", "应当再考察一段时间，不同意本次接收。", is_dissent=True),
        ),
        vote=Vote(24, 1, 1, eligible=28, present=26, method="无记名投票表决", conclusion="决议通过。"),
        decisions=(Decision("同意接收，报上级党委审批。", owner="王建国", due_date=date(2025, 6, 30)),),
    )


@pytest.fixture(scope="session")
def minutes() -> Minutes:
    return Minutes(
        organization=ORGANIZATION,
        kind="支部党员大会",
        span=SPAN,
        name="讨论接收预备党员大会",
        sequence=2,
        place="村党群服务中心",
        host="王建国",
        recorder="李䶮",
        attendance=Attendance(
            expected=32,
            present=29,
            voting_expected=28,
            voting_present=26,
            absences=(Absence("张三", "病假"), Absence("赵玥", "外出务工"), Absence("陈喆")),
            observers=("周镕", "吴堃"),
        ),
        items=(_item(), AgendaItem("研究路灯维修", speeches=(Speech("孙㛃", "尽快维修。"),))),
        entered_date=date(2025, 6, 10),
    )


@pytest.fixture(scope="session")
def red_letter() -> OfficialLetter:
    return OfficialLetter(
        organization="中共青石镇委员会",
        title="中共青石镇委员会关于柳河村党支部换届选举工作的请示",
        paragraphs=(
            "柳河村党支部本届委员会即将任期届满。",
            "一、选举时间",
            "拟于2026年2月。",
            "妥否，请批示。",
        ),
        issued_date=date(2025, 12, 3),
        addressee="中共平河县委组织部",
        dress=Dress.RED_HEAD,
        number=DocumentNumber("青党", 2025, 3),
        signer="王建国",
        has_seal=True,
        contact="李䶮",
        attachments=(Attachment("候选人情况表", ("王建国。",)), Attachment("工作方案", ("一、指导思想",))),
        copies_to=("平河县纪委",),
        printed_by="中共青石镇委员会办公室",
    )


@pytest.fixture(scope="session")
def papers(minutes: Minutes, red_letter: OfficialLetter) -> dict[str, Paper]:
    """One usual paper of every kind."""
    names = ("王建国", "李䶮", "张三", "赵玥", *("党员{n}".format(n=n) for n in range(24)))
    row = CheckupRow("支部党员大会", "支部工作条例第十一条", "最近一次3月12日", "▲ 临期", "发起党员大会")
    columns = (RosterColumn("姓名", 6), RosterColumn("入党日期", 8), RosterColumn("备注", 8, is_left=True))
    return {
        "minutes": minutes,
        "letter": red_letter,
        "notice": MeetingNotice(
            ORGANIZATION,
            "支部党员大会",
            SPAN,
            date(2025, 5, 28),
            topics=("研究路灯维修",),
            link="https://z.example/m/3fX8",
        ),
        "sign_in": SignInSheet(ORGANIZATION, "支部党员大会", SPAN, names, link="https://z.example/m/3fX8"),
        "resolution": Resolution(
            ORGANIZATION,
            "支部党员大会",
            SPAN,
            "接收刘洋同志为中共预备党员",
            vote=Vote(24, 1, 1),
            decisions=(Decision("同意。"),),
        ),
        "summary": Summary(
            ORGANIZATION,
            "支委会会议",
            SPAN,
            date(2025, 6, 4),
            decisions=(Decision("维修路灯。", "李䶮", date(2025, 6, 30)), Decision("公示费用。")),
            attended=("王建国", "李䶮"),
            excused=(Absence("赵玥", "病假"),),
        ),
        "plan": YearPlan(
            ORGANIZATION,
            2025,
            tuple(PlanLine(date(2025, month, 5), "主题党日", note="每月1次") for month in range(1, 13)),
        ),
        "code_sheet": CodeSheet(ORGANIZATION, "支部党员大会", SPAN, "https://z.example/m/3fX8"),
        "checkup": CheckupReport(
            ORGANIZATION,
            date(2025, 6, 3),
            "12项正常，1项临期。",
            (CheckupGroup("组织生活", (row,) * 12),),
            ("党费收缴",),
        ),
        "roster": RosterPrint(
            ORGANIZATION, date(2025, 6, 3), columns, tuple((name, "1998-07-01", "") for name in names)
        ),
    }
