"""What is wrong with a rulebook file, said so that its author can mend it."""

from __future__ import annotations


class RulebookError(Exception):
    """A regulation, pack, vocabulary or case file cannot be used: file, line, field, and what to do (in
    Chinese).
    """

    def __init__(self, file: str, place: str, problem: str, line: int | None = None) -> None:
        at_line = "" if line is None else "第{line}行，".format(line=line)
        text = "文件 {file}（{at_line}{place}）：{problem}".format(
            file=file, at_line=at_line, place=place, problem=problem
        )
        super().__init__(text)
        self.file = file
        self.place = place
        self.problem = problem
        self.line = line
