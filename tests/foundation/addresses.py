"""Examples for the guards: accounts and the record."""

from __future__ import annotations

from tests.world import World
from zhibu.common.dates import utc_now
from zhibu.foundation.documents.models import UploadedFont


def examples(world: World) -> dict[str, dict[str, object]]:
    """Kwargs by name of address."""
    UploadedFont.objects.get_or_create(  # one a style for the whole installation
        style="kai",
        defaults={
            "file": "fonts/kai-none.otf",
            "original_name": "楷体.otf",
            "uploaded_at": utc_now(),
            "uploaded_by": "a",
        },
    )
    account = {"public_id": world.accounts["committee_member"].public_id}
    names = ("account", "account_closure", "account_link", "account_opening", "account_second_factor_removal")
    return {
        **{"accounts:" + name: dict[str, object](account) for name in names},
        "accounts:link_sign_in": {"token": "no-such-token"},
        "accounts:password_reset": {"token": "no-such-token"},
        "audit:event": {"seq": 1},
        "documents:font_removal": {"style": "kai"},
    }
