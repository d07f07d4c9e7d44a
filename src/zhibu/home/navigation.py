"""The menus: what exists here and is permitted to this actor, nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from django.urls import NoReverseMatch, reverse

from zhibu.common.actor import Actor
from zhibu.ui.marks import MenuItem


@dataclass(frozen=True, slots=True)
class Entry:
    """A place one can go to: the page's name, the right it asks for (empty: any account)."""

    label: str
    icon: str
    name: str
    right: str = ""
    note: str = ""


MAIN = (
    Entry("工作台", "desk", "home:start"),
    Entry("组织生活", "meeting", "meetings:list", "meetings:view"),
    Entry("党员", "people", "members:list", "members:view"),
    Entry("党组织", "tree", "organizations:tree", "organizations:view"),
    Entry("体检", "shield", "checkup:report", "checkup:view"),
    Entry("督导", "flag", "supervision:board", "supervision:view"),
    Entry("统计", "chart", "statistics:dashboard", "statistics:view"),
    Entry("导入名册", "import", "imports:list", "imports:use"),
    Entry(
        "账号", "person", "accounts:list", "accounts:manage", "开设、停用账号，开重设密码的链接，解除锁定。"
    ),
    Entry("公文字体", "print", "documents:fonts", "settings:manage", "上传单位自有的公文字体，看样张。"),
    Entry("代码表", "list", "codes:list", "settings:manage", "载入其他系统的代码表，往来的名册按它对照。"),
    Entry(
        "授权", "lock", "access:list", "access:grant", "把角色授给账号，或者收回；授权立即生效，都留下记录。"
    ),
    Entry("操作记录", "list", "audit:list", "audit:view", "谁在什么时候做了什么；校验记录有没有被改动。"),
)
PERSONAL = (
    Entry("账号与密码", "person", "accounts:settings"),
    Entry("账号帮助", "people", "access:people", "access:issue_link"),
    Entry("工作交接", "next", "access:hand_over", "access:hand_over"),
)
PHONE = (
    Entry("首页", "home", "home:start"),
    Entry("日程", "calendar", "home:agenda"),
    Entry("办事", "list", "home:services"),
    Entry("我的", "person", "home:me"),
)


@cache
def address(name: str) -> str:
    """The address of a page without arguments; empty where no such page exists."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


_OBJECT_PAGES = {
    "person": "members:person",
    "organization": "organizations:organization",
    "meeting": "meetings:meeting",
}


def object_address(kind: str, public_id: str) -> str:
    """The address of a person, organisation or meeting; empty where no such page exists."""
    try:
        return reverse(_OBJECT_PAGES[kind], args=[public_id])
    except NoReverseMatch:
        return ""


def menu_for(actor: Actor, entries: tuple[Entry, ...], path: str) -> list[MenuItem]:
    """The entries that exist and that the actor may open; the one holding ``path`` is current."""
    shown = [
        (entry, address(entry.name))
        for entry in entries
        if address(entry.name) and (not entry.right or actor.may(entry.right))
    ]
    current = max((url for _, url in shown if _holds(url, path)), key=len, default="")
    return [MenuItem(entry.label, url, entry.icon, url == current, entry.note) for entry, url in shown]


def _holds(url: str, path: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))
