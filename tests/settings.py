"""The product's settings with a data folder of the test's own, so that no test touches real data.

The embedded database is a file here as it is in life: threads and child processes see the same rows.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from typing import Any

if "ZHIBU_TEST_DATA" not in os.environ:
    os.environ["ZHIBU_TEST_DATA"] = tempfile.mkdtemp(prefix="zhibu-test-")
    atexit.register(shutil.rmtree, os.environ["ZHIBU_TEST_DATA"], ignore_errors=True)
os.environ["ZHIBU_DATA"] = os.environ["ZHIBU_TEST_DATA"]
os.environ.pop("ZHIBU_KEYS", None)
os.environ["ZHIBU_FETCH_FONTS"] = "off"
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # the browser's driver keeps a loop in the tests' thread

from zhibu.config.settings import *  # noqa: F403
from zhibu.config.settings import DATA_DIR, DATABASES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(DATA_DIR / "files")},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
WHITENOISE_USE_FINDERS = True

_database: dict[str, Any] = DATABASES["default"]
if _database["ENGINE"] == "django.db.backends.sqlite3":
    _database["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
    _hasty = _database["OPTIONS"]["init_command"].replace("synchronous=FULL", "synchronous=OFF")
    _database["OPTIONS"] = {**_database["OPTIONS"], "init_command": _hasty}
