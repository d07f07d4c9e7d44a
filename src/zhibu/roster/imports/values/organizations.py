"""Names and codes of party organisations, matched to the ones that exist.

The same branch is written ``××村支部``, ``中共××镇××村党支部`` and ``中国共产党××县××镇××村支部委员会``:
the names agree in their kind and in their core, and what stands before the core is made of the names above.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from zhibu.roster.imports.values.text import squeezed

_PARTY = re.compile(r"^(中国共产党|中共)")
_KINDS = (
    ("branch", re.compile(r"(?:党支部委员会|支部委员会|党支部|支部)$")),
    (
        "general_branch",
        re.compile(r"(?:党总支部委员会|总支部委员会|党总支委员会|党总支部|党总支|总支部|总支)$"),
    ),
    ("work_committee", re.compile(r"(?:党的工作委员会|党工作委员会|工作委员会|党工委|工委)$")),
    ("committee", re.compile(r"(?:党的委员会|委员会|基层党委|党委)$")),
    ("group", re.compile(r"党小组$")),
)


@dataclass(frozen=True, slots=True)
class KnownOrganization:
    """An organisation a roster may name. ``key`` is opaque to the importer; ``parents`` are names,
    nearest first.
    """

    key: str
    name: str
    code: str = ""
    aliases: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OrganizationIndex:
    """The known organisations by code, by spelling and by kind and core."""

    organizations: tuple[KnownOrganization, ...] = ()
    by_code: dict[str, KnownOrganization] = field(default_factory=dict)
    by_name: dict[str, tuple[KnownOrganization, ...]] = field(default_factory=dict)
    by_core: dict[tuple[str, str], tuple[KnownOrganization, ...]] = field(default_factory=dict)
    by_pair: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def matches(self, text: str) -> tuple[KnownOrganization, ...]:
        """All organisations this spelling can mean, full names before cores."""
        plain = squeezed(text)
        exact = self.by_name.get(plain, ())
        if exact:
            return exact
        kind, core = kind_and_core(plain)
        if not kind:
            return ()
        found = list(self.by_core.get((kind, core), ()))
        if not found:
            found = [
                org
                for start in range(1, len(core))
                for org in self.by_core.get((kind, core[start:]), ())
                if _made_of_parents(core[:start], org)
            ]
        return tuple(dict.fromkeys(found))

    def similar(self, text: str) -> tuple[KnownOrganization, ...]:
        """Up to three near spellings, as suggestions only."""
        plain = squeezed(text)
        shared = Counter(name for pair in _pairs(plain) for name in self.by_pair.get(pair, ()))
        near = [name for name, _ in shared.most_common(20)]
        close = difflib.get_close_matches(plain, near, n=3, cutoff=0.75)
        found = [org for name in close for org in self.by_name[name]]
        return tuple(dict.fromkeys(found))[:3]


NO_ORGANIZATIONS = OrganizationIndex()


def organization_index(organizations: tuple[KnownOrganization, ...]) -> OrganizationIndex:
    """Index the organisations once per import."""
    by_code = {org.code: org for org in organizations if org.code}
    by_name: dict[str, list[KnownOrganization]] = {}
    by_core: dict[tuple[str, str], list[KnownOrganization]] = {}
    for org in organizations:
        for name in dict.fromkeys((org.name, *org.aliases)):
            by_name.setdefault(squeezed(name), []).append(org)
            kind, core = kind_and_core(squeezed(name))
            for tail in _cores(core, org):
                by_core.setdefault((kind, tail), []).append(org)
    return OrganizationIndex(
        organizations,
        by_code,
        {name: tuple(dict.fromkeys(orgs)) for name, orgs in by_name.items()},
        {name: tuple(dict.fromkeys(orgs)) for name, orgs in by_core.items()},
        _by_pair(by_name),
    )


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}


def _by_pair(names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The names that hold a pair of characters; pairs that hundreds share tell nothing and are left out."""
    found: dict[str, list[str]] = {}
    for name in names:
        for pair in _pairs(name):
            found.setdefault(pair, []).append(name)
    return {pair: tuple(holders) for pair, holders in found.items() if len(holders) <= 200}


def kind_and_core(plain: str) -> tuple[str, str]:
    """The kind a name ends with and its core: 中共××镇××村党支部 → (branch, ××镇××村); no kind → ("",
    name).
    """
    bare = _PARTY.sub("", plain)
    for kind, ending in _KINDS:
        if found := ending.search(bare):
            return kind, _numbered(bare[: found.start()])
    return "", bare


def _numbered(core: str) -> str:
    """第1 and 第一 are the same number."""
    return re.sub(
        r"第?([1-9])(?=$)|第([1-9])", lambda m: "第" + "一二三四五六七八九"[int(m[1] or m[2]) - 1], core
    )


def _cores(core: str, org: KnownOrganization) -> tuple[str, ...]:
    """The core, and the core without what the parents' names already say."""
    shorter = [core[start:] for start in range(1, len(core)) if _made_of_parents(core[:start], org)]
    return tuple(dict.fromkeys([core, *shorter]))


def _made_of_parents(prefix: str, org: KnownOrganization) -> bool:
    """Whether a prefix is a run of the cores of the organisations above, such as ××县××镇."""
    names = _names_above(org.parents)
    rest = _PARTY.sub("", prefix)
    while rest:
        step = next((name for name in names if rest.startswith(name)), "")
        if not step:
            return False
        rest = rest[len(step) :]
        rest = re.sub(r"^(?:党委|委员会|党总支|总支|党工委)", "", rest)
    return True


@lru_cache(maxsize=4096)
def _names_above(parents: tuple[str, ...]) -> tuple[str, ...]:
    """The cores of the organisations above and the places in them, the longest first."""
    cores = [kind_and_core(squeezed(name))[1] for name in parents]
    return tuple(sorted({name for core in cores for name in _pieces(core)}, key=len, reverse=True))


def _pieces(core: str) -> list[str]:
    """The core of a parent and the places it is made of: ××县××镇 → ××县××镇, ××县, ××镇."""
    places = re.findall(
        r".{1,8}?(?:自治区|自治州|自治县|街道办事处|街道|省|市|盟|州|县|旗|区|镇|乡|村|社区)", core
    )
    return [name for name in dict.fromkeys([core, *places]) if name]
