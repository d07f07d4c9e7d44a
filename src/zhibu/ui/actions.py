"""The one button beside a duty: the rulebook's action word becomes a label and an address.

Only pages that exist, and that the reader may use, are led to; where the page itself is missing the
next best one is taken. ``ui`` knows the pages by their names alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse


@dataclass(frozen=True, slots=True)
class ActionButton:
    """Words and address of a button; an empty address means that nothing here serves this reader."""

    label: str
    url: str


May = Callable[[str], bool]

# action word -> (label, right it asks for, names of pages, the best first)
_ACTIONS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "meetings.create": ("发起会议", "meetings:edit", ("meetings:add", "meetings:list")),
    "meetings.open": ("查看会议", "meetings:view", ("meetings:list",)),
    "meetings.make_up": ("登记补课", "meetings:view", ("meetings:make_ups", "meetings:list")),
    "talks.create": ("登记谈话", "meetings:edit", ("meetings:talk", "meetings:list")),
    "learning.record": ("登记学习", "meetings:edit", ("meetings:add", "meetings:list")),
    "members.open": ("查看党员", "members:view", ("members:list",)),
    "members.decide": ("登记决定", "members:edit", ("members:list",)),
    "offices.edit": ("调整班子", "organizations:edit", ("organizations:organization",)),
    "organizations.decide": ("登记变动", "organizations:edit", ("organizations:organization",)),
    "organizations.open": ("查看党组织", "organizations:view", ("organizations:organization",)),
    "exclusions.open": ("查看名单", "members:view", ("members:list",)),
    "terms.open": ("办理换届", "organizations:edit", ("organizations:organization",)),
    "terms.remind": ("提醒换届", "supervision:remind", ("supervision:reminder", "supervision:board")),
}
_GROUP_MEETING = "party_group_meeting"  # a group leader may hold these without the right to all others


def everything(_right: str) -> bool:
    """Answers for lists that belong to no reader: whoever opens the page is asked there."""
    return True


def action_button(action: str, *, org_public_id: str, kind: str = "", may: May = everything) -> ActionButton:
    """The button for an action word at an organisation; ``kind`` preselects the kind of meeting.

    ``may`` says whether the reader holds a right there.
    """
    label, right, names = _ACTIONS.get(action, ("查看", "checkup:view", ("checkup:report",)))
    is_own_group = kind == _GROUP_MEETING and may("meetings:edit_group")
    if not may(right) and not (right == "meetings:edit" and is_own_group):
        return ActionButton(label, "")
    url = next(filter(None, (_address(name, org_public_id) for name in names)), "")
    query = {key: value for key, value in (("org", org_public_id), ("kind", kind)) if value}
    if url and org_public_id not in url:
        url = url + "?" + urlencode(query)
    return ActionButton(label, url)


@cache
def _address(name: str, org_public_id: str) -> str:
    for arguments in ((org_public_id,), ()):
        try:
            return reverse(name, args=arguments)
        except NoReverseMatch:
            continue
    return ""
