"""From a paper to the sheet of blocks that is set: one function per kind of paper, all wording in Chinese."""

from __future__ import annotations

from zhibu.foundation.documents.blocks import Sheet
from zhibu.foundation.documents.composition import decisions, letters, meetings, minutes, tables
from zhibu.foundation.documents.papers import (
    CheckupReport,
    CodeSheet,
    MeetingNotice,
    Minutes,
    OfficialLetter,
    Paper,
    Resolution,
    RosterPrint,
    SignInSheet,
    Summary,
    YearPlan,
)


def compose(paper: Paper) -> Sheet:
    """The blocks of a paper, in the order and wording of an office."""
    match paper:
        case Minutes():
            return minutes.compose_minutes(paper)
        case MeetingNotice():
            return meetings.compose_notice(paper)
        case SignInSheet():
            return meetings.compose_sign_in(paper)
        case Resolution():
            return decisions.compose_resolution(paper)
        case Summary():
            return decisions.compose_summary(paper)
        case CodeSheet():
            return meetings.compose_code_sheet(paper)
        case YearPlan():
            return tables.compose_plan(paper)
        case CheckupReport():
            return tables.compose_checkup(paper)
        case RosterPrint():
            return tables.compose_roster(paper)
        case OfficialLetter():
            return letters.compose_letter(paper)
