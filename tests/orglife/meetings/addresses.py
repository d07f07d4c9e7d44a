"""Examples for the guards: a meeting under way, a filed one, a line of the plan, a task."""

from __future__ import annotations

from tests.orglife.meetings.made import Hall
from tests.world import TODAY, World
from zhibu.orglife.meetings.commands.agenda import ResolutionDraft, add_resolution, save_text
from zhibu.orglife.meetings.commands.checkin import open_check_in, personal_token
from zhibu.orglife.meetings.commands.planning import make_plan
from zhibu.orglife.meetings.models import PlannedMeeting

_OPEN = ("meeting", "quorum", "mark", "head", "cancel", "preview", "notice", "links", "invitation")
_ITEM = ("text", "topic")


def examples(world: World) -> dict[str, dict[str, object]]:
    """Kwargs by name of address."""
    hall = Hall(world)
    meeting, filed = hall.call(), hall.call("party_lecture")
    hall.seat(filed)
    item = meeting.items.get()
    resolution = add_resolution(
        actor=hall.secretary, today=TODAY, item=item, draft=ResolutionDraft("照计划办理。")
    )
    for text in ("一段文字", "另一段文字"):
        saved = save_text(actor=hall.secretary, today=TODAY, item=item, text=text, version=1)
    hall.complete(filed)
    link = open_check_in(actor=hall.secretary, today=TODAY, meeting=meeting)
    make_plan(actor=hall.secretary, today=TODAY, organization=world.branch, year=TODAY.year)
    line = PlannedMeeting.objects.filter(organization=world.branch).first()
    assert line is not None
    assert saved.conflict is not None
    found: dict[str, dict[str, object]] = {
        "meetings:" + name: {"public_id": meeting.public_id} for name in _OPEN
    }
    for name in _ITEM:
        found["meetings:" + name] = {"public_id": meeting.public_id, "item_id": item.public_id}
    return found | {
        "meetings:new_topic": {"public_id": meeting.public_id},
        "meetings:merge": {
            "public_id": meeting.public_id,
            "item_id": item.public_id,
            "conflict_id": saved.conflict.public_id,
        },
        "meetings:correct": {"public_id": filed.public_id},
        "meetings:paper": {"public_id": filed.public_id, "name": "minutes", "ending": "pdf"},
        "meetings:paper_pages": {"public_id": filed.public_id, "name": "minutes"},
        "meetings:paper_page": {"public_id": filed.public_id, "name": "minutes", "number": 1},
        "meetings:plan_paper": {"ending": "pdf"},
        "meetings:close_task": {"public_id": resolution.public_id},
        "meetings:plan_line": {"public_id": line.public_id},
        "meetings:arrive": {"token": link.token},
        "meetings:arrive_as": {
            "token": link.token,
            "personal": personal_token(meeting, world.people["elder"].pk),
        },
    }
