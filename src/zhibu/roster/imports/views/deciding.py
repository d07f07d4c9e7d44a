"""The page of one import: waiting, preview with questions, result; and what can be done with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from zhibu.common.dates import china_today, utc_now
from zhibu.common.errors import Refused
from zhibu.foundation.audit.commands import submit_once
from zhibu.roster.imports.commands.applying import apply_import, begin_apply
from zhibu.roster.imports.commands.handing_back import handed_back
from zhibu.roster.imports.commands.staging import answer_questions, discard_import, start_in_background
from zhibu.roster.imports.commands.undoing import UNDO_FOR, begin_undo, undo_import
from zhibu.roster.imports.forms import sent_answers
from zhibu.roster.imports.models import ImportBatch
from zhibu.roster.imports.planning.rows import Effect
from zhibu.roster.imports.queries import list_earlier, list_rows
from zhibu.roster.imports.staging import StagedPlan, open_plan
from zhibu.roster.imports.views.pages import BOTH, is_big, load_batch, may_import, steps_of, url_of
from zhibu.roster.imports.views.sending import plan_again
from zhibu.roster.imports.views.showing import (
    Pieces,
    notices_of,
    preview_listing,
    preview_tabs,
    question_page,
    result_listing,
    result_tabs,
    sums_of,
)
from zhibu.ui.forms import carried_number
from zhibu.ui.pages import PageRequest, page

State = ImportBatch.State
_WAITING = {
    State.READING: "正在读取文件，请稍等",
    State.APPLYING: "正在导入，请稍等",
    State.UNDOING: "正在撤销，请稍等",
}


@page(right="imports:use")
def batch(request: PageRequest, public_id: str) -> HttpResponse:
    """One import, whatever state it is in."""
    found = load_batch(request, public_id)
    may_import(request, found)
    if found.state in _WAITING:
        context = {"batch": found, "waiting": _WAITING[State(found.state)], "steps": steps_of(found, 2)}
        return render(request, "roster/imports/waiting.html", context)
    if found.state == State.STAGED and found.expires_at > utc_now():
        if _needs_columns(found):
            return redirect("imports:columns", public_id=found.public_id)
        return _preview(request, found)
    if found.state in (State.APPLIED, State.UNDONE):
        return _result(request, found)
    return render(request, "roster/imports/ended.html", {"batch": found})


def _needs_columns(found: ImportBatch) -> bool:
    """A shape of file that nobody has confirmed yet is shown column by column first."""
    tables = [table for table in found.summary.get("tables", []) if table["selected"] or not found.mapping]
    known = {table["fingerprint"] for table in tables if table["columns"]}
    confirmed = {
        table["fingerprint"] for table in tables if any(basis == "chosen" for _, _, basis in table["columns"])
    }
    return not found.mapping and bool(known - confirmed)


def _preview(request: PageRequest, found: ImportBatch) -> HttpResponse:
    plan = open_plan(found.plan_file, found.public_id)
    questions = question_page(request, plan.questions())
    show = _shown_part(request, found, plan)
    context: dict[str, Any] = {
        "batch": found,
        "steps": steps_of(found, 2),
        "counts": found.summary["counts"],
        "writes": found.summary["counts"]["added"] + found.summary["counts"]["changed"],
        "questions": questions,
        "sums": sums_of(found),
        "notices": notices_of(found),
        "tabs": preview_tabs(found, show),
        "show": show,
        "listing": preview_listing(request, plan, show),
        "earlier": list_earlier(found).first(),
        "skips_hidden": found.choices.get("skips_hidden", False),
        "is_partial": request.htmx,
    }
    return render(request, "roster/imports/preview.html", context)


def _shown_part(request: PageRequest, found: ImportBatch, plan: StagedPlan) -> str:
    """The part of the plan asked for, else the first that holds anything."""
    asked = request.GET.get("show", "")
    parts: Sequence[str] = (*[effect.value for effect in Effect], "missing")
    if asked in parts:
        return asked
    order = ("added", "changed", "asked", "left_out", "same", "missing")
    return next((part for part in order if plan.count(part)), "added")


def _result(request: PageRequest, found: ImportBatch) -> HttpResponse:
    show = request.GET.get("show", "")
    show = show if show in ("added", "changed", "refused", "same") else _first_result(found)
    context = {
        "batch": found,
        "steps": steps_of(found, 3),
        "done": found.summary.get("done", {}),
        "undone": found.summary.get("undone"),
        "tabs": result_tabs(found, show),
        "show": show,
        "listing": result_listing(request, list_rows(found, show)),
        "can_undo": found.state == State.APPLIED and _undo_until(found) > utc_now(),
        "undo_until": _undo_until(found),
    }
    return render(request, "roster/imports/result.html", context)


def _first_result(found: ImportBatch) -> str:
    done = found.summary.get("done", {})
    return next((part for part in ("refused", "added", "changed", "same") if done.get(part)), "added")


def _undo_until(found: ImportBatch) -> Any:
    return (found.applied_at or utc_now()) + UNDO_FOR


@page(right="imports:use", methods=("POST",))
def answers(request: PageRequest, public_id: str) -> HttpResponse:
    """Keep answers and plan again; the page comes back with what is still open."""
    found = load_batch(request, public_id)
    may_import(request, found)
    hidden = request.POST.get("hidden", "")
    answer_questions(
        actor=request.actor,
        today=china_today(),
        batch=found,
        answers=sent_answers(request.POST),
        skips_hidden=hidden == "skip" if hidden in ("skip", "import") else None,
    )
    plan_again(request, found)
    return redirect(url_of(found))


@page(right="imports:use", methods=("POST",))
def application(request: PageRequest, public_id: str) -> HttpResponse:
    """Confirm the preview: at once, or in the background where the file is big."""
    found = load_batch(request, public_id)
    may_import(request, found)
    stamp = carried_number(request.POST.get("stamp", ""))
    act = begin_apply if is_big(found) else apply_import
    key = str(request.POST.get("submission_key", ""))
    url = submit_once(
        key=key,
        actor=request.actor,
        act=lambda: act(actor=request.actor, today=china_today(), batch=found, stamp=stamp),
        result_url=url_of,
    )
    if is_big(found):
        start_in_background("apply", found, request.actor)
    return redirect(url)


@page(right="imports:use", methods=BOTH)
def undo(request: PageRequest, public_id: str) -> HttpResponse:
    """Ask, then undo."""
    found = load_batch(request, public_id)
    may_import(request, found)
    if request.method != "POST":
        return _ask_undo(request, found)
    act = begin_undo if is_big(found) else undo_import
    url = submit_once(
        key=str(request.POST.get("submission_key", "")),
        actor=request.actor,
        act=lambda: act(actor=request.actor, today=china_today(), batch=found),
        result_url=url_of,
    )
    if is_big(found):
        start_in_background("undo", found, request.actor)
    return redirect(url)


def _ask_undo(request: PageRequest, found: ImportBatch) -> HttpResponse:
    if found.state != State.APPLIED:
        return redirect(url_of(found))
    done = found.summary.get("done", {})
    pieces = Pieces()
    if done.get("added"):
        pieces.add("这次新增的{count}人从名册上去掉。", count=done["added"])
    if done.get("changed"):
        pieces.add("这次修改的{count}人恢复成导入以前的内容。", count=done["changed"])
    pieces.add("导入以后又有人改过的、已经有别的记录的，不会撤销，结果里会逐个说明。")
    context = {
        "title": "撤销这次导入？",
        "consequences": pieces.sentences,
        "submit_label": "撤销导入",
        "cancel_url": url_of(found),
        "is_dangerous": True,
    }
    return render(request, "ui/confirm.html", context)


@page(right="imports:use", methods=("POST",))
def discarding(request: PageRequest, public_id: str) -> HttpResponse:
    """Give a staged file up."""
    found = load_batch(request, public_id)
    may_import(request, found)
    discard_import(actor=request.actor, today=china_today(), batch=found)
    messages.success(request, "已经放弃这次导入，文件已经删除。")
    return redirect(reverse("imports:list"))


@page(right="imports:use")
def handback(request: PageRequest, public_id: str) -> HttpResponse:
    """The sender's workbook with its 校核 column, to be corrected in the office program."""
    found = load_batch(request, public_id)
    may_import(request, found)
    try:
        content, name = handed_back(actor=request.actor, batch=found, today=china_today())
    except Refused as refusal:
        messages.error(request, refusal.message + refusal.next_step)
        return redirect(url_of(found))
    answer = HttpResponse(
        content, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    answer.headers["Content-Disposition"] = download_name(name)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "sandbox"
    return answer


def download_name(name: str) -> str:
    """The header that saves a file under a Chinese name."""
    return "attachment; filename=\"roster.xlsx\"; filename*=UTF-8''{name}".format(name=quote(name))
