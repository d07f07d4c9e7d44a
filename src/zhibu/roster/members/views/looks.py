"""Looking at one sealed field: asked for with a purpose, shown for two minutes under the viewer's name."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from zhibu.common.dates import CHINA, china_today, utc_now
from zhibu.foundation.accounts.proving import ask_proof, take_proof
from zhibu.foundation.accounts.sessions import proved_at
from zhibu.roster.members.commands.looks import LOOKS_A_DAY, unmask
from zhibu.roster.members.forms.cards import UnmaskForm
from zhibu.roster.members.models import Person
from zhibu.roster.members.queries.lists import get_visible
from zhibu.ui.pages import PageRequest, page, require

SHOWN_SECONDS = 120


@page(right="members:unmask", methods=("GET", "HEAD", "POST"))
def unmasking(request: PageRequest, public_id: str) -> HttpResponse:
    """Ask what is to be seen and what for, and for the password where the last proof is old; then show it."""
    person = get_visible(public_id, request.actor.scope)
    require(request.actor, "members:unmask", person.organization.path)
    back = reverse("members:person", args=[person.public_id])
    form = UnmaskForm(request.POST or None, initial={"field": request.GET.get("field", "")})
    ask_proof(request, form)
    shown: list[str] = []
    if form.is_valid() and take_proof(request, form):
        data = form.cleaned_data
        form.carry_out(
            request,
            act=lambda: shown.append(
                unmask(
                    actor=request.actor,
                    today=china_today(),
                    person=person,
                    field=data["field"],
                    purpose=data["purpose"],
                    proved_at=proved_at(request),
                )
            ),
            result_url=lambda _: back,
        )
    if shown:
        return _shown(request, person, form, shown[0], back)
    wait = form.refusal.retry_after if form.refusal else 0
    context = {"person": person, "form": form, "limit": LOOKS_A_DAY, "back": back}
    status = 200 if request.method != "POST" else 429 if wait else 422
    return render(request, "roster/members/unmask.html", context, status=status)


def _shown(request: PageRequest, person: Person, form: UnmaskForm, value: str, back: str) -> HttpResponse:
    """The value; the page leaves by itself, keeps out of every cache and carries who looked and when."""
    moment = utc_now().astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
    context = {
        "person": person,
        "value": value,
        "label": form.words("field"),
        "purpose": form.words("purpose"),
        "watermark": "{name} {moment}".format(name=request.user, moment=moment),
        "seconds": SHOWN_SECONDS,
        "back": back,
    }
    answer = render(request, "roster/members/looked.html", context)
    answer["Refresh"] = "{seconds}; url={back}".format(seconds=SHOWN_SECONDS, back=back)
    return answer
