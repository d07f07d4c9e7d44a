"""Storing the papers of a filed meeting, so that they open again exactly as they were."""

from __future__ import annotations

import hashlib
from datetime import date

from django.core.files.base import ContentFile

from zhibu.common.actor import Actor
from zhibu.common.dates import utc_now
from zhibu.foundation.audit.commands import command, record
from zhibu.foundation.documents.models import Document
from zhibu.orglife.meetings.models import Meeting
from zhibu.orglife.meetings.queries.papers import DOCX, OWNER_KIND, PDF, get_document

_ENDINGS = {PDF: "pdf", DOCX: "docx"}


@command("meetings.file_paper")
def file_paper(
    *,
    actor: Actor,
    today: date,
    meeting: Meeting,
    kind: str,
    title: str,
    version: int,
    content_type: str,
    body: bytes,
) -> Document:
    """Store one paper in one version and format, once; a second call returns what is stored.

    Papers follow from the record that was filed, so whoever may read the meeting may have them stored.
    """
    stored = get_document(meeting, kind, version, content_type)
    if stored is not None:
        return stored
    document = Document(
        org_id=meeting.organization_id,
        owner_kind=OWNER_KIND,
        owner_id=meeting.pk,
        kind=kind,
        title=title,
        version=version,
        content_type=content_type,
        sha256=hashlib.sha256(body).hexdigest(),
        size=len(body),
        created_at=utc_now(),
        created_by=actor.label,
    )
    name = "{id}-{kind}-{version}.{ending}".format(
        id=meeting.public_id, kind=kind, version=version, ending=_ENDINGS[content_type]
    )
    document.file.save(name, ContentFile(body), save=False)
    document.save(force_insert=True)
    record(
        actor=actor,
        action="meetings.file_paper",
        object_ref="meeting:{id}".format(id=meeting.pk),
        org_ids=[],
        diff={"kind": kind, "version": version, "sha256": document.sha256},
    )
    return document
