"""Marks of classification in texts and files: what carries one must not be on this system (涉密不上网).

Looks for marks as they are set on documents, not for the words in a sentence: 保守党的秘密 is in every oath.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from typing import BinaryIO

_LEVELS = "绝密|机密|秘密"
_MARK = re.compile(
    rf"(?:{_LEVELS})[★☆⭐✭＊*]"
    rf"|密级(?:和保密期限)?[:](?:为)?(?:{_LEVELS}|内部)"
    rf"|(?:{_LEVELS})(?:级文件|级资料|[(]?(?:\d{{1,2}}|[一二三五]?十)年[)]?(?=$|\n|启封))"
    rf"|(?:^|\n)[【\[(]?(?:{_LEVELS}|工作秘密|内部资料|内部文件)[】\])]?(?=$|\n)"
    r"|(?:内部资料|内部文件)[,;!(]{0,1}(?:注意保存|注意保管|不得外传|严禁外传|请勿外传|严禁翻印)"
    r"|(?:^|\n)(?:TOP ?SECRET|CONFIDENTIAL)(?=$|\n)"
)
_TAG = re.compile(r"<[^>]{0,2000}>")
_BLOCK = re.compile(r"</(?:w:p|si|c|is|a:p|text:p|table:table-cell|td|tr|p|div|h\d)>|<br ?/?>", re.IGNORECASE)
_PARTS = re.compile(
    r"(?:^|/)(?:sharedStrings|document|header\d*|footer\d*|sheet\d+|slide\d+|content|styles)\.xml$"
)
_MOST = 8 * 1024 * 1024  # of text in one file; a mark stands on the first page


def find_mark(text: str) -> str:
    """The first mark in a text, empty if there is none. Spaces, width and line ends do not matter."""
    plain = unicodedata.normalize("NFKC", text).replace("，", ",")
    lines = (re.sub(r"[^\S\n]+", "", line) for line in plain.replace("\r", "\n").split("\n"))
    found = _MARK.search("\n".join(lines))
    return found.group().strip() if found else ""


def find_mark_in_file(name: str, file: BinaryIO) -> str:
    """The first mark in a file's name or in the text of an Office, CSV or HTML file; read a little, never
    unpacked to disk. A file that cannot be read has none: its reader will refuse it.
    """
    mark = find_mark(name.rsplit(".", maxsplit=1)[0])
    if mark:
        return mark
    file.seek(0)
    try:
        content = file.read(_MOST)
        return find_mark(_packed(file) if content.startswith(b"PK") else _plain(content))
    except (OSError, ValueError, EOFError, NotImplementedError, RuntimeError, zipfile.BadZipFile):
        return ""
    finally:
        file.seek(0)


def _packed(file: BinaryIO) -> str:
    left, found = _MOST, io.StringIO()
    with zipfile.ZipFile(file) as package:
        for name in package.namelist()[:200]:
            if left > 0 and _PARTS.search(name):
                with package.open(name) as part:
                    text = part.read(left).decode("utf-8", "ignore")
                left -= len(text)
                found.write(_TAG.sub("", _BLOCK.sub("\n", text)) + "\n")
    return found.getvalue()


def _plain(content: bytes) -> str:
    """Text in the encodings that offices use; commas and tabs end a cell."""
    wide = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return re.sub(r"[,\t;\"]", "\n", _TAG.sub("", _BLOCK.sub("\n", text)))
    return ""
