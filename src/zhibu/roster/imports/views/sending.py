"""The list of imports with the form that sends a file, and the page of columns."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from zhibu.common.dates import china_today
from zhibu.common.errors import NotVisible, Refused
from zhibu.foundation.audit.commands import submit_once
from zhibu.roster.imports.commands.staging import (
    Sent,
    answer_questions,
    choose_columns,
    needs_background,
    prepare_import,
    stage_upload,
    start_in_background,
)
from zhibu.roster.imports.forms import UploadForm, sent_columns, sent_tables, use_choices
from zhibu.roster.imports.models import ImportBatch
from zhibu.roster.imports.planning.samples import TableSample
from zhibu.roster.imports.queries import list_batches
from zhibu.roster.imports.staging import open_plan
from zhibu.roster.imports.views.pages import (
    BOTH,
    is_big,
    load_batch,
    may_import,
    own_organizations,
    steps_of,
    url_of,
)
from zhibu.ui.listing import Column, list_page
from zhibu.ui.pages import PageRequest, page, require

_COLUMNS = (
    Column("文件", sort="file"),
    Column("党组织"),
    Column("上传时间", sort="time"),
    Column("状态"),
    Column("结果"),
)


@page(right="imports:use", methods=BOTH)
def batch_list(request: PageRequest) -> HttpResponse:
    """Earlier imports, and the form that sends a new file."""
    organizations = own_organizations(request)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        chosen = next(
            (org for org in organizations if org.public_id == request.POST.get("organization")), None
        )
        if chosen is None:
            raise NotVisible
        require(request.actor, "imports:use", chosen.path)
        upload = form.cleaned_data["upload"]
        sent = Sent(upload.name or "名册", upload.read())
        url = form.carry_out(
            request,
            act=lambda: stage_upload(
                actor=request.actor, today=china_today(), organization=chosen, sent=sent
            ),
            result_url=url_of,
        )
        if url:
            _read(request, url)
            return redirect(url)
    rows = list_batches(request.actor.scope)
    sorts: dict[str, tuple[str, ...]] = {"time": ("-created_at", "-pk"), "file": ("file_name", "pk")}
    listing = list_page(request, rows, columns=_COLUMNS, sorts=sorts, default_sort="time")
    context = {"form": form, "listing": listing, "organizations": organizations}
    return render(
        request, "roster/imports/list.html", context, status=422 if request.method == "POST" else 200
    )


def _read(request: PageRequest, url: str) -> None:
    """Read a small file at once, a big one in the background; a refusal is kept with the batch."""
    public_id = url.rstrip("/").rpartition("/")[2]
    batch = ImportBatch.objects.select_related("organization").get(public_id=public_id)
    if batch.state != ImportBatch.State.READING:
        return
    if needs_background(batch):
        start_in_background("read", batch, request.actor)
        return
    try:
        prepare_import(actor=request.actor, today=china_today(), batch=batch)
    except Refused:
        return


@page(right="imports:use", methods=BOTH)
def columns(request: PageRequest, public_id: str) -> HttpResponse:
    """What each column is used as, above the first eight rows; kept for the next file of this shape."""
    batch = load_batch(request, public_id)
    if batch.state != ImportBatch.State.STAGED:
        return redirect(url_of(batch))
    may_import(request, batch)
    samples = open_plan(batch.plan_file, batch.public_id).samples()
    if request.method == "POST":
        mapping = sent_columns(request.POST, samples)
        tables = sent_tables(request.POST, samples)

        def act() -> ImportBatch:
            choose_columns(actor=request.actor, today=china_today(), batch=batch, mapping=mapping)
            return answer_questions(
                actor=request.actor, today=china_today(), batch=batch, answers={}, tables=tables
            )

        key = str(request.POST.get("submission_key", ""))
        address = submit_once(key=key, actor=request.actor, act=act, result_url=url_of)
        plan_again(request, batch, is_changed=_is_changed(batch, mapping, tables))
        return redirect(address)
    context = {
        "batch": batch,
        "samples": _with_likeness(samples),
        "uses": use_choices(),
        "use_keys": [key for key, _ in use_choices()],
        "steps": steps_of(batch, 1),
        "back_url": reverse("imports:list"),
    }
    return render(request, "roster/imports/columns.html", context)


def _with_likeness(samples: list[TableSample]) -> list[tuple[TableSample, str]]:
    """Each table with the first one of the same headers: the uses are chosen once for all of them."""
    first: dict[str, str] = {}
    found = []
    for sample in samples:
        found.append((sample, first.get(sample.fingerprint, "")))
        first.setdefault(sample.fingerprint, sample.sheet)
    return found


def _is_changed(batch: ImportBatch, mapping: dict[str, dict[str, str]], tables: dict[int, bool]) -> bool:
    """Whether what was sent differs from what the plan was made with."""
    for number, table in enumerate(batch.summary.get("tables", [])):
        uses = mapping.get(table["fingerprint"], {})
        if any(uses.get(str(index), field) != field for index, field, _ in table["columns"]):
            return True
        if tables.get(number, table["selected"]) != table["selected"]:
            return True
    return False


def plan_again(request: PageRequest, batch: ImportBatch, *, is_changed: bool = True) -> None:
    """Make the plan anew after a decision: at once, or in the background where the file is big."""
    if not is_changed:
        return
    batch.refresh_from_db()
    if is_big(batch):
        start_in_background("read", batch, request.actor)
        messages.info(request, "正在按您的选择重新核对，请稍等。")
        return
    prepare_import(actor=request.actor, today=china_today(), batch=batch)
