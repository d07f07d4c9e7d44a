"""Each kind of meeting over HTTP: called, announced, attended, written, filed, printed, and counted for
its duty."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date
from typing import Any

import docx
import pypdf
import pytest
from django.test import Client
from django.urls import reverse
from docx.oxml.ns import qn

from tests.world import SYSTEM, TODAY, World
from zhibu.orglife.meetings.models import Meeting, MeetingKind
from zhibu.oversight.checkup.queries.report import Matter, Report
from zhibu.oversight.checkup.queries.sources import rulebook
from zhibu.roster.members.commands.exemptions import exempt_person
from zhibu.roster.members.models import Exemption, Group
from zhibu.roster.organizations.commands.terms import set_records_begin

ALL = "secretary deputy committee_member group_leader member elder worker teacher probationary"
NOT_HELD = ALL.replace("elder ", "")
COMMITTEE = "secretary deputy committee_member"
FIRST = "secretary committee_member group_leader teacher probationary"
SECOND = "deputy member elder worker"
ALWAYS = "minutes notice sign_in"
SAID = "郑国强：渠道清淤要赶在汛期以前。"
DECIDED = "四月底以前清淤完毕。"
MONTH, YEAR = date(2026, 3, 1), date(2026, 1, 1)


@dataclass(frozen=True)
class Kind:
    """What is peculiar to a kind. ``expected`` names by their key in the cast who should come, ``audience``
    is how the notice calls them; ``votes`` are the totals of its vote, ``says`` what the head tells when one
    is away; ``begin`` is the first day of the period of its ``duty``; ``steps`` and ``fields`` go with it."""

    kind: str
    expected: tuple[str, ...]
    audience: str
    says: str
    papers: str
    duty: str
    begin: date
    away: str = "teacher"
    votes: tuple[int, int] | None = None
    decides: bool = False
    steps: tuple[str, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()

    @property
    def is_of_branch(self) -> bool:
        """Whether the duty is the branch's own: the report then names the meeting that met it."""
        return self.kind not in (MeetingKind.GROUP, MeetingKind.STUDY)

    @property
    def name(self) -> str:
        """The kind, with what it counts as besides."""
        return "+".join([self.kind, *(value for field, value in self.fields if field == "also")])


KINDS = (
    Kind(
        MeetingKind.GENERAL,
        (ALL,),
        "全体党员",
        "到会7人，超过应到会8人的半数，可以表决。",
        ALWAYS + " resolution summary",
        "general_membership_meeting.quarterly",
        YEAR,
        votes=(6, 1),
        decides=True,
    ),
    Kind(
        MeetingKind.COMMITTEE,
        (COMMITTEE,),
        "全体支部委员",
        "到会2人，超过应到会3人的半数，可以表决。",
        ALWAYS + " summary",
        "branch_committee_meeting.monthly",
        MONTH,
        away="deputy",
        votes=(2, 0),
        decides=True,
    ),
    Kind(
        MeetingKind.GROUP,
        (FIRST, SECOND),
        "全体小组党员",
        "有表决权的应到4人，实到3人。",
        ALWAYS,
        "party_group_meeting.monthly",
        MONTH,
        away="teacher worker",
    ),
    Kind(
        MeetingKind.LECTURE,
        (NOT_HELD,),
        "全体党员",
        "应到8人，实到7人。",
        ALWAYS,
        "party_lecture.quarterly",
        YEAR,
        fields=(("lecturer", "deputy"),),
    ),
    Kind(
        MeetingKind.PARTY_DAY,
        (NOT_HELD,),
        "全体党员",
        "应到8人，实到7人。",
        ALWAYS,
        "themed_party_day.monthly",
        MONTH,
    ),
    Kind(
        MeetingKind.PARTY_DAY,
        (ALL,),
        "全体党员",
        "到会7人，超过应到会8人的半数，可以表决。",
        ALWAYS + " resolution summary",
        "general_membership_meeting.quarterly",
        YEAR,
        votes=(6, 1),
        decides=True,
        fields=(("also", MeetingKind.GENERAL),),
    ),
    Kind(
        MeetingKind.LIFE,
        (ALL,),
        "全体党员",
        "有表决权的应到8人，实到7人。",
        ALWAYS + " summary",
        "organizational_life_meeting.yearly",
        YEAR,
        decides=True,
        steps=("studied", "talked", "opinions_sought"),
    ),
    Kind(
        MeetingKind.APPRAISAL,
        (ALL,),
        "全体党员",
        "有表决权的应到8人，实到7人。",
        ALWAYS,
        "democratic_appraisal.yearly",
        YEAR,
        steps=("self_review", "mutual_review", "assessed"),
    ),
    Kind(
        MeetingKind.STUDY,
        (NOT_HELD,),
        "全体党员",
        "应到8人，实到8人。",
        ALWAYS,
        "member.study_hours",
        YEAR,
        away="",
        fields=(("minutes_length", "1920"),),
    ),
)


