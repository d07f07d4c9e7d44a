"""One term, one word: what tables and events are called stands in the glossary, with its article."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache

from django.apps import apps

from tests.guards.source import APPS, PACKAGE, ROOT, none
from tests.guards.test_words import PINYIN


@lru_cache(maxsize=1)
def glossary() -> dict[str, str]:
    """Term → identifier."""
    content = tomllib.loads((ROOT / "docs" / "glossary.toml").read_text(encoding="utf-8"))
    return {entry["term"]: entry["identifier"] for kind in ("party", "house") for entry in content[kind]}


def test_terms_and_identifiers_are_unique() -> None:
    content = tomllib.loads((ROOT / "docs" / "glossary.toml").read_text(encoding="utf-8"))
    entries = content["party"] + content["house"]
    assert len(entries) > 60
    for key in ("term", "identifier"):
        words = [entry[key] for entry in entries]
        none({word for word in words if words.count(word) > 1})
    none(
        entry["identifier"] for entry in entries if not re.fullmatch(r"[a-z]+(_[a-z]+)*", entry["identifier"])
    )
    none(entry["identifier"] for entry in entries if set(entry["identifier"].split("_")) & PINYIN)


def test_every_party_word_names_its_article() -> None:
    content = tomllib.loads((ROOT / "docs" / "glossary.toml").read_text(encoding="utf-8"))
    none(entry["term"] for entry in content["party"] if not entry.get("article"))


def test_every_table_is_called_as_the_glossary_says() -> None:
    wrong = []
    for model in apps.get_models():
        if model._meta.app_label in APPS:
            term, name = str(model._meta.verbose_name), _snake(model.__name__)
            if glossary().get(term) != name:
                wrong.append(
                    f"{model._meta.label}: {term} is {glossary().get(term, 'missing')} in the glossary"
                )
    none(wrong)


def test_every_field_has_a_chinese_name() -> None:
    none(
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model._meta.app_label in APPS and not model._meta.proxy  # its columns are another app's
        for field in model._meta.concrete_fields
        if not field.name.endswith(("precision", "_index"))  # companions of the field before them
        and not field.primary_key
        and not field.one_to_one
        and not re.search("[\u4e00-\u9fff]", str(field.verbose_name))
    )


def test_the_rulebook_uses_the_same_words() -> None:
    """An event kind of the vocabulary that the glossary knows has the meaning that the glossary gives it."""
    vocabulary = tomllib.loads((PACKAGE / "rulebook" / "vocabulary.toml").read_text(encoding="utf-8"))
    terms = {identifier: term for term, identifier in glossary().items()}
    wrong = []
    for kind in ("event", "role"):
        for identifier, entry in vocabulary[kind].items():
            said = entry.get("label") or re.split("[（，]", entry["meaning"])[0]
            known = terms.get(identifier)
            if known is None or not (said in known or known in said or said in _SPOKEN.get(known, ())):
                wrong.append(f"{kind}.{identifier}: {said}, in the glossary {known}")
    none(wrong)


# What the office says for short.
_SPOKEN = {"支部委员会会议": ("支委会",), "党小组组长": ("组长",)}


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
