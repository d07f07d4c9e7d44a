"""A check-up of many organisations by matter: how many stand how, never which of them stands worst."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from zhibu.oversight.checkup.queries.sources import rulebook

STANDINGS = ("breach", "notice", "reminding", "doubt")


@dataclass(frozen=True, slots=True)
class MatterCount:
    """One check over all organisations asked about: rows in each standing, and how many organisations."""

    check_id: str
    title: str
    counts: dict[str, int]
    organizations: int


@dataclass(frozen=True, slots=True)
class Summary:
    """The matters in which something stands out, in the order of the regulations, and the totals."""

    organizations: int
    rows: int
    totals: dict[str, int]
    matters: tuple[MatterCount, ...]


def organizations_below(organizations: pa.Table, code: str | None) -> list[int] | None:
    """The ids of an organisation and all below it in the facts that were judged; None where unknown."""
    if code is None:
        return list(organizations["org_id"].to_pylist())
    top = organizations.filter(pc.equal(organizations["code"], code))
    if not top.num_rows:
        return None
    path = top["path"][0].as_py()
    return list(organizations.filter(pc.starts_with(organizations["path"], path))["org_id"].to_pylist())


def summarize(judged: pa.Table, org_ids: Iterable[int], *, as_of: date) -> Summary:
    """Count judged rows (the columns in which they are stored) of these organisations by matter."""
    wanted = pa.array(sorted(org_ids), pa.int64())
    rows = judged.filter(pc.is_in(judged["org_id"], wanted))
    rows = rows.select(["org_id", "check_id"]).append_column("standing", _standing(rows, as_of))
    by_standing = rows.group_by(["check_id", "standing"]).aggregate([("org_id", "count")])
    found: dict[str, dict[str, int]] = {}
    for check_id, standing, count in zip(
        *(by_standing[name].to_pylist() for name in ("check_id", "standing", "org_id_count")), strict=True
    ):
        if standing:
            found.setdefault(check_id, dict.fromkeys(STANDINGS, 0))[standing] = count
    telling = rows.filter(pc.not_equal(rows["standing"], ""))
    spread = telling.group_by("check_id").aggregate([("org_id", "count_distinct")])
    organizations = dict(
        zip(spread["check_id"].to_pylist(), spread["org_id_count_distinct"].to_pylist(), strict=True)
    )
    matters = tuple(
        MatterCount(check_id, rulebook().check(check_id).title, found[check_id], organizations[check_id])
        for check_id in sorted(found, key=_place)
    )
    totals = {name: sum(matter.counts[name] for matter in matters) for name in STANDINGS}
    return Summary(len(wanted), rows.num_rows, totals, matters)


def _place(check_id: str) -> tuple[str, int, str]:
    """Regulation, then article as a number, then the rest: the order of the text."""
    regulation, _, rest = check_id.partition("-")
    article = rest.partition("-")[0]
    return regulation, int(article) if article.isdigit() else 0, rest


def _standing(rows: pa.Table, as_of: date) -> pa.ChunkedArray:
    """``breach``, ``notice``, ``reminding``, ``doubt`` or empty, as the rulebook derives a row's state."""
    day = pa.scalar(as_of, pa.date32())
    verdict, strength = rows["verdict"], rows["strength"]
    done = _true(pc.less_equal(rows["satisfied_date"], day))
    by_dates = pc.and_(pc.equal(verdict, ""), pc.invert(done))
    overdue = pc.and_(by_dates, _true(pc.less(rows["due_date"], day)))
    unmet = pc.or_(pc.equal(verdict, "unmet"), overdue)
    binding = pc.is_in(strength, pa.array(["M", "X"]))
    waiting = pc.and_(by_dates, pc.invert(overdue))
    reminding = pc.and_(waiting, _true(pc.less_equal(rows["remind_date"], day)))
    doubt = pc.is_in(verdict, pa.array(["unknown", "depends"]))
    found: pa.ChunkedArray = pc.if_else(
        unmet,
        pc.if_else(binding, "breach", "notice"),
        pc.if_else(doubt, "doubt", pc.if_else(reminding, "reminding", "")),
    )
    return found


def _true(values: pa.ChunkedArray) -> pa.ChunkedArray:
    filled: pa.ChunkedArray = pc.fill_null(values, False)
    return filled
