"""What is not built, and stays away: a test of absence for each red line of design and regulations."""

from __future__ import annotations

import ast
import re

import pytest
from django.apps import apps
from django.db import models

from tests.guards.source import PACKAGE, none, sources, templates

OURS = ("foundation", "roster", "orglife", "oversight", "outreach", "finance")
# Each line: what is forbidden, how it would be called in code.
FORBIDDEN_NAMES = {
    "ranking of people or branches": r"\b(ranking|leaderboard|league_table|(person|branch|org)_rank)\b",
    "streaks and daily check-in": r"\b(streak|daily_check_?in|consecutive_days|sign_in_days)\b",
    "time on line": r"\b(online_time|time_online|dwell_time|stay_seconds|reading_seconds|learn_minutes)\b",
    "log-in statistics": r"\b(login_count|sign_in_count|last_login|active_days|usage_rate|open_rate)\b",
    "place of a person": r"\b(latitude|longitude|geolocation|gps|geofence|lng)\b",
    "faces": r"\b(face_id|face_recognition|faceprint|biometric\w*|liveness)\b",
    "likes and shares as merit": r"\b(likes_count|share_count|repost_count|favou?rite_count|upvotes?)\b",
    "attitude, thought, belief": r"\b(attitude|ideology_score|thought_score|belief|loyalty|mood|sentiment)\b",
    "watching public opinion": r"\b(public_opinion|opinion_monitor\w*|sentiment_analysis)\b",
    "marks for persons": r"\b(person_score|member_score|merit_points|credit_score|red_black_list)\b",
}
FORBIDDEN_WORDS = {
    "ranking": r"排行榜|排名第|名次|英雄榜|红黑榜",
    "streaks": r"连续签到|每日打卡|坚持打卡|连续打卡",
    "time on line": r"在线时长|学习时长排|浏览时长",
    "log-in statistics": r"登录次数|日活跃|活跃度|登录率|使用率",
    "place and face": r"人脸识别|刷脸|定位打卡|GPS",
    "attitude": r"思想状况评分|态度评分|忠诚度|思想动态评估",
    "required photos": r"必须上传照片|照片必传|须上传现场照片",
    "emblem": r"党徽\.(png|svg|jpg)|emblem\.(png|svg|jpg)",
}
SCOPE_OF_LAST_LOGIN = "foundation/accounts/models.py"  # takes the field of Django away
EXPLAINING = ("rulebook/", "cli/demo/planner/")  # the rules that forbid these things have to name them


@pytest.mark.parametrize("line", FORBIDDEN_NAMES)
def test_no_name_in_the_code_stands_for_it(line: str) -> None:
    pattern = re.compile(FORBIDDEN_NAMES[line], re.IGNORECASE)
    found = []
    for source in sources():
        if source.place.startswith(EXPLAINING) or source.place == SCOPE_OF_LAST_LOGIN:
            continue
        found += [f"{source.place} {name}" for name in _names(source.tree) if pattern.search(name)]
    none(found)


@pytest.mark.parametrize("line", FORBIDDEN_WORDS)
def test_no_page_or_message_speaks_of_it(line: str) -> None:
    pattern = re.compile(FORBIDDEN_WORDS[line])
    found = [path.name for path in templates() if pattern.search(path.read_text(encoding="utf-8"))]
    found += [
        source.place
        for source in sources()
        if not source.place.startswith(EXPLAINING)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and pattern.search(node.value)
    ]
    none(found)


def test_no_table_keeps_a_place_a_face_or_a_feeling() -> None:
    pattern = re.compile("|".join(FORBIDDEN_NAMES.values()), re.IGNORECASE)
    found = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model._meta.app_label in OURS
        for field in model._meta.get_fields()
        if pattern.search(field.name) and field.name != "last_login"
    ]
    none(found)


def test_no_account_remembers_when_it_signed_in() -> None:
    account = apps.get_model("foundation", "Account")
    assert "last_login" not in {field.name for field in account._meta.get_fields()}


def test_no_list_can_be_sorted_by_the_number_of_findings() -> None:
    """Lists sort by name, code or date: a list that can be turned by findings is a ranking."""
    pattern = re.compile(r"order_by\([^)]*\b-?(breaches|findings|notices|score|points)\b")
    assert [source.place for source in sources() if pattern.search(source.text)] == []


def test_no_photo_is_required() -> None:
    required = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model._meta.app_label in OURS
        for field in model._meta.get_fields()
        if isinstance(field, models.ImageField) and not field.blank
    ]
    none(required)


def test_no_emblem_is_shipped() -> None:
    pictures = [path.name for path in PACKAGE.rglob("*") if path.suffix in (".png", ".svg", ".jpg", ".ico")]
    assert [name for name in pictures if re.search(r"emblem|hammer|sickle|danghui|party_flag", name)] == []


def test_rules_use_no_floats() -> None:
    found = [
        f"{source.place}:{node.lineno}"
        for source in sources()
        if source.parts[0] == "rulebook"
        for node in ast.walk(source.tree)
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Name) and node.id == "float" and isinstance(node.ctx, ast.Load))
        or (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and not _is_path_or_fraction(node))
    ]
    none(found)


def _is_path_or_fraction(node: ast.BinOp) -> bool:
    """``folder / "name"`` and ``Fraction(1) / 3`` are exact."""
    text = ast.unparse(node)
    return (
        any(
            isinstance(side, (ast.JoinedStr, ast.Constant)) and isinstance(getattr(side, "value", ""), str)
            for side in (node.left, node.right)
        )
        or "Fraction" in text
        or "path" in text.lower()
    )


def _names(tree: ast.Module) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        for key in ("name", "attr", "arg", "id"):
            value = getattr(node, key, None)
            if isinstance(value, str):
                found.add(value)
    return found
