"""The first page of each role, search, the text of a norm, help, and the pages for errors."""

from __future__ import annotations

from functools import partial
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse

from zhibu.common.dates import china_today
from zhibu.common.errors import NotVisible
from zhibu.foundation.accounts.commands.accounts import prefer_elder_pages
from zhibu.foundation.accounts.models import Account
from zhibu.foundation.notifications.commands import put_away
from zhibu.foundation.obligations.queries import get_freshness
from zhibu.foundation.search.queries import PAGE_SIZE
from zhibu.home import gallery as samples
from zhibu.home.navigation import MAIN, PERSONAL, address, menu_for, object_address
from zhibu.home.norms import find_norm
from zhibu.home.panels import branch, committee, member
from zhibu.home.panels.due import due_list
from zhibu.home.queries import (
    find,
    find_notice,
    get_superior,
    get_work_organization,
    list_other_work_organizations,
    list_work_organizations,
)
from zhibu.roster.organizations.models import Organization
from zhibu.ui.forms import carried_number
from zhibu.ui.marks import Tab
from zhibu.ui.pages import PageRequest, page

_BRANCH_ROLES = ("secretary", "committee_member", "group_leader")
_KIND_WORDS = {"person": "党员", "organization": "党组织", "meeting": "会议"}
_COUNTED = {
    "person": "找到党员 {n} 名",
    "organization": "找到党组织 {n} 个",
    "meeting": "找到会议 {n} 次",
}


@page(right="signed_in")
def start(request: PageRequest) -> HttpResponse:
    """The actor's first page, by the first of their roles."""
    role = request.actor.role
    if role in _BRANCH_ROLES:
        return workbench(request)
    if role == "organizer":
        return organizer(request)
    if role == "statistics":
        return redirect(address("statistics:dashboard") or address("home:help"))
    if role == "member":
        return member_home(request)
    return render(request, "home/plain.html", {"entries": menu_for(request.actor, MAIN[1:], request.path)})


def workbench(request: PageRequest) -> HttpResponse:
    """What a branch has to do, its two weeks, what waits, what came in."""
    org = _work_organization(request)
    today = china_today()
    may = partial(request.actor.may, path=org.path)
    meetings = branch.list_meetings(org, request.actor, today=today)
    held = branch.regular_meetings(meetings, today=today)
    context = {
        "org": org,
        "today": today,
        "glance": branch.glance(org),
        "due": due_list(org, today=today, may=may, meetings=held),
        "weeks": branch.two_weeks(meetings, today=today),
        "kinds": held.counts,
        "open_work": branch.open_work(org, today=today),
        "notices": branch.open_notices(org),
        "freshness": get_freshness(org.pk),
        "others": list_other_work_organizations(request.actor, org),
        "report_url": reverse("checkup:branch_report", args=[org.public_id]) if may("checkup:view") else "",
        "meeting_url": address("meetings:add") if may("meetings:edit") else "",
        "make_ups_url": address("meetings:make_ups") if may("meetings:view") else "",
        "tasks_url": address("meetings:tasks") if may("meetings:view") else "",
        "meeting_pages": may("meetings:view"),
        "import_url": address("imports:list") if may("imports:use") else "",
        "may_put_away": may("meetings:edit"),
    }
    return render(request, "home/workbench.html", context)


def organizer(request: PageRequest) -> HttpResponse:
    """An organiser's first page: six numbers, terms that run out, what the own committee has to do."""
    org = _work_organization(request)
    today = china_today()
    context = {
        "org": org,
        "today": today,
        "overview": committee.overview(request.actor, org),
        "terms": committee.ending_terms(request.actor, today=today),
        "near_days": committee.NEAR_TERM_DAYS,
        "own_url": object_address("organization", org.public_id),
        "members_url": address("members:list"),
        "probationary_url": address("members:list") + "?standing=probationary",
        "board_url": address("supervision:board"),
        "report_url": address("checkup:report"),
        "due": due_list(org, today=today, most=3, may=partial(request.actor.may, path=org.path)),
        "notices": branch.open_notices(org),
        "may_put_away": request.actor.may("meetings:edit", org.path),
    }
    return render(request, "home/organizer.html", context)


def member_home(request: PageRequest) -> HttpResponse:
    """A member's first page; the elder version for who prefers it."""
    if getattr(request.user, "prefers_elder_pages", False) and request.GET.get("version") != "standard":
        return redirect("home:elder")
    return render(request, "home/member.html", _own(request))


@page(right="home:view")
def agenda(request: PageRequest) -> HttpResponse:
    """A member's meetings: those to come and the last ones."""
    today = china_today()
    card = member.own_card(request.actor, today=today)
    context = {
        "upcoming": member.upcoming(card, today=today) if card else [],
        "past": member.past(card, today=today) if card else [],
    }
    return render(request, "home/agenda.html", context)


@page(right="home:view")
def services(request: PageRequest) -> HttpResponse:
    """What a member can do here, without two levels of menus."""
    return render(request, "home/services.html", _own(request))


@page(right="home:view")
def me(request: PageRequest) -> HttpResponse:
    """A member's own lines and account."""
    context = _own(request)
    context["entries"] = menu_for(request.actor, PERSONAL, request.path)
    return render(request, "home/me.html", context)


