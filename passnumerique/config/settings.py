"""Settings: safe by default; what differs between installations comes from the environment.

`.env`, made by `make setup` and never committed, holds the keys of one installation.
"""

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

import dj_database_url
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent.parent
ENV_FILE = Path(os.environ.get("PASSNUM_ENV", BASE_DIR / ".env"))


def _read_env_file() -> None:
    if not ENV_FILE.exists():
        return
    for line in ENV_FILE.read_text().splitlines():
        key, separator, value = line.partition("=")
        if separator and not key.startswith("#"):
            os.environ.setdefault(key.strip(), value.strip())


def _flag(name: str, default: bool) -> bool:
    return os.environ.get(name, str(default)).lower() in {"1", "true", "yes", "on"}


_read_env_file()

DEBUG = _flag("PASSNUM_DEBUG", False)
SECRET_KEY = os.environ.get("PASSNUM_SECRET_KEY", "")
CODE_KEY = bytes.fromhex(os.environ.get("PASSNUM_CODE_KEY", ""))
"""Keys the codes of the vouchers (32 bytes, hexadecimal). Without it no pass can be read: back it up."""
INDEX_KEY = bytes.fromhex(os.environ.get("PASSNUM_INDEX_KEY", ""))
"""Keys the blind indexes of people (32 bytes, hexadecimal). Never the same as CODE_KEY."""
CONTACT_KEYS = [key.strip() for key in os.environ.get("PASSNUM_CONTACT_KEY", "").split(",") if key.strip()]
"""Encipher the contacts of people who asked for reminders (Fernet keys): the first one writes, each one reads."""
DEMONSTRATION = _flag("PASSNUM_DEMONSTRATION", False)
"""Whether this installation lives on the demonstration's own day and shows its control."""
REQUIRE_SECOND_FACTOR = _flag("PASSNUM_REQUIRE_SECOND_FACTOR", not DEMONSTRATION)
"""Whether roles that move passes or money must have set up a second factor before they may act."""

ALLOWED_HOSTS = os.environ.get("PASSNUM_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
PUBLIC_ADDRESS = os.environ.get("PASSNUM_ADDRESS", "http://localhost:8000")
"""Where people reach this installation: what the QR codes point to."""
CSRF_TRUSTED_ORIGINS = [PUBLIC_ADDRESS]
_HTTPS = PUBLIC_ADDRESS.startswith("https://")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "passnumerique.web",  # before allauth, whose templates it replaces by its own
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "csp",
    "passnumerique.ledger",
    "passnumerique.directory",
    "passnumerique.beneficiaries",
    "passnumerique.council",
    "passnumerique.programmes",
    "passnumerique.vouchers",
    "passnumerique.training",
    "passnumerique.settlement",
    "passnumerique.documents",
    "passnumerique.api",
    "passnumerique.console",
    "passnumerique.jobs",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "passnumerique.web.middleware.RefusalMiddleware",
]

ROOT_URLCONF = "passnumerique.config.urls"
WSGI_APPLICATION = "passnumerique.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "passnumerique.web.context.house",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]


def _prepare_threshold() -> int | None:
    """After how many runs PostgreSQL keeps a statement's plan; None: never."""
    wanted = os.environ.get("PASSNUM_PREPARE", "5")
    return None if wanted.lower() == "off" else int(wanted)


DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL", f"sqlite:///{BASE_DIR / 'passnum.sqlite3'}"),
        conn_max_age=600,  # behind pgbouncer too: it lends a connection of the server for a transaction only
        conn_health_checks=True,  # a connection that the server closed meanwhile is opened again, not an error
        disable_server_side_cursors=True,  # they would outlive the transaction in which pgbouncer lends (law 8)
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE takes the write lock when a transaction begins: a later upgrade would fail "locked".
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-65536;"
        ),
    }
else:
    # Values travel beside the statement, whose text stays the same: only then can its plan be kept.
    _OPTIONS = {"server_side_binding": True, "prepare_threshold": _prepare_threshold(), "connect_timeout": 10}
    DATABASES["default"]["OPTIONS"] = _OPTIONS | DATABASES["default"].get("OPTIONS", {})
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "directory.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "passnumerique.directory.hashers.BoundedArgon2",
    "django.contrib.auth.hashers.Argon2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_USERNAME_FIELD: str | None = None
ACCOUNT_ADAPTER = "passnumerique.web.sign_in.ByInvitationOnly"
MFA_ADAPTER = "passnumerique.web.sign_in.SecondFactors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Pass Numérique"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"

MAIL = os.environ.get("PASSNUM_MAIL", "off")
"""How e-mail leaves: `off`, `console` (printed, for trials), or `smtp://user:password@host:587`."""
SMS = os.environ.get("PASSNUM_SMS", "off")
"""How text messages leave: `off`, `console`, or the dotted path of a function `(to, text) -> receipt`."""
SMS_FATES = os.environ.get("PASSNUM_SMS_FATES", "off")
"""The dotted path of a function that says what became of receipts: `(receipts) -> {receipt: arrived}`."""
_SERVER = urlsplit(MAIL)
if MAIL not in {"off", "console"} and not (_SERVER.hostname and _SERVER.scheme in {"smtp", "smtps", "smtp+plain"}):
    raise ImproperlyConfigured("PASSNUM_MAIL: off, console, or smtp://user:password@host:port")
EMAIL_HOST = _SERVER.hostname or ""
EMAIL_PORT = _SERVER.port or (465 if _SERVER.scheme == "smtps" else 587)
EMAIL_HOST_USER = unquote(_SERVER.username or "")
EMAIL_HOST_PASSWORD = unquote(_SERVER.password or "")
EMAIL_USE_TLS = _SERVER.scheme == "smtp"
EMAIL_USE_SSL = _SERVER.scheme == "smtps"
EMAIL_TIMEOUT = 20
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"
"""Without a mail server, invitations and new passwords are printed by the server: nothing is lost and
nothing leaves. What is written to the public is not even printed while PASSNUM_MAIL is off."""
DEFAULT_FROM_EMAIL = os.environ.get("PASSNUM_MAIL_FROM", "passnum@localhost")

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Paris"
USE_TZ = True
FORMAT_MODULE_PATH = ["passnumerique.config.formats"]

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "static-root"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = DEBUG

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_AGE = 12 * 3600
SECURE_SSL_REDIRECT = _HTTPS and _flag("PASSNUM_REDIRECT_TO_HTTPS", True)
SECURE_HSTS_SECONDS = 31_536_000 if _HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _flag("PASSNUM_BEHIND_PROXY", False) else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024

MAP_TILES = os.environ.get("PASSNUM_MAP_TILES", "off")
"""Where the public map takes its background from, with {z}, {x} and {y}; `off`: it is drawn here, without any."""
if MAP_TILES != "off" and not all(part in MAP_TILES for part in ("https://", "{z}", "{x}", "{y}")):
    raise ImproperlyConfigured("PASSNUM_MAP_TILES: off, or an address https://… with {z}, {x} and {y}")

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
