"""What the pages of the import share."""

from __future__ import annotations

from django.urls import reverse

from zhibu.common.errors import NotVisible
from zhibu.roster.imports.models import ImportBatch
from zhibu.roster.organizations.models import Organization
from zhibu.ui.marks import Step
from zhibu.ui.pages import PageRequest, require

BOTH = ("GET", "HEAD", "POST")
MANY_ROWS = 2_000
_TITLES = ("上传文件", "核对列的用途", "核对内容", "完成")


def url_of(batch: ImportBatch) -> str:
    """The page of an import."""
    return reverse("imports:batch", args=[batch.public_id])


def load_batch(request: PageRequest, public_id: str) -> ImportBatch:
    """An import of the actor's scope; raises ``NotVisible`` for any other."""
    found = (
        ImportBatch.objects.visible_to(request.actor.scope)
        .select_related("organization")
        .filter(public_id=public_id)
        .first()
    )
    if found is None:
        raise NotVisible
    return found


def may_import(request: PageRequest, batch: ImportBatch) -> None:
    """Raise ``NotAllowed`` unless the actor may import for this organisation."""
    require(request.actor, "imports:use", batch.organization.path)


def own_organizations(request: PageRequest) -> list[Organization]:
    """The organisations that files can be imported for: where the actor works, and the one asked for."""
    scope = request.actor.scope
    paths = [path for path in (*scope.paths, *scope.exact_paths) if request.actor.may("imports:use", path)]
    visible = Organization.objects.visible_to(scope).current()
    found = list(visible.filter(path__in=paths).order_by("path"))
    asked = request.GET.get("organization") or request.POST.get("organization") or ""
    if asked and all(org.public_id != asked for org in found):
        other = visible.filter(public_id=asked).first()
        if other is not None and request.actor.may("imports:use", other.path):
            found.insert(0, other)
    return found


def steps_of(batch: ImportBatch, current: int) -> list[Step]:
    """The four steps; those before the current one are done."""
    columns = reverse("imports:columns", args=[batch.public_id])
    urls = ("", columns if current == 2 else "", "", "")
    return [
        Step(title, "done" if number < current else "current" if number == current else "ahead", url)
        for number, (title, url) in enumerate(zip(_TITLES, urls, strict=True))
    ]


def is_big(batch: ImportBatch) -> bool:
    """Whether a plan is so long that making or applying it must not keep a browser waiting."""
    rows: int = sum(table["rows"] for table in batch.summary.get("tables", []))
    return rows > MANY_ROWS
