"""Marks of classification are found as they stand on documents, and not in the words of an oath."""

from __future__ import annotations

import io
import zipfile

import pytest

from zhibu.common.secrecy import find_mark, find_mark_in_file

MARKED = [
    "绝密★30年",
    "机密★10年",
    "秘密★",
    "机 密 ★ 一年",
    "秘密☆5年",
    "绝密*",
    "密级：秘密",
    "密级: 机密",
    "密级和保密期限：机密",
    "机密\n关于某项工作的通知",
    "【秘密】\n通知",
    "秘密",
    "内部资料",
    "内部资料，注意保存",
    "内部资料 不得外传",
    "内部文件，严禁翻印",
    "本件为机密级文件",
    "秘密（5年）",
    "工作秘密",
    "第一行\n　绝密　\n第三行",
]
CLEAN = [
    "执行党的决定，严守党的纪律，保守党的秘密，对党忠诚",
    "学习《中华人民共和国保守国家秘密法》",
    "参加保密教育，观看警示片",
    "严守工作秘密和党内机密",
    "讨论支部内部资料的整理",
    "国家秘密分为绝密、机密、秘密三级",
    "秘密投票、公开计票",
    "内部文件柜已上锁",
    "涉密不上网，上网不涉密",
    "",
]


@pytest.mark.parametrize("text", MARKED)
def test_a_mark_is_found(text: str) -> None:
    assert find_mark(text)


@pytest.mark.parametrize("text", CLEAN)
def test_words_in_a_sentence_are_none(text: str) -> None:
    assert find_mark(text) == ""


def _office(part: str, text: str) -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr(part, text)
    return out


@pytest.mark.parametrize(
    "file",
    [
        _office("xl/sharedStrings.xml", "<sst><si><t>姓名</t></si><si><t>机密★3年</t></si></sst>"),
        _office(
            "word/document.xml", "<w:p><w:r><w:t>机密</w:t></w:r><w:r><w:t>★</w:t></w:r></w:p><w:p>题目</w:p>"
        ),
        _office("word/header1.xml", "<w:p><w:t>秘密</w:t></w:p>"),
        io.BytesIO("姓名,性别\n秘密,男\n".encode("gb18030")),
        io.BytesIO("﻿内部资料\t注意保存\n".encode()),
        io.BytesIO("绝密★\n".encode("utf-16")),
        io.BytesIO("<html><td>密级：机密</td></html>".encode()),
    ],
)
def test_it_is_found_inside_a_file(file: io.BytesIO) -> None:
    assert find_mark_in_file("名册.dat", file)
    assert file.tell() == 0


def test_it_is_found_in_a_name_and_a_clean_or_broken_file_has_none() -> None:
    assert find_mark_in_file("机密★名册.xlsx", io.BytesIO(b""))
    clean = _office("xl/sharedStrings.xml", "<sst><si><t>保守党的秘密</t></si></sst>")
    assert find_mark_in_file("名册.xlsx", clean) == ""
    assert find_mark_in_file("名册.xlsx", io.BytesIO(b"PK\x03\x04 broken")) == ""
    assert find_mark_in_file("名册.xls", io.BytesIO(b"\xd0\xcf\x11\xe0")) == ""
