"""The check-up of everything, with a clock; and two norms in SQL by hand as the floor."""

from __future__ import annotations

import statistics
from typing import Any

from django.db import connection

from zhibu.cli.bench.figures import Stopwatch, timed
from zhibu.common.dates import china_today
from zhibu.foundation.audit.queries import last_seq
from zhibu.foundation.obligations.models import Computation, Obligation
from zhibu.oversight.checkup.bulk import ask
from zhibu.oversight.checkup.commands import refresh_all
from zhibu.oversight.checkup.queries.sources import switched_on_packs

_MISSING = """
WITH RECURSIVE months(first) AS (
  SELECT date('now', 'start of month', '-24 months')
  UNION ALL SELECT date(first, '+1 month') FROM months WHERE first < date('now', 'start of month', '-1 month')
)
SELECT count(*) FROM organizations_organization o CROSS JOIN months
WHERE o.kind = 'branch' AND strftime('%m', first) IN ({months}) AND NOT EXISTS (
  SELECT 1 FROM meetings_meeting m WHERE m.organization_id = o.id AND m.kind = '{kind}'
  AND m.date >= first AND m.date < date(first, '+{length} month'))
"""


def measure(rounds: int) -> dict[str, Any]:
    """Medians of some rounds; the stored rows are there before and after."""
    found: dict[str, list[float]] = {}
    as_of = china_today()
    for _ in range(rounds):
        watch = Stopwatch()
        answer = ask(as_of=as_of, packs=switched_on_packs(), audit_seq=last_seq())
        process, processor = watch.lap()
        laps = {**answer.seconds, "process": process, "processor": processor, "peak_mib": answer.peak_mib}
        for name, value in laps.items():
            found.setdefault(name, []).append(value)
    medians: dict[str, Any] = {name: statistics.median(values) for name, values in found.items()}
    return medians | {"rows": answer.rows, "write": _write(as_of), "plain_sql": _plain_sql()}


def _write(as_of: Any) -> float:
    """Seconds to write every row anew."""
    Obligation.objects.all().delete()
    Computation.objects.all().delete()
    return refresh_all(as_of=as_of).seconds["write"]


def _plain_sql() -> float:
    quarters = "'01', '04', '07', '10'"
    months = ", ".join("'{month:02d}'".format(month=month) for month in range(1, 13))
    queries = [
        _MISSING.format(months=months, kind="branch_committee_meeting", length=1),
        _MISSING.format(months=quarters, kind="general_membership_meeting", length=3),
    ]

    def ask_all() -> None:
        with connection.cursor() as cursor:
            for query in queries:
                cursor.execute(query)
                cursor.fetchall()

    ask_all()
    return timed(ask_all) / 1000
