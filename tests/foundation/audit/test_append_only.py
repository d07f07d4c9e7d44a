"""A transactional test empties the database in spite of the guards, and they stand again afterwards."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection

from tests.world import SYSTEM
from zhibu.foundation.audit.commands import record
from zhibu.foundation.audit.models import AuditEvent


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round_", [1, 2])
def test_the_guards_stand_after_each_emptying(round_: int) -> None:
    assert AuditEvent.objects.count() == 0
    record(actor=SYSTEM, action="test.row", object_ref="", org_ids=[1])
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_event")
    assert AuditEvent.objects.count() == 1
