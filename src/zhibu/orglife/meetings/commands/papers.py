"""Storing the papers of a filed meeting, so that they open again exactly as they were."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.files.base import ContentFile

from zhibu.common.actor import Actor
from zhibu.common.dates import utc_now
from zhibu.foundation.audit.commands import command, record
from zhibu.foundation.documents.models import Document
from zhibu.orglife.meetings.models import Meeting
from zhibu.orglife.meetings.queries.papers import DOCX, OWNER_KIND, PDF, get_document

_ENDINGS = {PDF: "pdf", DOCX: "docx"}


@dataclass(frozen=True, slots=True)
class PaperFile:
    """One paper set in one format; ``kind`` is its name in addresses (minutes, resolution_2)."""

    kind: str
    title: str
    content_type: str
    body: bytes


@command("meetings.file_papers")
def file_papers(
    *, actor: Actor, today: date, meeting: Meeting, version: int, files: Sequence[PaperFile]
) -> list[Document]:
    """Store papers of one version, each once; what is stored already is returned as it is.

    Papers follow from the record that was filed, so whoever may read the meeting may have them stored.
    """
    kept = [_keep(actor, meeting, version, file) for file in files]
    fresh = [document for document, is_new in kept if is_new]
    if fresh:
        record(
            actor=actor,
            action="meetings.file_papers",
            object_ref="meeting:{id}".format(id=meeting.pk),
            org_ids=[],
            diff={"version": version, "papers": {row.file.name: row.sha256 for row in fresh}},
        )
    return [document for document, _ in kept]


def _keep(actor: Actor, meeting: Meeting, version: int, file: PaperFile) -> tuple[Document, bool]:
    stored = get_document(meeting, file.kind, version, file.content_type)
    if stored is not None:
        return stored, False
    document = Document(
        org_id=meeting.organization_id,
        owner_kind=OWNER_KIND,
        owner_id=meeting.pk,
        kind=file.kind,
        title=file.title,
        version=version,
        content_type=file.content_type,
        sha256=hashlib.sha256(file.body).hexdigest(),
        size=len(file.body),
        created_at=utc_now(),
        created_by=actor.label,
    )
    name = "{id}-{kind}-{version}.{ending}".format(
        id=meeting.public_id, kind=file.kind, version=version, ending=_ENDINGS[file.content_type]
    )
    document.file.save(name, ContentFile(file.body), save=False)
    document.save(force_insert=True)
    return document, True
