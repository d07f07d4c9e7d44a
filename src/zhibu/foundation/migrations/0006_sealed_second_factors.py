"""The secrets behind the six digits, until now in clear in django-otp's table, are sealed where they lie.

Layout and place are those of the product on the day of this migration, written out here because it must not
change with the product: version and key number, 12 bytes nonce, AES-256-GCM; 20 bytes become 68 characters.
"""

import base64
import json
import os
import re
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import migrations

CLEAR = re.compile(r"[0-9a-f]{40}")


def _keys():
    path = Path(settings.KEY_DIR) / "sealing.json"
    if not path.exists():
        raise RuntimeError(f"the sealing keys are missing: {path}")
    content = json.loads(path.read_text(encoding="utf-8"))
    return int(content["current"]), {int(n): bytes.fromhex(key) for n, key in content["sealing"].items()}


def _devices(apps):
    """Each device with the place its secret is sealed to."""
    accounts = apps.get_model("foundation", "Account")
    public_ids = dict(accounts.objects.values_list("pk", "public_id"))
    for device in apps.get_model("otp_totp", "TOTPDevice").objects.order_by("pk"):
        place = f"accounts_account.second_factor:{public_ids[device.user_id]}"
        yield device, place.encode()


def seal(apps, schema_editor):
    """Seal every secret that is still in clear; sealed ones stay as they are."""
    for device, place in _devices(apps):
        if CLEAR.fullmatch(device.key):
            current, keys = _keys()
            nonce = os.urandom(12)
            box = AESGCM(keys[current]).encrypt(nonce, bytes.fromhex(device.key), place)
            device.key = base64.b64encode(bytes([1, current]) + nonce + box).decode()
            device.save(update_fields=["key"])


def unseal(apps, schema_editor):
    """Back to clear, for a return to the version before."""
    for device, place in _devices(apps):
        if not CLEAR.fullmatch(device.key):
            raw = base64.b64decode(device.key)
            device.key = AESGCM(_keys()[1][raw[1]]).decrypt(raw[2:14], raw[14:], place).hex()
            device.save(update_fields=["key"])


class Migration(migrations.Migration):
    dependencies = [
        ("foundation", "0005_password_age"),
        ("otp_totp", "0003_add_timestamps"),
    ]

    operations = [
        migrations.CreateModel(
            name="SecondFactor",
            fields=[],
            options={
                "verbose_name": "动态口令",
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("otp_totp.totpdevice",),
        ),
        migrations.RunPython(seal, unseal),
    ]
