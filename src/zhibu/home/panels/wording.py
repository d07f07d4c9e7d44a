"""Words for periods and for what one does in them."""

from __future__ import annotations

_VERBS = {
    "general_membership_meeting": "召开支部党员大会",
    "branch_committee_meeting": "召开支委会",
    "party_group_meeting": "召开党小组会",
    "party_lecture": "上党课",
    "themed_party_day": "开展主题党日",
    "organizational_life_meeting": "召开组织生活会",
    "democratic_appraisal": "开展民主评议党员",
    "heart_to_heart_talk": "开展谈心谈话",
    "collective_study": "组织集体学习",
    "training": "安排集中培训",
    "secretary_report": "书记述职",
    "committee_study": "专题研究党支部建设",
}
_PARTS = {
    "Q1": "第一季度",
    "Q2": "第二季度",
    "Q3": "第三季度",
    "Q4": "第四季度",
    "H1": "上半年",
    "H2": "下半年",
}


def period_words(period: str) -> str:
    """``2026-Q2`` as 2026年第二季度, ``2026-03`` as 2026年3月; anything that is no period as it is."""
    year, _, part = period.partition("-")
    if not (year.isdigit() and len(year) == 4):
        return ""
    if not part:
        return "{year}年".format(year=year)
    words = _PARTS.get(part) or ("{month}月".format(month=int(part)) if part.isdigit() else "")
    return "{year}年{words}".format(year=year, words=words) if words else ""


def verb_for(event: str) -> str:
    """What one does about an event of this kind; empty where no verb is known."""
    return _VERBS.get(event, "")
