"""Pages of the code tables, for the system administrator: what is in them, and loading a dictionary."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from zhibu.common.errors import NotVisible
from zhibu.roster.codes.commands import Loaded, load_dictionary
from zhibu.roster.codes.forms import DictionaryForm
from zhibu.roster.codes.queries import list_codes, list_tables, list_unknown
from zhibu.roster.codes.tables import CodeTable, code_table, table_names
from zhibu.ui.pages import PageRequest, page

_BOTH = ("GET", "HEAD", "POST")
_SHOWN = 500


def _table(name: str) -> CodeTable:
    if name not in table_names():
        raise NotVisible
    return code_table(name)


@page(right="settings:manage")
def tables(request: PageRequest) -> HttpResponse:
    """All tables with their counts."""
    return render(request, "roster/codes/list.html", {"tables": list_tables()})


@page(right="settings:manage")
def table(request: PageRequest, name: str) -> HttpResponse:
    """One table: our rows with the codes of other systems, then loaded codes that mean none of ours."""
    shown = _table(name)
    unknown = list_unknown(name)
    context = {
        "table": shown,
        "rows": list_codes(name),
        "unknown": unknown[:_SHOWN],
        "unknown_count": unknown.count(),
        "shown": _SHOWN,
    }
    return render(request, "roster/codes/table.html", context)


@page(right="settings:manage", methods=_BOTH)
def loading(request: PageRequest, name: str) -> HttpResponse:
    """Load a dictionary into a table."""
    shown = _table(name)
    form = DictionaryForm(request.POST or None, request.FILES or None)
    back = reverse("codes:table", args=[name])
    done: list[Loaded] = []
    if form.is_valid():
        data = form.cleaned_data
        url = form.carry_out(
            request,
            act=lambda: done.append(
                load_dictionary(
                    actor=request.actor,
                    table=name,
                    system=data["system"],
                    version=data["version"],
                    raw=data["dictionary"],
                )
            ),
            result_url=lambda _: back,
        )
        if url:
            _tell(request, done)
            return redirect(url)
    context = {"table": shown, "form": form, "back": back}
    status = 422 if request.method == "POST" else 200
    return render(request, "roster/codes/load.html", context, status=status)


def _tell(request: PageRequest, done: list[Loaded]) -> None:
    for loaded in done:
        sentence = "装入了{count}个代码。".format(count=loaded.count)
        if loaded.unknown:
            sentence += "其中{count}个本系统没有对应的，照原样保留，登记时可以选。".format(
                count=loaded.unknown
            )
        messages.success(request, sentence)
