"""Reads regulation and pack files into a Rulebook and refuses what is unclear, unlawful or contradictory."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, cast

from zhibu.rulebook.errors import RulebookError
from zhibu.rulebook.model import (
    NATIONAL,
    STRENGTHS,
    Applies,
    Check,
    Norm,
    Reading,
    Regulation,
    Shape,
    Status,
    Strength,
    Version,
)
from zhibu.rulebook.needs import needs_of
from zhibu.rulebook.parameters import (
    FIELDS,
    FieldError,
    Raw,
    build,
    choice,
    dates_of,
    on_day,
    spoken,
    text,
    texts,
)
from zhibu.rulebook.restraint import forbidden
from zhibu.rulebook.rulebook import Rulebook

FOLDER = Path(__file__).with_name("regulations")
SHAPES = (*[shape for shape in FIELDS if shape != "none"], "none")
SUBJECTS = ("organization", "group", "person", "event", "process", "act")
SUBJECTS_OF: dict[str, tuple[str, ...]] = {
    "held": ("organization", "group"),
    "attended": ("person",),
    "missed": ("person",),
    "hosted": ("person",),
    "state": ("organization", "group", "person"),
    "act": ("event", "process", "act"),
    "interval": ("process",),
    "completeness": ("process",),
    "competence": ("act",),
}
COMMON = frozenset(
    [
        "id",
        "title",
        "strength",
        "shape",
        "duty",
        "subject",
        "owner",
        "applies",
        "readings",
        "pack",
        "in_force",
        "until",
        "status",
        "missing",
        "reason",
        "remedy",
        "beforehand",
        "action",
    ]
)
NORM_FIELDS = frozenset(["id", "article", "text", "source", "compared_on", "confidence", "check"])


@cache
def national() -> Rulebook:
    """The shipped regulations, read once per process."""
    return load(sorted(FOLDER.glob("*.toml")))


def load(paths: Iterable[Path], base: Rulebook | None = None) -> Rulebook:
    """The rulebook of these files, on top of ``base``; raises RulebookError with file, line and field.

    A file on top of a base is a local pack: it may add norms, and may share a duty only if it says the same.
    """
    found = list(base.regulations) if base else []
    for path in paths:
        found.append(_Reader(path.name, path.read_text(encoding="utf-8")).regulation())
    _refuse_repeats(found)
    _refuse_changed_duties(found)
    return Rulebook(tuple(found))


def load_text(name: str, content: str, base: Rulebook) -> Rulebook:
    """Like `load` for one pack whose text is at hand (an upload): no code of it is ever run."""
    found = [*base.regulations, _Reader(name, content).regulation()]
    _refuse_repeats(found)
    _refuse_changed_duties(found)
    return Rulebook(tuple(found))


def _refuse_repeats(regulations: list[Regulation]) -> None:
    seen: dict[str, str] = {}
    for regulation in regulations:
        ids = [
            regulation.id,
            *(n.id for n in regulation.norms),
            *(c.id for n in regulation.norms for c in n.checks),
        ]
        for item in ids:
            if item in seen:
                raise RulebookError(
                    regulation.file, item, "编号与文件 {other} 重复，请另起编号。".format(other=seen[item])
                )
            seen[item] = regulation.file


def _refuse_changed_duties(regulations: list[Regulation]) -> None:
    first: dict[str, tuple[Regulation, Check]] = {}
    for regulation in regulations:
        for check in (c for n in regulation.norms for c in n.checks if c.status == "live"):
            known, other = first.setdefault(check.duty, (regulation, check))
            if _content(other) != _content(check):
                problem = (
                    "事项 {duty} 与 {other} 同名而要求不同。同一事项各处的要求必须一致；"
                    "地方另有更严要求的，请另起事项名，不得改动上位规定。"
                ).format(duty=check.duty, other=other.id)
                raise RulebookError(regulation.file, check.id, problem)
            if known.pack != regulation.pack and check.strength in "MX" and other.strength not in "MX":
                raise RulebookError(
                    regulation.file,
                    check.id,
                    "不得把 {other} 的一般要求改成必须，请另起事项名。".format(other=other.id),
                )


def _content(check: Check) -> tuple[object, ...]:
    return (check.shape, check.subject, check.applies, tuple(v.params for v in check.versions))


class _Reader:
    """Reads one file; every complaint carries the line of the entry and the name of the field."""

    def __init__(self, file: str, content: str) -> None:
        self.file = file
        self.lines = content.splitlines()
        self.line: int | None = None
        self.place = "文件开头"
        try:
            self.raw: Raw = tomllib.loads(content)
        except tomllib.TOMLDecodeError as error:
            raise RulebookError(file, "格式", "不是正确的 TOML：{error}".format(error=error)) from error

    def regulation(self) -> Regulation:
        head = self.raw.get("regulation")
        if not isinstance(head, dict):
            raise self._error("regulation", "缺少 [regulation] 一节。")
        self.place = "regulation"
        regulation_id = self._need(head, "id")
        pack = head.get("pack", NATIONAL)
        start, end = self._day(head, "in_force"), self._day(head, "until", optional=True)
        assert start is not None
        norms = tuple(self._norm(raw, regulation_id, pack, start, end) for raw in self.raw.get("norm", []))
        return Regulation(
            id=regulation_id,
            title=self._need(head, "title"),
            short=self._need(head, "short"),
            number=self._need(head, "number"),
            issuer=self._need(head, "issuer"),
            in_force=start,
            until=end,
            pack=pack,
            file=self.file,
            norms=norms,
        )

    def _norm(self, raw: Raw, regulation: str, pack: str, start: date, end: date | None) -> Norm:
        norm_id = self._need(raw, "id")
        self._at(norm_id)
        if not norm_id.startswith(regulation + "-"):
            raise self._error("id", "编号要以 {regulation}- 开头。".format(regulation=regulation))
        self._refuse_unknown(raw, NORM_FIELDS)
        checks = tuple(self._check(item, norm_id, pack, start, end) for item in raw.get("check", []))
        if not checks:
            raise self._error("check", '每条规范至少要有一项校验；不能校验的写 shape = "none" 并说明理由。')
        compared = self._day(raw, "compared_on")
        assert compared is not None
        return Norm(
            id=norm_id,
            article=self._need(raw, "article"),
            text=self._need(raw, "text"),
            source=self._need(raw, "source"),
            compared_on=compared,
            confidence=self._pick(raw, "confidence", ("high", "medium", "low")),
            checks=checks,
        )

    def _check(self, raw: Raw, norm_id: str, pack: str, start: date, end: date | None) -> Check:
        check_id = norm_id + "." + self._need(raw, "id")
        self.place = check_id
        shape = cast(Shape, self._pick(raw, "shape", SHAPES))
        status = self._status(raw, shape)
        self._refuse_unknown(raw, COMMON | FIELDS[shape])
        self._refuse_forbidden(raw)
        in_force = self._day(raw, "in_force", optional=True) or start
        readings = self._readings(raw)
        try:
            versions = _versions(raw, shape, in_force, readings) if status == "live" else ()
            applies = _applies(raw.get("applies", {}))
        except FieldError as error:
            raise self._error(error.field, error.problem) from error
        subject = self._pick(raw, "subject", SUBJECTS, "organization")
        if status == "live":
            self._refuse_subject(raw, shape, subject)
        check = Check(
            id=check_id,
            norm_id=norm_id,
            pack=raw.get("pack", pack),
            title=self._need(raw, "title"),
            strength=cast(Strength, self._pick(raw, "strength", STRENGTHS)),
            shape=shape,
            status=status,
            duty=raw.get("duty", "") if status != "live" else self._need(raw, "duty"),
            subject=subject,
            owner=self._pick(raw, "owner", ("self", "superior"), "self"),
            applies=applies,
            versions=versions,
            readings=readings if status == "live" else (),
            in_force=in_force,
            until=self._day(raw, "until", optional=True) or end,
            needs=(),
            missing=self._need(raw, "missing") if status == "deferred" else "",
            reason=self._need(raw, "reason") if status == "none" else "",
            remedy=self._need(raw, "remedy") if status == "live" else raw.get("remedy", ""),
            beforehand=raw.get("beforehand", ""),
            action=self._need(raw, "action") if status == "live" else raw.get("action", ""),
        )
        return self._finished(check)

    def _status(self, raw: Raw, shape: Shape) -> Status:
        if shape == "none":
            return "none"
        return cast(Status, self._pick(raw, "status", ("live", "deferred"), "live"))

    def _finished(self, check: Check) -> Check:
        """The check with the vocabulary it needs, after the sense of its local strength was looked at."""
        if check.strength == "L" and check.pack == NATIONAL and check.status == "live":
            raise self._error("pack", "地方口径（L）必须写明所属的地方包，不能当全国规则。")
        values = {field.name: getattr(check, field.name) for field in fields(check)}
        return Check(**{**values, "needs": needs_of(check)})

    def _readings(self, raw: Raw) -> tuple[Reading, ...]:
        return tuple(
            Reading(self._need(item, "key"), self._need(item, "title"), self._need(item, "source"))
            for item in raw.get("readings", [])
        )

    def _refuse_forbidden(self, raw: Raw) -> None:
        words = [str(value) for name, value in raw.items() if name not in ("reason", "missing")]
        ban = forbidden(words)
        if ban:
            raise self._error(
                "校验内容", "{problem}（{clause}）。".format(problem=ban.problem, clause=ban.clause)
            )

    def _refuse_subject(self, raw: Raw, shape: Shape, subject: str) -> None:
        key = {"frequency": raw.get("counts", "held"), "bound": raw.get("mode", "")}.get(shape, shape)
        allowed = SUBJECTS_OF.get(str(key), SUBJECTS)
        if subject not in allowed:
            problem = "这种校验的对象只能是 {words} 之一。".format(words="、".join(allowed))
            raise self._error("subject", problem)

    def _refuse_unknown(self, raw: Raw, allowed: frozenset[str]) -> None:
        for name in raw:
            if name not in allowed:
                raise self._error(name, "没有这个栏目，请核对拼写。")

    def _need(self, raw: Raw, name: str) -> str:
        try:
            return text(raw, name)
        except FieldError as error:
            raise self._error(error.field, error.problem) from error

    def _pick(self, raw: Raw, name: str, allowed: tuple[str, ...], default: str | None = None) -> str:
        try:
            return choice(raw, name, allowed, default)
        except FieldError as error:
            raise self._error(error.field, error.problem) from error

    def _day(self, raw: Raw, name: str, *, optional: bool = False) -> date | None:
        value = raw.get(name)
        if value is None and optional:
            return None
        if not isinstance(value, date):
            raise self._error(name, "要写成日期，例如 2018-10-28，不加引号。")
        return value

    def _at(self, norm_id: str) -> None:
        self.place = norm_id
        needle = '"{norm_id}"'.format(norm_id=norm_id)
        self.line = next((n for n, line in enumerate(self.lines, 1) if needle in line and "id" in line), None)

    def _error(self, field: str, problem: str) -> RulebookError:
        return RulebookError(
            self.file, "{place} 的 {field}".format(place=self.place, field=field), problem, self.line
        )


def _versions(raw: Raw, shape: Shape, start: date, readings: tuple[Reading, ...]) -> tuple[Version, ...]:
    return tuple(
        Version(day, tuple(_params(raw, shape, day, readings)), spoken(on_day(raw, day)))
        for day in dates_of(raw, start)
    )


def _params(raw: Raw, shape: Shape, day: date, readings: tuple[Reading, ...]) -> Iterator[tuple[str, Any]]:
    if not readings:
        yield "", build(shape, on_day(raw, day))
    for item in raw.get("readings", []):
        changed = {**raw, **{name: value for name, value in item.items() if name in FIELDS[shape]}}
        yield item["key"], build(shape, on_day(changed, day))


def _applies(raw: Raw) -> Applies:
    known = {field.name: field.type for field in fields(Applies)}
    values: dict[str, Any] = {}
    for name, value in raw.items():
        if name not in known:
            raise FieldError("applies." + name, "没有这个适用条件，请核对拼写。")
        values[name] = texts(raw, name) if known[name] == "tuple[str, ...]" else value
    if ("statuses" in values) and ("roles" in values):
        raise FieldError("applies.roles", "statuses 和 roles 只能写一个。")
    return Applies(**values)
