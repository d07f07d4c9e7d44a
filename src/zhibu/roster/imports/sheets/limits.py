"""How much of a file is read, and the sentences with which a file is refused."""

from __future__ import annotations

from dataclasses import dataclass

MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one reading; bytes, seconds and counts."""

    packed_bytes: int = 30 * MB
    unpacked_bytes: int = 300 * MB
    memory_bytes: int = 512 * MB
    cpu_seconds: int = 90
    wall_seconds: int = 120
    used_rows: int = 100_000
    used_columns: int = 64
    sheets: int = 200
    entries: int = 2_000
    merges: int = 200_000
    tables: int = 400
    cell_characters: int = 32_767
    styles_bytes: int = 40 * MB


DEFAULT_LIMITS = Limits()

REFUSALS: dict[str, tuple[str, str]] = {
    "empty": ("这个文件是空的。", "请检查选对了没有，再重新上传。"),
    "too_large": ("文件超过 30 MB，太大了。", "请删去表中的图片和多余的工作表，或者分成几个文件上传。"),
    "encrypted": ("文件有密码，打不开。", "请在 WPS 里取消密码，保存后再上传。"),
    "macros": ("文件里带有宏（小程序），为安全起见不能导入。", "请在 WPS 里另存为“.xlsx”格式再上传。"),
    "xlsb": ("这是二进制工作簿（.xlsb），不能导入。", "请在 WPS 里另存为“.xlsx”格式再上传。"),
    "ods": ("这是 OpenDocument 表格，不能导入。", "请另存为“.xlsx”格式再上传。"),
    "not_a_table": ("这个文件不是表格。", "请上传 Excel 或 WPS 表格（.xlsx、.xls）或者 CSV 文件。"),
    "broken": ("文件已损坏，读不出内容。", "请用 WPS 打开它，另存为一个新的“.xlsx”文件再上传。"),
    "hostile": (
        "文件的内部结构不正常，为安全起见不能导入。",
        "请用 WPS 打开它，另存为一个新的“.xlsx”文件再上传。",
    ),
    "too_much": ("文件展开以后的内容太多，超过了 300 MB。", "请把数据复制到一个新建的表格里再上传。"),
    "too_many_rows": ("一个工作表里有内容的行超过了 10 万行。", "请分成几个文件上传。"),
    "too_many_columns": ("一个工作表里有内容的列超过了 64 列。", "请只留下名册需要的列再上传。"),
    "too_many_tables": (
        "文件里的表头太多，不像一份名册。",
        "请把数据放进一个表里，只留一行表头，再重新上传。",
    ),
    "too_many_sheets": ("工作表太多了，超过了 200 个。", "请分成几个文件上传。"),
    "cell_too_long": ("有一个格子里的文字太长。", "请检查这个文件是不是名册，删去过长的文字再上传。"),
    "encoding": (
        "文件里的文字编码前后不一致，有些字读不出来。",
        "请用 WPS 打开它，另存为“.xlsx”格式再上传。",
    ),
    "open_quote": (
        "CSV 文件里有一个引号没有结束，后面的内容分不清楚。",
        "请用 WPS 打开它，另存为“.xlsx”格式再上传。",
    ),
    "too_slow": ("读这个文件用的时间太长，已经停止。", "请把数据复制到一个新建的表格里再上传。"),
    "too_hungry": (
        "读这个文件需要的内存太多，已经停止。",
        "请分成几个文件上传，或者把数据复制到一个新建的表格里再上传。",
    ),
    "no_disk": ("服务器的磁盘空间不够，文件没有读完。", "请告诉系统管理员清理磁盘，然后再上传一次。"),
}


class SheetRefused(Exception):
    """A file cannot be read. ``code`` is a key of :data:`REFUSALS`; both sentences are for the user."""

    def __init__(self, code: str) -> None:
        self.code = code if code in REFUSALS else "broken"
        self.message, self.next_step = REFUSALS[self.code]
        super().__init__(self.message)
