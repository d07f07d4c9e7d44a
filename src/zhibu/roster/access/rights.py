"""The words for rights, and which role holds which. A page that names an unknown word stops the start."""

from __future__ import annotations

_MEMBER = frozenset({"home:view", "meetings:view_own", "members:view_own"})
_READER = frozenset(
    {"home:view", "organizations:view", "members:view", "meetings:view", "checkup:view", "search:use"}
)
_EDITOR = _READER | {
    "meetings:edit",
    "members:edit",
    "members:unmask",
    "organizations:edit",
    "imports:use",
    "exports:use",
    "meetings:complete",
    "access:hand_over",
    "access:issue_link",
}

ROLE_RIGHTS: dict[str, frozenset[str]] = {
    "member": _MEMBER,
    "group_leader": _MEMBER | {"meetings:view", "meetings:edit_group", "members:view"},
    "committee_member": _MEMBER | _READER | {"meetings:edit"},
    "secretary": _MEMBER | _EDITOR,
    "organizer": _MEMBER
    | _EDITOR
    | {"supervision:view", "supervision:remind", "statistics:view", "organizations:restructure"},
    "statistics": frozenset({"home:view", "statistics:view", "organizations:view", "supervision:view"}),
    "system": frozenset({"accounts:manage", "settings:manage"}),
    "security": frozenset({"access:grant"}),
    "audit": frozenset({"audit:view"}),
}

RIGHTS: frozenset[str] = frozenset().union(*ROLE_RIGHTS.values())
