"""The one button beside a duty: the rulebook's action word becomes a label and an address.

Only pages that exist are led to; where the page itself is missing the next best one is taken. ``ui``
knows the pages by their names alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse


@dataclass(frozen=True, slots=True)
class ActionButton:
    """Words and address of a button; an empty address means that no page serves it here."""

    label: str
    url: str


# action word -> (label, names of pages, the best first)
_ACTIONS: dict[str, tuple[str, tuple[str, ...]]] = {
    "meetings.create": ("发起会议", ("meetings:add", "meetings:list")),
    "meetings.open": ("查看会议", ("meetings:list",)),
    "meetings.make_up": ("登记补课", ("meetings:make_ups", "meetings:list")),
    "talks.create": ("登记谈话", ("meetings:talk", "meetings:list")),
    "learning.record": ("登记学习", ("meetings:add", "meetings:list")),
    "members.open": ("查看党员", ("members:list",)),
    "members.decide": ("登记决定", ("members:list",)),
    "offices.edit": ("调整班子", ("organizations:organization",)),
    "organizations.decide": ("登记变动", ("organizations:organization",)),
    "organizations.open": ("查看党组织", ("organizations:organization",)),
    "exclusions.open": ("查看名单", ("members:list",)),
    "terms.open": ("办理换届", ("organizations:organization",)),
    "terms.remind": ("提醒换届", ("supervision:board", "organizations:organization")),
}


def action_button(action: str, *, org_public_id: str, kind: str = "") -> ActionButton:
    """The button for an action word at an organisation; ``kind`` preselects the kind of meeting."""
    label, names = _ACTIONS.get(action, ("查看", ("checkup:report",)))
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
