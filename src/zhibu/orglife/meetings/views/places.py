"""Which organisation a page works on, and what every page of meetings needs."""

from __future__ import annotations

from django.http import HttpRequest

from zhibu.common.dates import china_today
from zhibu.common.errors import NotVisible
from zhibu.orglife.meetings.models import Meeting
from zhibu.orglife.meetings.queries.meetings import get_meeting, may_edit
from zhibu.roster.organizations.models import Organization
from zhibu.ui.pages import PageRequest, require


def work_organization(request: PageRequest) -> Organization:
    """The organisation named by ``?org=``, else the actor's first place of work; raises ``NotVisible``."""
    wanted = request.GET.get("org", "") or request.POST.get("org", "")
    visible = Organization.objects.visible_to(request.actor.scope)
    if wanted:
        found = visible.filter(public_id=wanted).first()
    else:
        scope = request.actor.scope
        paths = (*scope.exact_paths, *scope.paths)
        found = visible.filter(path=paths[0]).first() if paths else None
    if found is None:
        raise NotVisible
    return found


def load(request: PageRequest, public_id: str, right: str = "meetings:view") -> Meeting:
    """A meeting of the actor's scope, with the right at its organisation."""
    meeting = get_meeting(request.actor.scope, public_id)
    require(request.actor, right, meeting.organization.path)
    return meeting


def load_for_work(request: PageRequest, public_id: str) -> Meeting:
    """A meeting that the actor may work on; the commands ask again."""
    meeting = get_meeting(request.actor.scope, public_id)
    if not may_edit(request.actor, meeting.organization, meeting.group_id, china_today()):
        require(request.actor, "meetings:edit", meeting.organization.path)
    return meeting


def author_name(request: HttpRequest) -> str:
    """Who writes, as others read it."""
    return str(getattr(request.user, "display_name", "")) or str(request.user)