@page(right="home:view")
def elder(request: PageRequest, part: str = "") -> HttpResponse:
    """The elder version: five bars, and one page behind each."""
    if part not in ("", "notices", "meetings", "card", "help"):
        raise Http404
    context = _own(request) | {"part": part, "back_url": address("home:elder") if part else ""}
    return render(request, "home/elder.html", context)


@page(right="meetings:edit", methods=("POST",))
def notice_closure(request: PageRequest) -> HttpResponse:
    """Put a notice of an organisation away that was taken note of."""
    asked = request.POST.get("notice", "")
    if not asked:
        return redirect("home:start")
    notice = find_notice(request.actor, carried_number(asked))
    if notice is None:
        raise NotVisible
    put_away(actor=request.actor, today=china_today(), notice=notice.notice, path=notice.path)
    return redirect("home:start")


@page(right="home:view", methods=("POST",))
def elder_preference(request: PageRequest) -> HttpResponse:
    """Open with the elder version from now on, or with the usual one."""
    prefers = request.POST.get("prefers") == "elder"
    account = request.user
    if not isinstance(account, Account):
        raise NotVisible
    prefer_elder_pages(actor=request.actor, account=account, prefers=prefers)
    return redirect("home:elder" if prefers else "home:start")


def _own(request: PageRequest) -> dict[str, object]:
    today = china_today()
    card = member.own_card(request.actor, today=today)
    return {
        "today": today,
        "card": card,
        "upcoming": member.upcoming(card, today=today) if card else [],
        "notices": member.own_notices(request.actor),
        "card_url": address("members:own_card") if card else "",
        "secretary_name": card.secretary if card else "",
        "secretary_phone": card.phone if card else "",
    }


@page(right="search:use")
def search(request: PageRequest) -> HttpResponse:
    """What was typed into the top band, in every kind that the actor may see."""
    text = request.GET.get("q", "").strip()[:60]
    number = request.GET.get("page", "1")
    shown = max(1, carried_number(number))
    found = find(request.actor, text, page=shown) if text else []
    wanted = [one for one in found if one.kind == request.GET.get("kind")]
    filled = [one for one in found if one.total]
    current = next(iter([*wanted, *filled, *found]), None)
    context = {
        "text": text,
        "found": current,
        "rows": [(row, object_address(current.kind, row.public_id)) for row in current.rows]
        if current
        else [],
        "tabs": [
            Tab(_KIND_WORDS[one.kind], _search_address(text, one.kind), one is current, one.total)
            for one in found
        ],
        "page": shown,
        "next_url": _search_address(text, current.kind, shown + 1)
        if current and current.total > shown * PAGE_SIZE
        else "",
        "previous_url": _search_address(text, current.kind, shown - 1) if current and shown > 1 else "",
        "first": (shown - 1) * PAGE_SIZE + 1,
        "last": (shown - 1) * PAGE_SIZE + (len(current.rows) if current else 0),
        "counted": _COUNTED[current.kind].format(n=f"{current.total:,}") if current else "",
    }
    return render(request, "home/search.html", context)


def _search_address(text: str, kind: str, number: int = 1) -> str:
    query = {"q": text, "kind": kind, "page": str(number) if number > 1 else ""}
    return "?" + urlencode({key: value for key, value in query.items() if value})


@page(right="public")
def norm(request: PageRequest, norm_id: str) -> HttpResponse:
    """What one article asks, in our own words, of whom, and when it was last compared with its text."""
    shown = find_norm(norm_id, today=china_today())
    if shown is None:
        raise Http404
    return render(request, "home/norm.html", {"shown": shown, "back_url": _came_from(request)})


def _came_from(request: PageRequest) -> str:
    """The page of this site from which somebody came, so that 返回 leads there; else the first page."""
    parts = urlsplit(request.META.get("HTTP_REFERER", ""))
    is_here = parts.netloc == request.get_host() and parts.path != request.path
    return parts.path + ("?" + parts.query if parts.query else "") if is_here else "/"


@page(right="public")
def help_page(request: PageRequest) -> HttpResponse:
    """How the daily things are done."""
    return render(request, "home/help.html")


@page(right="public")
def complaints(request: PageRequest) -> HttpResponse:
    """Whom to tell that something is wrong, with the telephone of the organisation above."""
    org = get_work_organization(request.actor)
    superior = get_superior(org) if org else None
    return render(request, "home/complaints.html", {"org": org, "superior": superior})


def _work_organization(request: PageRequest) -> Organization:
    """The organisation worked in: that of ``?org=``, if a role is held there, else the first."""
    asked = request.GET.get("org")
    if asked:
        found = list_work_organizations(request.actor).filter(public_id=asked).first()
    else:
        found = get_work_organization(request.actor)
    if found is None:
        raise NotVisible
    return found


@page(right="public")
def gallery(request: PageRequest) -> HttpResponse:
    """Every component once, for those who build pages; only in the demo."""
    if not settings.DEMO:
        raise Http404
    form = samples.SampleForm({"topic": "", "held_date": "2025-02-30"} if "errors" in request.GET else None)
    return render(request, "ui/gallery/gallery.html", {"form": form, "samples": samples})


def error_403(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Without the right."""
    return render(request, "ui/error_403.html", status=403)


def error_404(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Not there, or outside one's scope: the answer is the same."""
    return render(request, "ui/error_404.html", status=404)


def error_500(request: HttpRequest) -> HttpResponse:
    """Something broke; nothing acknowledged is lost. Rendered without the request: it may be the cause."""
    return HttpResponse(render_to_string("ui/error_500.html"), status=500)
