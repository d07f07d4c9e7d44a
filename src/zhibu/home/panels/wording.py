"""Words for what one does about a duty."""

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


def verb_for(event: str) -> str:
    """What one does about an event of this kind; empty where no verb is known."""
    return _VERBS.get(event, "")
