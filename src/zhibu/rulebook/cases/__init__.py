"""Worked cases for every check, in files a person who does not program can read; `run` evaluates one file."""

from zhibu.rulebook.casefile import CaseResult as CaseResult
from zhibu.rulebook.casefile import run as run
