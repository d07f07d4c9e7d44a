"""涉密不上网: the banner stands on every page; what carries a mark is refused, recorded and not kept."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.roster.imports.made import xlsx
from tests.world import World
from zhibu.foundation.audit.models import AuditEvent
from zhibu.roster.imports.models import ImportBatch

BANNER = "涉密不上网，上网不涉密"


@pytest.mark.parametrize("name", ["members:list", "imports:list", "meetings:add", "accounts:settings"])
def test_the_banner_stands_where_text_is_entered(world: World, name: str) -> None:
    assert BANNER in world.client("secretary").get(reverse(name)).content.decode()


def test_the_banner_stands_before_signing_in(db: None) -> None:
    page = Client().get(reverse("accounts:sign_in")).content.decode()
    assert BANNER in page
    assert "严禁存储、处理、传输国家秘密" in page


def test_a_marked_text_is_refused_and_recorded_without_it(world: World) -> None:
    url = reverse("members:correction", args=[world.people["member"].public_id])
    answer = world.client("secretary").post(url, {"remark": "机密★10年 某事"})
    assert answer.status_code == 409
    assert "没有保存" in answer.content.decode()
    row = AuditEvent.objects.get(action="access.bring_text")
    assert (row.result, row.object_ref) == ("refused", "page:members:correction")
    assert "某事" not in str(row.diff)


def test_a_marked_file_is_refused_and_not_kept(world: World) -> None:
    content = xlsx({"花名册": [["机密★"], ["姓名", "性别"], ["冯大山", "男"]]})
    sent = {"organization": world.branch.public_id, "upload": SimpleUploadedFile("花名册.xlsx", content)}
    assert world.client("secretary").post(reverse("imports:list"), sent).status_code == 409
    assert not ImportBatch.objects.exists()


def test_the_oath_may_be_written_down(world: World) -> None:
    url = reverse("members:correction", args=[world.people["member"].public_id])
    answer = world.client("secretary").post(url, {"remark": "重温誓词：保守党的秘密"})
    assert answer.status_code in (200, 302, 422)
