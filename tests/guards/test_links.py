"""No page offers a link that its reader may not open: every role follows every link from the first page."""

from __future__ import annotations

import re
from collections import deque
from html import unescape

import pytest
from django.urls import resolve

from tests.world import build_world

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quiet_log"), pytest.mark.timeout(300)]

ROLES = (
    "member",
    "group_leader",
    "committee_member",
    "secretary",
    "organizer",
    "statistics",
    "system",
    "security",
    "audit",
)
OF_ONE_PAGE = 3  # how often a page of one name is opened, with different objects
_LINK = re.compile(r'href="(/[^"#]*)')


@pytest.mark.parametrize("role", ROLES)
def test_every_link_opens(role: str, today: object) -> None:
    client = build_world().client(role)
    waiting, seen, opened = deque([("/", "")]), {"/"}, dict[str, int]()
    refused = []
    while waiting:
        url, origin = waiting.popleft()
        name = resolve(url.partition("?")[0]).view_name
        opened[name] = opened.get(name, 0) + 1
        if opened[name] > OF_ONE_PAGE:
            continue
        answer = client.get(url, follow=True)
        if answer.status_code >= 400:
            refused.append((answer.status_code, url, origin))
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            for found in _LINK.findall(answer.content.decode()):
                link = unescape(found)
                if link not in seen and not link.startswith("/static/"):
                    seen.add(link)
                    waiting.append((link, url))
    assert refused == []
    assert len(opened) > 4
