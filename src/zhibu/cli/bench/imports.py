"""How fast a county's roster comes in: against calamine alone and against django-import-export in bulk.

Everything runs in a child process with a data folder of its own, so that no real data is touched and the
peak of memory is the import's alone.
"""

from __future__ import annotations

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from datetime import date
from pathlib import Path

import xlsxwriter

ROWS = 46_645
BRANCHES = 1_296
COLUMNS = 30
_HEADER = (
    "序号,姓名,性别,民族,出生日期,公民身份证号码,手机号码,学历,学位,毕业院校,专业,参加工作日期,人员类别,所在党支部,"
    "党组织编码,加入党组织日期,转为正式党员日期,工作岗位,工作单位,籍贯,家庭住址,户籍所在地,档案所在单位,入党介绍人,"
    "党籍状态,是否失联党员,是否流动党员,是否农民工,党龄校正值,备注"
)
_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建国文"
_PROGRAM = """
import json, sys
from importlib import import_module
from pathlib import Path
import django
django.setup()
print(json.dumps(import_module("{module}").measure(Path(sys.argv[1]))))
"""
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True, slots=True)
class ImportFigures:
    """Seconds, megabytes and counts of one run; ``ours`` is read (and interpret), plan and apply together."""

    rows: int
    calamine_seconds: float
    read_seconds: float
    plan_seconds: float
    stage_seconds: float
    apply_seconds: float
    again_seconds: float
    undo_seconds: float
    peak_megabytes: float
    child_megabytes: float
    added: int
    undone: int
    peer_seconds: float

    @property
    def ours(self) -> float:
        """The whole import."""
        return self.read_seconds + self.plan_seconds + self.stage_seconds + self.apply_seconds

    @property
    def ratio(self) -> float:
        """The whole import over what calamine alone needs to read the file; the target is 15."""
        return self.ours / self.calamine_seconds


def bench_import(rows: int = ROWS, *, with_peer: bool = True) -> ImportFigures:
    """Import ``rows`` made-up members with 30 columns into an empty county, plan it again, undo it.

    ``with_peer`` also runs django-import-export in bulk mode on a plain table of the same columns, which
    writes no history and shows no preview.
    """
    with tempfile.TemporaryDirectory(prefix="zhibu-bench-") as folder:
        path = Path(folder) / "county.xlsx"
        write_roster(path, rows)
        figures = _in_child("ours", path, Path(folder) / "data")
        figures["calamine_seconds"] = _in_child("calamine", path, Path(folder) / "data")["seconds"]
        peer = _in_child("peer", path, Path(folder) / "peer") if with_peer else {"seconds": 0.0}
        figures["peer_seconds"] = peer["seconds"]
    return ImportFigures(**{field.name: figures[field.name] for field in fields(ImportFigures)})  # type: ignore[arg-type]


def write_roster(path: Path, rows: int) -> None:
    """A roster of fictitious persons (area code 370000), the same for the same number of rows."""
    chance = random.Random(rows)  # noqa: S311 - made-up names need no secret
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("名册")
    for column, header in enumerate(_HEADER.split(",")):
        sheet.write_string(0, column, header)
    taken: set[str] = set()
    for number in range(rows):
        for column, text in enumerate(_person(number, rows, chance, taken)):
            if text:
                sheet.write_string(number + 1, column, text)
    book.close()


def _person(number: int, rows: int, chance: random.Random, taken: set[str]) -> list[str]:
    while True:
        born = date(chance.randint(1945, 1999), chance.randint(1, 12), chance.randint(1, 28))
        serial = chance.randint(1, 999)
        identity = _identity(born, serial)
        if identity not in taken:
            taken.add(identity)
            break
    joined = date(born.year + chance.randint(20, 25), chance.randint(1, 12), chance.randint(1, 28))
    full = date(joined.year + 1, joined.month, joined.day)
    branch = number * BRANCHES // max(rows, 1)
    return [
        str(number + 1),
        _name(chance),
        "男" if serial % 2 else "女",
        "汉族",
        born.isoformat(),
        identity,
        "138{number:08d}".format(number=number),
        "大学本科",
        "",
        "某大学{number}".format(number=number % 50),
        "农学",
        "{year}-07-01".format(year=born.year + 22),
        "正式党员",
        branch_name(branch),
        branch_code(branch),
        joined.isoformat(),
        full.isoformat(),
        "",
        "某单位{number}".format(number=number % 3000),
        "山东某县",
        "某县某镇某村{number}号".format(number=number),
        "某县某镇",
        "县档案馆",
        "{first}、{second}".format(first=_name(chance), second=_name(chance)),
        "正常",
        "否",
        "否",
        "否",
        "",
        "",
    ]


def _name(chance: random.Random) -> str:
    return chance.choice(_SURNAMES) + "".join(chance.choices(_GIVEN, k=chance.choice((1, 2, 2))))


def _identity(born: date, serial: int) -> str:
    body = "370000{born}{serial:03d}".format(born=born.strftime("%Y%m%d"), serial=serial)
    total = sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


def branch_name(number: int) -> str:
    """The name of a made-up branch."""
    return "第{number}村党支部".format(number=number)


def branch_code(number: int) -> str:
    """The code of a made-up branch."""
    return "0370{number:011d}".format(number=number)


def _in_child(what: str, path: Path, data: Path) -> dict[str, float]:
    environment = {
        **os.environ,
        "ZHIBU_DATA": str(data),
        "ZHIBU_KEYS": str(data / "keys"),
        "ZHIBU_PROFILE": "demo",
        "DJANGO_SETTINGS_MODULE": "zhibu.config.settings",
    }
    environment.pop("DATABASE_URL", None)
    data.mkdir(exist_ok=True)
    program = _PROGRAM.format(module="zhibu.cli.bench.imports_" + what)
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", program, str(path)],
        env=environment,
        stdout=subprocess.PIPE,
        check=True,
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def timed(act: Callable[[], object]) -> float:
    """The seconds an act takes."""
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def peak_megabytes(who: int = resource.RUSAGE_SELF) -> float:
    """The largest memory of this process (or its children) so far."""
    return resource.getrusage(who).ru_maxrss / 1024


def as_json(figures: ImportFigures) -> str:
    """The figures as one line of JSON."""
    return json.dumps({**asdict(figures), "ours": figures.ours, "ratio": figures.ratio})
