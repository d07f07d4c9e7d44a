"""The DOCX: the measures in its XML, and its page count where LibreOffice can tell (G12)."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import docx
import pylopdf_fonts_zh_cn
import pytest
from lxml import etree

from tests.foundation.documents.conftest import Reader
from zhibu.foundation.documents.docx import render_docx
from zhibu.foundation.documents.pdf import render_pdf

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
OFFICE = shutil.which("soffice") or shutil.which("libreoffice")


def _part(data: bytes, name: str) -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return etree.fromstring(package.read(name))


def _section(data: bytes) -> etree._Element:
    return next(_part(data, "word/document.xml").iter(W + "sectPr"))


def test_the_page_has_the_measures_of_the_standard(minutes):
    section = _section(render_docx(minutes))
    size, margins, grid = (section.find(W + name) for name in ("pgSz", "pgMar", "docGrid"))
    assert (size.get(W + "w"), size.get(W + "h")) == ("11906", "16838")
    assert [margins.get(W + edge) for edge in ("top", "right", "bottom", "left")] == [
        "2098",
        "1474",
        "1984",
        "1587",
    ]
    assert int(margins.get(W + "footer")) / 1440 * 25.4 == pytest.approx(25.6, abs=0.1)
    assert (grid.get(W + "type"), grid.get(W + "linePitch")) == ("lines", "579")
    assert grid.get(W + "charSpace") is None


def test_body_lines_are_exact_with_five_twentieths_less_between_characters(minutes):
    document = docx.Document(io.BytesIO(render_docx(minutes)))
    body = next(item for item in document.paragraphs if item.text.startswith("支部委员会报告"))
    spacing = body._p.pPr.find(W + "spacing")
    assert (spacing.get(W + "line"), spacing.get(W + "lineRule")) == ("579", "exact")
    properties = body.runs[0]._r.rPr
    assert properties.find(W + "spacing").get(W + "val") == "-5"
    assert properties.find(W + "sz").get(W + "val") == "32"
    assert properties.find(W + "rFonts").get(W + "eastAsia") == "仿宋_GB2312"


def test_faces_are_named_as_offices_own_them_with_substitutes(red_letter):
    data = render_docx(red_letter)
    named = {item.get(W + "eastAsia") for item in _part(data, "word/document.xml").iter(W + "rFonts")}
    assert {"仿宋_GB2312", "楷体_GB2312", "黑体", "方正小标宋简体"} <= named
    table = {
        font.get(W + "name"): font.find(W + "altName").get(W + "val")
        for font in _part(data, "word/fontTable.xml").iter(W + "font")
    }
    assert table["仿宋_GB2312"] == "FangSong"
    assert table["楷体_GB2312"] == "KaiTi"
    assert not any(name.endswith((".odttf", ".ttf")) for name in zipfile.ZipFile(io.BytesIO(data)).namelist())


def test_odd_and_even_pages_have_their_own_number(minutes):
    data = render_docx(minutes)
    assert _part(data, "word/settings.xml").find(W + "evenAndOddHeaders") is not None
    kinds = {item.get(W + "type") for item in _section(data).iter(W + "footerReference")}
    assert {"default", "even"} <= kinds
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        footers = [
            package.read(name).decode()
            for name in package.namelist()
            if "footer" in name and "rels" not in name
        ]
    assert all("PAGE" in footer and "—" in footer for footer in footers)
    assert {re.search(r'w:jc w:val="(\w+)"', footer).group(1) for footer in footers} == {"left", "right"}


def test_the_signature_is_tied_to_the_last_body_paragraph(red_letter):
    paragraphs = docx.Document(io.BytesIO(render_docx(red_letter))).paragraphs
    texts = [item.text for item in paragraphs]
    start = next(place for place, text in enumerate(texts) if text.endswith("2.工作方案"))
    end = texts.index("2025年12月3日")
    assert texts[end - 1] == "中共青石镇委员会"
    assert all(item._p.pPr.find(W + "keepNext") is not None for item in paragraphs[start:end])


def test_the_imprint_is_anchored_to_the_foot_of_the_type_area(red_letter):
    position = next(_part(render_docx(red_letter), "word/document.xml").iter(W + "tblpPr"))
    assert (position.get(W + "vertAnchor"), position.get(W + "tblpYSpec")) == ("margin", "bottom")


def test_the_roster_lies_on_its_side_and_repeats_its_heading(papers):
    data = render_docx(papers["roster"])
    assert _section(data).find(W + "pgSz").get(W + "orient") == "landscape"
    assert next(_part(data, "word/document.xml").iter(W + "tblHeader")) is not None


def test_the_notice_shows_its_code(papers):
    with zipfile.ZipFile(io.BytesIO(render_docx(papers["notice"]))) as package:
        pictures = [name for name in package.namelist() if name.startswith("word/media/")]
        assert len(pictures) == 1
        assert package.read(pictures[0]).startswith(b"\x89PNG")


def test_word_opens_it_without_compatibility_mode(minutes):
    settings = _part(render_docx(minutes), "word/settings.xml")
    modes = {
        item.get(W + "name"): item.get(W + "val")
        for item in settings.find(W + "compat").iter(W + "compatSetting")
    }
    assert modes == {"compatibilityMode": "15"}
    assert settings.find(W + "characterSpacingControl").get(W + "val") == "compressPunctuation"


def test_places_to_sign_are_ruled_tabs(minutes):
    """Full-width low lines are broken lines in some fonts; an underlined tab is a rule in all."""
    document = docx.Document(io.BytesIO(render_docx(minutes)))
    signing = next(item for item in document.paragraphs if "主持人（签字）" in item.text)
    ruled = [item for item in signing._p.iter(W + "u") if item.get(W + "val") == "single"]
    assert len(ruled) == 2
    assert "＿" not in signing.text


def test_the_red_rule_is_as_wide_as_the_type_area_with_a_signer_too(red_letter):
    """An indent would shorten it: the number stands in by its first line alone."""
    document = docx.Document(io.BytesIO(render_docx(red_letter)))
    rubric = next(item for item in document.paragraphs if "〔2025〕" in item.text)
    indent = rubric._p.pPr.find(W + "ind")
    assert (indent.get(W + "left"), indent.get(W + "right")) == ("0", "0")
    assert int(indent.get(W + "firstLine")) > 300


def test_pdf_and_docx_hold_the_same_words(fonts, papers):
    for paper in papers.values():
        document = _part(render_docx(paper), "word/document.xml")
        written = "".join(item.text or "" for item in document.iter(W + "t"))
        printed = Reader(render_pdf(paper, fonts=fonts)).words()
        assert set("".join(written.split())) - set("＿") == set(printed)


def _font_configuration(folder: Path) -> Path:
    """Names the packaged faces as the office fonts, so that the widths are those of the PDF."""
    faces = {
        "仿宋_GB2312": "Serif",
        "楷体_GB2312": "Serif",
        "宋体": "Serif",
        "方正小标宋简体": "Serif",
        "黑体": "Sans",
    }
    aliases = "".join(
        (
            '<alias binding="same"><family>{name}</family>'
            "<prefer><family>Noto {kind} SC</family></prefer></alias>"
        ).format(name=name, kind=kind)
        for name, kind in faces.items()
    )
    path = folder / "fonts.conf"
    path.write_text(
        (
            "<?xml version='1.0'?><fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir>"
            "{aliases}</fontconfig>"
        ).format(fonts=pylopdf_fonts_zh_cn.serif_path().parent, cache=folder / "cache", aliases=aliases),
        encoding="utf-8",
    )
    return path


@pytest.mark.skipif(
    OFFICE is None, reason="G12 needs LibreOffice (soffice) to lay the DOCX out; it is not installed here"
)
def test_g12_libreoffice_lays_the_docx_out_on_as_many_pages_as_the_pdf(fonts, papers, tmp_path):
    for name, paper in papers.items():
        (tmp_path / "{name}.docx".format(name=name)).write_bytes(render_docx(paper))
    subprocess.run(
        [
            str(OFFICE),
            "-env:UserInstallation={place}".format(place=(tmp_path / "profile").as_uri()),
            "--headless",
            "--convert-to",
            "pdf",
            *sorted(str(path) for path in tmp_path.glob("*.docx")),
        ],
        cwd=tmp_path,
        env={
            "PATH": "/usr/bin:/bin",
            "HOME": str(tmp_path),
            "FONTCONFIG_FILE": str(_font_configuration(tmp_path)),
        },
        check=True,
        capture_output=True,
        timeout=180,
    )
    counted = {
        name: Reader((tmp_path / "{name}.pdf".format(name=name)).read_bytes()).page_count for name in papers
    }
    printed = {name: Reader(render_pdf(paper, fonts=fonts)).page_count for name, paper in papers.items()}
    assert counted == printed
