"""Sent forms: carried out once, refusals shown beside what was typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django import forms

from zhibu.common.errors import Refused
from zhibu.foundation.audit.commands import submit_once
from zhibu.foundation.audit.queries import action_choices
from zhibu.ui.forms import CivilDateField
from zhibu.ui.pages import PageRequest

R = TypeVar("R")


class RefusableForm(forms.Form):
    """A form whose act may be refused; ``refusal`` is then shown by ``foundation/audit/_refusal.html``."""

    refusal: Refused | None = None

    def carry_out(self, request: PageRequest, *, act: Callable[[], R], result_url: Callable[[R], str]) -> str:
        """Run commands once for this submission; the address to go to, or empty where they refused.

        ``result_url`` turns what ``act`` returns into the address; the same submission sent again leads
        there without acting.
        """
        key = str(request.POST.get("submission_key", ""))
        try:
            return submit_once(key=key, actor=request.actor, act=act, result_url=result_url)
        except Refused as refusal:
            self.refusal = refusal
            return ""


class EventFilter(forms.Form):
    """Which rows of the record to show."""

    action = forms.ChoiceField(
        label="动作", required=False, choices=lambda: [("", "全部"), *action_choices()]
    )
    actor = forms.CharField(label="操作者，例如：账号 10", required=False, max_length=64)
    subject = forms.CharField(label="对象，例如：账号 10", required=False, max_length=80)
    result = forms.ChoiceField(
        label="结果", required=False, choices=[("", "全部"), ("done", "完成"), ("refused", "未予办理")]
    )
    from_date = CivilDateField(label="从", required=False)
    to_date = CivilDateField(label="到", required=False)