@pytest.fixture
def branch(world: World, settings: Any, today: date) -> World:
    """The branch, with an elder who is not held to activities, and the lectures of common practice."""
    settings.RULE_PACKS = ["common_practice"]
    exempt_person(
        actor=SYSTEM,
        today=TODAY,
        person=world.people["elder"],
        kind=Exemption.Kind.ACTIVITIES,
        circumstance=Exemption.Circumstance.FRAIL,
        valid_from=YEAR,
    )
    return world


@pytest.mark.parametrize("case", KINDS, ids=[case.name for case in KINDS])
def test_a_meeting_of_each_kind_goes_from_the_notice_to_its_duty(branch: World, case: Kind) -> None:
    """Who is expected, what the head says, which papers there are and which duty is met, is its own."""
    client = branch.client("secretary")
    set_records_begin(actor=SYSTEM, today=TODAY, organization=branch.branch, begin_date=case.begin)
    assert standing(client, branch, case.duty) in ("open", "reminding")
    groups = branch.groups if case.kind == MeetingKind.GROUP else (None,)
    for group, keys in zip(groups, case.expected, strict=True):
        meeting = called(client, branch, case, group)
        announced(client, meeting, case, [branch.people[key].name for key in keys.split()])
        held(client, branch, meeting, case, group)
        filed(client, meeting, case, len(keys.split()))
    assert standing(client, branch, case.duty) == "met"
    assert named(client, branch, case.duty) == (list(Meeting.objects.all()) if case.is_of_branch else [])


def test_a_talk_is_recorded_at_once_with_date_and_names_only(branch: World) -> None:
    """No notice, no roll, no minutes: everybody who took part in one has met the yearly duty."""
    client, people = branch.client("secretary"), branch.people
    set_records_begin(actor=SYSTEM, today=TODAY, organization=branch.branch, begin_date=YEAR)
    assert standing(client, branch, "heart_to_heart_talk.yearly") in ("open", "reminding")
    chosen = client.get(reverse("meetings:add"), {"kind": MeetingKind.TALK})
    assert chosen.url.startswith(reverse("meetings:talk"))
    partners = [people[key].public_id for key in ALL.split() if key != "secretary"]
    answer = client.post(
        reverse("meetings:talk"),
        {
            "date": TODAY.isoformat(),
            "host": people["secretary"].public_id,
            "partners": partners,
            "submission_key": "talk",
        },
    )
    meeting = Meeting.objects.get()
    assert answer.url == address(meeting)
    assert meeting.state == Meeting.State.COMPLETED
    shown = client.get(address(meeting))
    assert all(people[key].name in shown.content.decode() for key in ALL.split())
    assert "会议记录" not in shown.content.decode()
    assert shown.context["papers"] == []
    for name in ALWAYS.split():
        assert client.get(paper_url(meeting, name, "pdf")).status_code == 404
    assert standing(client, branch, "heart_to_heart_talk.yearly") == "met"


def address(meeting: Meeting) -> str:
    """The page of a meeting."""
    return reverse("meetings:meeting", args=[meeting.public_id])


def paper_url(meeting: Meeting, name: str, ending: str) -> str:
    """Where a paper opens."""
    return reverse("meetings:paper", args=[meeting.public_id, name, ending])


def standing(client: Client, world: World, duty: str) -> str:
    """What the check-up report, judged anew, says of a duty."""
    client.post(reverse("checkup:refresh", args=[world.branch.public_id]))
    return matter_of(client, world, duty).key


def named(client: Client, world: World, duty: str) -> list[Meeting]:
    """The meetings that the check-up report names for a duty."""
    return list(matter_of(client, world, duty).meetings)


def matter_of(client: Client, world: World, duty: str) -> Matter:
    """The matter of a duty on the check-up report."""
    page = client.get(reverse("checkup:branch_report", args=[world.branch.public_id]))
    report: Report = page.context["report"]
    matters = [matter for group in report.groups for matter in group.matters]
    (found,) = [matter for matter in matters if rulebook().check(matter.check_id).duty == duty]
    return found


def called(client: Client, world: World, case: Kind, group: Group | None) -> Meeting:
    """The form opens, is sent and leads to the meeting."""
    page = client.get(reverse("meetings:add"), {"kind": case.kind})
    assert page.status_code == 200
    values = {name: world.people[key].public_id if key in world.people else key for name, key in case.fields}
    host = world.people["group_leader" if group == world.groups[0] else "secretary"]
    answer = client.post(
        reverse("meetings:add"),
        {
            "kind": case.kind,
            "date": TODAY.isoformat(),
            "start_time": "09:00",
            "place": "村委会会议室",
            "host": host.public_id,
            "recorder": world.people["committee_member"].public_id,
            "group": group.public_id if group else "",
            "topics": "0",
            "own_topics": "研究渠道清淤",
            "act": "notify",
            "submission_key": "call" + (group.public_id if group else ""),
            **values,
        },
    )
    meeting = Meeting.objects.latest("pk")
    assert answer.status_code == 302, answer.content.decode()
    assert answer.url == address(meeting)
    assert meeting.notice_sent_at is not None
    assert meeting.items.count() == 2
    return meeting


