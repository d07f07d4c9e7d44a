"""The text of a norm, help, and the pages that say what went wrong."""

from __future__ import annotations

import pytest
from django.test import Client, RequestFactory

from tests.world import World
from zhibu.common.errors import NotAllowed, NotVisible, Refused
from zhibu.home import views
from zhibu.rulebook.loader import national
from zhibu.ui.middleware import RefusalMiddleware

NORMS = [norm.id for regulation in national().regulations for norm in regulation.norms]


def test_every_norm_has_a_page(client: Client, db: None) -> None:
    for norm_id in NORMS:
        page = client.get(f"/norms/{norm_id}/")
        assert page.status_code == 200, norm_id
        assert "最近一次与原文核对" in page.content.decode()


def test_a_check_leads_to_its_norm(client: Client, db: None) -> None:
    assert "支部党员大会" in client.get("/norms/ZB-11-1/").content.decode()
    assert client.get("/norms/ZB-999-9/").status_code == 404


@pytest.mark.parametrize("url", ["/help/", "/complaints/"])
def test_help_is_open_to_everybody(client: Client, db: None, url: str) -> None:
    assert client.get(url).status_code == 200


def test_complaints_name_the_organisation_above(world: World) -> None:
    assert "北山镇党委" in world.client("secretary").get("/complaints/").content.decode()


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (NotVisible(), 404, "没有找到这个页面"),
        (NotAllowed("meetings:edit"), 403, "没有办理这件事的权限"),
        (
            Refused("x.y", "到会人数不足，不能表决。", clause="ZB-11-2", next_step="请另行召集。"),
            409,
            "到会人数不足，不能表决。",
        ),
    ],
)
def test_a_refusal_says_what_to_do_next(error: Exception, status: int, words: str, db: None) -> None:
    middleware = RefusalMiddleware(lambda request: None)  # type: ignore[arg-type,return-value]
    answer = middleware.process_exception(RequestFactory().get("/x/"), error)
    assert answer is not None
    assert answer.status_code == status
    page = answer.content.decode()
    assert words in page
    assert "返回" in page
    assert "meetings:edit" not in page
    assert ("请另行召集。" in page) == (status == 409)
    assert ("《支部工作条例》第十一条" in page) == (status == 409)


def test_an_error_page_needs_nothing_but_its_template() -> None:
    answer = views.error_500(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert "系统出了点问题" in answer.content.decode()


def test_an_unknown_address_answers_in_chinese(client: Client, db: None) -> None:
    page = client.get("/no-such-page/")
    assert page.status_code == 404
    assert "没有找到这个页面" in page.content.decode()
