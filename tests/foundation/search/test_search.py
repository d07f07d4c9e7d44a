"""Finding by what people type: names, pinyin, phone ends, numbers; exact counts; within the scope."""

from __future__ import annotations

import pytest

from zhibu.foundation.search.commands import Entry, index_entries, index_entry, remove_entry
from zhibu.foundation.search.models import SearchEntry
from zhibu.foundation.search.pinyin import initials, readings
from zhibu.foundation.search.queries import Found, search

pytestmark = pytest.mark.django_db

PEOPLE = [
    ("王小明", 1, "13800001234"),
    ("王明", 1, "13800005678"),
    ("单晓东", 2, "13900001234"),
    ("欧阳小明", 2, ""),
    ("明", 1, ""),
    ("阿里木·买买提", 2, ""),
    ("𠅤小𬭎", 1, ""),
]


def people() -> None:
    index_entries(
        entries=[
            Entry(
                kind="person",
                ref_id=number,
                public_id=f"p{number}",
                org_id=org_id,
                label=name,
                is_name=True,
                phones=(phone,),
                id_number="370000199001010019" if name == "王明" else "",
            )
            for number, (name, org_id, phone) in enumerate(PEOPLE, 1)
        ]
    )
    index_entry(entry=Entry("meeting", 1, "m1", 1, "2026年第二季度党员大会", texts=("学习《支部工作条例》",)))


def find(text: str, kind: str = "person") -> Found:
    return search(text, kinds=[kind], org_ids=None)[0]


def names(text: str) -> set[str]:
    return {hit.label for hit in find(text).hits}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("小明", {"王小明", "欧阳小明"}),
        ("明", {"王小明", "王明", "欧阳小明", "明"}),
        ("王", {"王小明", "王明"}),
        ("王小明", {"王小明"}),
        ("明王", set()),
        ("wxm", {"王小明"}),
        ("WM", {"王明"}),
        ("wangx", {"王小明"}),
        ("sxd", {"单晓东"}),
        ("dxd", {"单晓东"}),
        ("shan", {"单晓东"}),
        ("阿里木买买提", set()),
        ("阿里木 买买提", {"阿里木·买买提"}),
        ("阿里木·买买提", {"阿里木·买买提"}),
        ("𠅤", {"𠅤小𬭎"}),
        ("小𬭎", {"𠅤小𬭎"}),
        ("王 明", {"王小明", "王明"}),
        ("13800001234", {"王小明"}),
        ("138 0000 1234", {"王小明"}),
        ("37000019900101001 9", {"王明"}),
        ('" OR *', set()),
        ("  ", set()),
        ("'); DROP TABLE search_entry; --", set()),
    ],
)
def test_it_works(text: str, expected: set[str]) -> None:
    people()
    assert names(text) == expected
    assert find(text).total == len(expected)


def test_part_of_a_number_finds_nobody() -> None:
    people()
    for text in ("1380000", "370000199001010", "3700001990010100", "0000"):
        assert find(text).total == 0


def test_the_end_of_a_phone_number_is_looked_up_inside_few_organisations() -> None:
    people()
    one = SearchEntry.objects.filter(org_id=1).values_list("org_id", flat=True).distinct()
    assert [hit.label for hit in search("1234", kinds=["person"], org_ids=one)[0].hits] == ["王小明"]
    assert find("1234").total == 0  # the whole installation is never searched by four digits


def test_other_branch_is_not_found() -> None:
    people()
    own = SearchEntry.objects.filter(org_id=2).values_list("org_id", flat=True).distinct()
    found = search("小明", kinds=["person", "meeting"], org_ids=own)
    assert [hit.label for hit in found[0].hits] == ["欧阳小明"]
    assert (found[0].total, found[1].total) == (1, 0)


def test_texts_are_found_anywhere() -> None:
    people()
    for text in ("党员大会", "第二季度", "2026", "支部工作条例", "季度 条例"):
        assert find(text, "meeting").total == 1
    for text in ("大会学习", "第三季度", "026"):
        assert find(text, "meeting").total == 0


def test_a_change_replaces_and_a_removal_removes() -> None:
    people()
    index_entry(entry=Entry("person", 1, "p1", 1, "王大明", is_name=True))
    assert names("小明") == {"欧阳小明"}
    assert names("大明") == {"王大明"}
    assert find("13800001234").total == 0
    remove_entry(kind="person", ref_id=1)
    assert names("大明") == set()
    assert find("王").total == 1


def test_pages_are_exact_with_names_that_begin_so_first() -> None:
    begin = [(n, "李" + chr(0x4E00 + n % 900)) for n in range(5000)]
    inside = [(n, chr(0x4E00 + n % 90) + "李") for n in range(5000, 5200)]
    index_entries(entries=[Entry("person", n, f"p{n}", 1, name, is_name=True) for n, name in begin + inside])
    pages = [search("李", kinds=["person"], org_ids=None, page=n, page_size=999)[0] for n in range(1, 7)]
    assert {page.total for page in pages} == {5200}
    ordered = SearchEntry.objects.order_by("label", "id")
    first = list(ordered.filter(label__startswith="李").values_list("ref_id", flat=True))
    rest = list(ordered.exclude(label__startswith="李").values_list("ref_id", flat=True))
    assert [hit.ref_id for page in pages for hit in page.hits] == first + rest


def test_a_large_and_a_small_scope_find_the_same() -> None:
    people()
    index_entries(entries=[Entry("person", n, f"p{n}", 7, f"赵{n}", is_name=True) for n in range(100, 4100)])
    small = SearchEntry.objects.filter(org_id__in=[1, 2]).values_list("org_id", flat=True).distinct()
    large = SearchEntry.objects.values_list("org_id", flat=True).distinct()
    for text in ("明", "小明", "wxm", "sxd", "王 明", "13800001234", "阿里木", "zhao"):
        near, far = (search(text, kinds=["person"], org_ids=orgs)[0] for orgs in (small, large))
        assert near.hits == tuple(hit for hit in far.hits if hit.org_id != 7)


def test_numbers_cannot_be_read_from_the_index() -> None:
    people()
    stored = " ".join(SearchEntry.objects.values_list("tokens", flat=True))
    assert "1234" not in stored
    assert "13800001234" not in stored
    assert "370000199001010019" not in stored


@pytest.mark.parametrize(
    ("name", "expected"),
    [("单雄信", "sxx"), ("曾国强", "zgq"), ("尉迟恭", "ycg"), ("任华", "rh"), ("Ｗ王", "w"), ("", "")],
)
def test_initials(name: str, expected: str) -> None:
    assert initials(name) == expected


def test_a_surname_is_found_under_both_readings() -> None:
    assert {reading[0] for reading in readings("覃海")} == {"qin", "tan"}