def announced(client: Client, meeting: Meeting, case: Kind, names: list[str]) -> None:
    """The notice calls those whom the kind concerns, and the list to sign holds exactly them."""
    page = client.get(reverse("meetings:notice", args=[meeting.public_id])).context
    assert sorted(row.name for row in page["roll"].expected) == sorted(names)
    notice, sign_in = paper_words(client, meeting, "notice"), paper_words(client, meeting, "sign_in")
    assert case.audience + "：" in notice
    assert "研究渠道清淤" in notice
    assert all(name in sign_in for name in names)


def held(client: Client, world: World, meeting: Meeting, case: Kind, group: Group | None) -> None:
    """All present but one, what was said, decided and voted, and the steps that go with the kind."""
    sent = form(meeting, act="all_present")
    for key in case.away.split():
        person = world.people[key]
        if group is None or person in people_of(world, group):
            sent |= {"mark-" + person.public_id: "leave:ill", "was-" + person.public_id: ""}
    assert client.post(address(meeting), sent).status_code == 302
    item = meeting.items.get(topic="研究渠道清淤")
    sent = form(meeting, act="save") | {item.public_id + "-discussion": SAID}
    if case.decides:
        sent |= {item.public_id + "-resolution": DECIDED}
    if case.votes:
        yes, no = case.votes
        sent |= {
            item.public_id + "-yes": yes,
            item.public_id + "-no": no,
            item.public_id + "-method": "hands",
        }
    sent |= {"step-" + step: TODAY.isoformat() for step in case.steps}
    answer = client.post(address(meeting), sent)
    assert answer.status_code == 302, answer.content.decode()
    page = client.get(address(meeting))
    assert [step.key for step in page.context["steps"]] == list(case.steps)
    if group is None or group == world.groups[0]:
        assert case.says in page.content.decode()


def filed(client: Client, meeting: Meeting, case: Kind, expected: int) -> None:
    """Filed with its counts; every paper opens in both formats and holds what was written."""
    assert client.post(address(meeting), form(meeting, act="complete")).status_code == 302
    meeting.refresh_from_db()
    assert meeting.state == Meeting.State.COMPLETED
    missing = 1 if case.away else 0
    assert (meeting.expected_count, meeting.present_count) == (expected, expected - missing)
    shown = client.get(address(meeting))
    assert SAID in shown.content.decode()
    assert {paper.name for paper in shown.context["papers"]} == set(case.papers.split())
    for name in case.papers.split():
        words = paper_words(client, meeting, name)
        if name == "minutes":
            assert SAID in words
            assert "应到{n}名".format(n=expected) in words
            assert ("有表决权" in words) == ("表决" in case.says)
        if name in ("minutes", "resolution", "summary"):
            assert (DECIDED in words) == case.decides


def form(meeting: Meeting, **more: Any) -> dict[str, Any]:
    """What the meeting's page sends, with the texts as they stand."""
    data: dict[str, Any] = {"submission_key": "{id}-{act}".format(id=meeting.public_id, act=more["act"])}
    for item in meeting.items.all():
        data[item.public_id + "-version"] = item.version
        data[item.public_id + "-discussion"] = item.discussion
    return data | more


def people_of(world: World, group: Group) -> list[Any]:
    """The members of a group of the cast."""
    keys = FIRST if group == world.groups[0] else SECOND
    return [world.people[key] for key in keys.split()]


def paper_words(client: Client, meeting: Meeting, name: str) -> str:
    """The words of a paper, the same in PDF and DOCX as far as the names and texts of the test go."""
    pdf = client.get(paper_url(meeting, name, "pdf"))
    word = client.get(paper_url(meeting, name, "docx"))
    assert (pdf.status_code, word.status_code) == (200, 200)
    body = docx.Document(io.BytesIO(word.content)).element.body
    pages = pypdf.PdfReader(io.BytesIO(pdf.content)).pages
    in_pdf = bare("".join(page.extract_text() for page in pages))
    in_word = bare("".join(node.text or "" for node in body.iter(qn("w:t"))))
    for text in (SAID, DECIDED, "研究渠道清淤"):
        assert (text in in_pdf) == (text in in_word), (name, text)
    return in_word


def bare(text: str) -> str:
    """A text without spaces, line ends and the marks between words."""
    return "".join(sign for sign in text if not sign.isspace() and sign != "\u200b")
