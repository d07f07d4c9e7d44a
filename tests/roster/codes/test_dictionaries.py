"""An administrator loads a real dictionary; what we do not know is kept and can be chosen."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.world import SYSTEM, TODAY, World
from zhibu.common.errors import NotAllowed, Refused
from zhibu.roster.codes.commands import load_dictionary
from zhibu.roster.codes.dictionary import read_dictionary
from zhibu.roster.codes.models import ExternalCode
from zhibu.roster.codes.queries import find_key, label_of_any, list_unknown
from zhibu.roster.codes.tables import code_table
from zhibu.roster.members.commands.cards import correct_person
from zhibu.roster.members.commands.sealed_cards import card_of
from zhibu.roster.members.forms.cards import CardForm
from zhibu.roster.members.models import Person

EDUCATION = "代码,名称\n05,大学本科\n11,博士毕业\n77,函授大专班\n"


def load(text: str, *, table: str = "education", version: str = "2025") -> None:
    load_dictionary(actor=SYSTEM, table=table, system="统计年报", version=version, raw=text.encode())


def refused(raw: bytes) -> Refused:
    with pytest.raises(Refused) as caught:
        read_dictionary(raw, code_table("education"))
    return caught.value


def test_codes_are_matched_by_label_and_unknown_ones_are_kept(world: World) -> None:
    load(EDUCATION)
    assert find_key("education", "统计年报", "05") == "21"
    assert find_key("education", "统计年报", "77") == ""
    assert [(row.code, row.label) for row in list_unknown("education")] == [("77", "函授大专班")]


def test_a_column_of_our_keys_says_what_a_code_means(world: World) -> None:
    load("代码,名称,对应\n77,函授大专班,31\n")
    assert find_key("education", "统计年报", "77") == "31"


def test_loading_a_version_again_replaces_its_rows_and_drops_none(world: World) -> None:
    load(EDUCATION)
    load("代码,名称,对应\n77,函授大专班,31\n")
    load(EDUCATION, version="2026")
    assert ExternalCode.objects.filter(version="2025").count() == 3
    assert ExternalCode.objects.count() == 6
    assert list_unknown("education").filter(version="2025").count() == 0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("mark", [",", "\t", ";", "，"])
def test_files_as_offices_save_them(encoding: str, mark: str) -> None:
    text = EDUCATION.replace(",", mark).replace("\n", "\r\n")
    lines = read_dictionary(text.encode(encoding), code_table("education"))
    assert [line.code for line in lines] == ["05", "11", "77"]


def test_a_leading_zero_is_kept() -> None:
    line = read_dictionary("编号,名称\n'0111,公务员\n".encode(), code_table("post"))[0]
    assert line.code == "0111"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "codes.empty"),
        ("代码,名称\n".encode(), "codes.empty"),
        ("甲,乙\n1,2\n".encode(), "codes.no_heading"),
        (b"PK\x03\x04rest", "codes.unreadable"),
        (b"\xff\x00\xff\x00", "codes.unreadable"),
        ("代码,名称\n1,\n".encode(), "codes.half_line"),
        ("代码,名称\n1,甲\n1,乙\n".encode(), "codes.twice"),
        ("代码,名称,对应\n1,甲,没有的\n".encode(), "codes.unknown_key"),
        (("代码,名称\n1," + "长" * 121 + "\n").encode(), "codes.too_wide"),
    ],
)
def test_what_is_no_dictionary_is_refused_with_the_next_step(raw: bytes, code: str) -> None:
    found = refused(raw)
    assert (found.code, bool(found.next_step)) == (code, True)


def test_a_refused_file_leaves_nothing_behind(world: World) -> None:
    with pytest.raises(Refused):
        load("代码,名称\n1,甲\n2,\n")
    assert not ExternalCode.objects.exists()


def test_only_the_system_administrator_loads_one(world: World) -> None:
    for role in ("secretary", "town_organizer", "security", "audit"):
        with pytest.raises(NotAllowed):
            load_dictionary(
                actor=world.actor(role), table="education", system="甲", version="1", raw=EDUCATION.encode()
            )
    url = reverse("codes:load", args=["education"])
    sent = SimpleUploadedFile("学历.csv", EDUCATION.encode("gb18030"))
    client = world.client("system")
    answer = client.post(
        url, {"system": "统计年报", "version": "2025", "dictionary": sent, "submission_key": "load-1"}
    )
    assert answer.status_code == 302
    page = client.get(answer["Location"]).content.decode()
    assert "函授大专班" in page
    assert "其中1个本系统没有对应的" in page


def test_an_unknown_code_can_be_chosen_is_shown_in_words_and_survives_a_correction(world: World) -> None:
    load("代码,名称\n0999,待岗人员\n", table="post")
    assert ("0999", "待岗人员") in list(CardForm().fields["post_code"].choices)  # type: ignore[attr-defined]
    assert label_of_any("post", "0999") == "待岗人员"
    person = world.people["member"]
    Person.objects.filter(pk=person.pk).update(post_code="0888")
    person.refresh_from_db()
    kept = CardForm({"name": person.name, "post_code": "0888"}, initial={"post_code": "0888"})
    assert "post_code" not in kept.errors
    card = card_of(person)
    assert card.post_code == "0888"
    correct_person(actor=SYSTEM, today=TODAY, person=person, card=card, expected_version=person.version)
