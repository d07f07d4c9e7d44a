"""All tables of the foundation, gathered for Django."""

from __future__ import annotations

from zhibu.foundation.accounts.models import Account, OneTimeLink, SecondFactor, SignInFailure, SpecialRole
from zhibu.foundation.audit.models import AuditEvent, AuditTouch, Submission, SubscriberCursor
from zhibu.foundation.documents.models import Document, UploadedFont
from zhibu.foundation.jobs.models import ScheduledRun
from zhibu.foundation.notifications.models import Notice
from zhibu.foundation.obligations.models import Computation, Obligation
from zhibu.foundation.search.models import SearchEntry

__all__ = [
    "Account",
    "AuditEvent",
    "AuditTouch",
    "Computation",
    "Document",
    "Notice",
    "Obligation",
    "OneTimeLink",
    "ScheduledRun",
    "SearchEntry",
    "SecondFactor",
    "SignInFailure",
    "SpecialRole",
    "Submission",
    "SubscriberCursor",
    "UploadedFont",
]
