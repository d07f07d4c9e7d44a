"""Pages of 审计管理员: reading the record, which is itself recorded, and verifying the chain."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from zhibu.common.errors import NotVisible
from zhibu.foundation.audit.commands import record_reading, record_verification
from zhibu.foundation.audit.forms import EventFilter
from zhibu.foundation.audit.queries import get_event, in_words, list_events, verify_chain
from zhibu.ui.listing import Column, list_page
from zhibu.ui.pages import PageRequest, page

_COLUMNS = (
    Column("序号", align="end"),
    Column("时间"),
    Column("操作者"),
    Column("动作"),
    Column("对象"),
    Column("结果"),
)


@page(right="audit:view")
def event_list(request: PageRequest) -> HttpResponse:
    """The record, newest first, with filters; opening it leaves a row of its own."""
    form = EventFilter(request.GET or None)
    chosen = form.cleaned_data if form.is_valid() else {}
    events = list_events(
        action=chosen.get("action") or "",
        actor=chosen.get("actor") or "",
        subject=chosen.get("subject") or "",
        result=chosen.get("result") or "",
        from_date=chosen.get("from_date"),
        to_date=chosen.get("to_date"),
    )
    listing = list_page(request, events, columns=_COLUMNS)
    record_reading(actor=request.actor, filters=sorted(name for name, value in chosen.items() if value))
    return render(
        request,
        "foundation/audit/list.html",
        {"listing": listing, "rows": [in_words(event) for event in listing.rows], "form": form},
    )


@page(right="audit:view")
def event_page(request: PageRequest, seq: int) -> HttpResponse:
    """One row with everything that its hash covers."""
    event = get_event(seq)
    if event is None:
        raise NotVisible
    record_reading(actor=request.actor, filters=["seq"])
    return render(request, "foundation/audit/event.html", {"event": event, "words": in_words(event)})


@page(right="audit:view", methods=("POST",))
def verification(request: PageRequest) -> HttpResponse:
    """Recompute every hash and say whether the chain is whole, up to which row and value."""
    expected = request.POST.get("expect_head", "").strip()
    report = verify_chain(expect_head=expected)
    record_verification(actor=request.actor, report=report)
    return render(request, "foundation/audit/verification.html", {"report": report, "expected": expected})
