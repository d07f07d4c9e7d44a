"""Settings: the embedded default is complete, the environment overrides (docs/settings.md names each)."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parents[3]
DATA_DIR = Path(os.environ.get("ZHIBU_DATA", BASE_DIR / "var")).resolve()
KEY_DIR = Path(os.environ.get("ZHIBU_KEYS", DATA_DIR / "keys")).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)


def _chosen(variable: str, note: Path, choices: tuple[str, ...]) -> str:
    """From the environment, else as ``./zhibu init`` noted it with the data, else the first choice."""
    word = os.environ.get(variable) or (note.read_text().strip() if note.exists() else choices[0])
    if word not in choices:
        raise ImproperlyConfigured(
            "{name} must be one of {words}".format(name=variable, words=", ".join(choices))
        )
    return word


PROFILE = _chosen("ZHIBU_PROFILE", DATA_DIR / "profile.txt", ("demo", "production"))
DEMO = PROFILE == "demo"
SECURITY_PROFILE = _chosen("ZHIBU_SECURITY", DATA_DIR / "security.txt", ("asvs", "djbh3"))
TLS = os.environ.get("ZHIBU_TLS", "off" if DEMO else "on") == "on"


def _secret_key() -> str:
    """The signing key: from the environment, else made once beside the sealing keys."""
    given = os.environ.get("ZHIBU_SECRET_KEY")
    if given:
        return given
    KEY_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = KEY_DIR / "session.key"
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(64))
    return path.read_text()


SECRET_KEY = _secret_key()
DEBUG = False
ALLOWED_HOSTS = os.environ.get("ZHIBU_HOSTS", "127.0.0.1,localhost,testserver").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("ZHIBU_ORIGINS", "").split(",") if o]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "django_tasks",
    "django_tasks_db",
    "csp",
    "zhibu.ui",
    "zhibu.foundation",
    "zhibu.roster",
    "zhibu.orglife",
    "zhibu.oversight",
    "zhibu.home",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "zhibu.ui.middleware.PlainTextMiddleware",
    "zhibu.roster.access.middleware.ActorMiddleware",
    "zhibu.ui.middleware.RefusalMiddleware",
]

ROOT_URLCONF = "zhibu.config.urls"
WSGI_APPLICATION = "zhibu.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "zhibu.home.context.shell",
            ],
            "builtins": [
                "zhibu.ui.templatetags.zhibu",
                "zhibu.ui.templatetags.components",
                "zhibu.ui.templatetags.formats",
            ],
        },
    }
]

FORM_RENDERER = "zhibu.ui.forms.HouseRenderer"

_SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;"
        "PRAGMA secure_delete=ON;PRAGMA busy_timeout=20000;PRAGMA cache_size=-64000;"
        "PRAGMA mmap_size=268435456;PRAGMA temp_store=MEMORY"
    ),
}


def _database() -> dict[str, object]:
    """One SQLite file by default; DATABASE_URL names a PostgreSQL server."""
    url = os.environ.get("DATABASE_URL", "")
    if url:
        config = dict(dj_database_url.parse(url, conn_max_age=600, conn_health_checks=True))
        return config
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(DATA_DIR / "zhibu.sqlite3"),
        "CONN_MAX_AGE": 600,
        "OPTIONS": _SQLITE_OPTIONS,
    }


DATABASES = {"default": _database()}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = _SQLITE_OPTIONS
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "foundation.Account"
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "home:start"
LOGOUT_REDIRECT_URL = "accounts:sign_in"
PASSWORD_HASHERS = [
    "zhibu.foundation.accounts.hashers.ModestArgon2",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
_DJANGO, _OURS = "django.contrib.auth.password_validation.", "zhibu.foundation.accounts.validators."


def _password_rules(shortest: int, *more: str) -> list[dict[str, Any]]:
    """What every password is held against, and what a profile adds."""
    return [
        {"NAME": _OURS + "LengthValidator", "OPTIONS": {"min_length": shortest}},
        {"NAME": _DJANGO + "CommonPasswordValidator"},
        {
            "NAME": _DJANGO + "UserAttributeSimilarityValidator",
            "OPTIONS": {"user_attributes": ("username", "display_name")},
        },
        {"NAME": _OURS + "UnitWordsValidator"},
        *[{"NAME": _OURS + name, "OPTIONS": {}} for name in more],
    ]


PASSWORD_PROFILES = {  # OWASP ASVS 5.0 forbids what 等保三级 asks for, so that there are two
    "asvs": _password_rules(12),
    "djbh3": _password_rules(10, "ThreeClassesValidator"),
}
AUTH_PASSWORD_VALIDATORS = PASSWORD_PROFILES[SECURITY_PROFILE]
PASSWORD_AGE_DAYS = 90 if SECURITY_PROFILE == "djbh3" else 0
SECOND_FACTOR = "off" if DEMO else "required"

SESSION_COOKIE_NAME = "zhibu_session"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_IDLE_AGE = 0 if DEMO else 30 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "zhibu.ui.kept.answer_outdated"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = TLS
SECURE_SSL_REDIRECT = TLS
SECURE_HSTS_SECONDS = 31536000 if TLS else 0
_PROXY = os.environ.get("ZHIBU_PROXY", "off")
TRUSTED_PROXIES = int(_PROXY) if _PROXY.isdigit() else int(_PROXY == "on")
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(DATA_DIR / "files")},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if os.environ.get("ZHIBU_PLAIN_STATIC") == "on":
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = os.environ.get("ZHIBU_PLAIN_STATIC") == "on"

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

FETCH_FONTS = os.environ.get("ZHIBU_FETCH_FONTS", "on" if DEMO else "off") == "on"

AUDIT_HEADS = os.environ.get("ZHIBU_HEADS", "")
RULE_PACKS = [name for name in os.environ.get("ZHIBU_PACKS", "").split(",") if name]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("ZHIBU_LOG", "WARNING")},
}
SILENCED_SYSTEM_CHECKS: list[str] = []
