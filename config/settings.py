"""All settings, one file. What an installation changes comes from the environment, as TANGGAP_…:

TANGGAP_DATA            where everything that lasts is kept            var/desk
TANGGAP_CONTENT         the folder that calendar files are dropped in  content
TANGGAP_PUBLIC_URL      the desk's own address; https turns the strict settings on   http://127.0.0.1:8000
TANGGAP_SANDBOX         address of the platforms' stand-in; empty: the real platforms
TANGGAP_GRAPH_VERSION   of Meta's interface; each lives about two years        v26.0
TANGGAP_POLL_SECONDS    how often an account is read                   60
TANGGAP_THANKS_PAUSE    seconds in which a thank-you can be stopped    300
TANGGAP_SPACING         seconds between an account's posts that are overdue (after an outage, a pause)   20
TANGGAP_SENDERS         accounts for which one worker sends at the same time   8
TANGGAP_EMAIL_HOST      the mail server that the desk writes by, with _PORT (587), _USER, _PASSWORD (or _PASSWORD_FILE)
                        and _SECURITY (starttls, ssl or none); empty: no mail leaves (the demo keeps it as files)
TANGGAP_EMAIL_FROM      whom the desk's mail comes from                        tanggap@<host of TANGGAP_PUBLIC_URL>
TANGGAP_NOTICES_INSIDE  1: notices may go to addresses of this very machine    0
TANGGAP_YOUTUBE_UNITS   units of calls a day that Google gives the project     10000
TANGGAP_YOUTUBE_UPLOADS films a day that Google gives the project              100
TANGGAP_INSTAGRAM_POSTS posts within 24 hours, where Instagram does not tell   50
TANGGAP_X_POSTS         posts within 30 days that the office wants to pay for; empty: as many as there are
TANGGAP_SETTLE          seconds a dropped file must rest before it is read            5
TANGGAP_POSTGRES_HOST   PostgreSQL instead of SQLite, with _PORT, _DB, _USER, _PASSWORD (or _PASSWORD_FILE)
TANGGAP_POSTGRES_POOLED 1: a pooler in transaction mode (PgBouncer) stands before it              0
TANGGAP_REDIS           Celery's broker; empty: in the worker's memory (one machine)
TANGGAP_EXPORT_DAYS     how long a register or folder that was made can be fetched, in days   30
TANGGAP_RECORDS_KEY     seals the chains of cases: keep it as long as the records   made from the encryption key
TANGGAP_ALIVE           folder of this machine's signs of life (config/healthy.py)    a temporary one
TANGGAP_DEBUG           1 while developing
"""

import hmac
import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

import django_stubs_ext
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from config.keys import kept_key, secret

django_stubs_ext.monkeypatch()  # lets `ModelAdmin[Office]` and the like be written at run time, too

BASE_DIR = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("TANGGAP_DATA", BASE_DIR / "var" / "desk")).resolve()
DATA.mkdir(parents=True, exist_ok=True, mode=0o700)

DEBUG = os.environ.get("TANGGAP_DEBUG") == "1"
SECRET_KEY = secret("TANGGAP_SECRET_KEY") or kept_key(DATA / "secret.key")
ENCRYPTION_KEY = secret("TANGGAP_ENCRYPTION_KEY") or kept_key(DATA / "encryption.key")
"""Seals what platforms let us in with (`offices/sealed.py`). Lost: every account must sign in again."""

RECORDS_KEY = secret("TANGGAP_RECORDS_KEY") or hmac.digest(ENCRYPTION_KEY.encode(), b"records", "sha256").hex()
"""Seals the chains of cases (`moderation/records/chain.py`). Changed: no chain made before can be verified."""

PUBLIC_URL = os.environ.get("TANGGAP_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
_public = urlsplit(PUBLIC_URL)
ALLOWED_HOSTS = [_public.hostname or "127.0.0.1", "127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

# --- Tanggap's own
SANDBOX_URL = os.environ.get("TANGGAP_SANDBOX", "").rstrip("/")
GRAPH_VERSION = os.environ.get("TANGGAP_GRAPH_VERSION", "v26.0")
CONTENT_ROOT = Path(os.environ.get("TANGGAP_CONTENT", BASE_DIR / "content")).resolve()
MEDIA_FOLDER = "media"  # pictures, inside CONTENT_ROOT or an office's folder in it
EVIDENCE_ROOT = DATA / "evidence"
EXPORT_ROOT = DATA / "exports"
EXPORT_DAYS = float(os.environ.get("TANGGAP_EXPORT_DAYS", "30"))
POLL_SECONDS = float(os.environ.get("TANGGAP_POLL_SECONDS", "60"))
THANKS_PAUSE_SECONDS = float(os.environ.get("TANGGAP_THANKS_PAUSE", "300"))
SPACING_SECONDS = float(os.environ.get("TANGGAP_SPACING", "20"))
SENDERS = int(os.environ.get("TANGGAP_SENDERS", "8"))
SETTLE_SECONDS = float(os.environ.get("TANGGAP_SETTLE", "5"))
DEMO = os.environ.get("TANGGAP_DEMO") == "1"
QUOTAS = {
    "youtube": {
        "units_a_day": int(os.environ.get("TANGGAP_YOUTUBE_UNITS") or 10_000),
        "uploads_a_day": int(os.environ.get("TANGGAP_YOUTUBE_UPLOADS") or 100),
    },
    "instagram_graph": {"posts_a_day": int(os.environ.get("TANGGAP_INSTAGRAM_POSTS") or 50)},
    "x": {"posts_a_month": int(os.environ.get("TANGGAP_X_POSTS") or 0)},
}
"""What each platform allows an account within a time, where it does not tell; 0: no number. An account's page can say
otherwise."""

INSTALLED_APPS = [
    "config",
    "offices",
    "connectors",
    "scheduler",
    "moderation",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "axes",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "config.compressing.PackTextMiddleware",
    "config.static_files.VersionedFilesMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "offices.language.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "offices.middleware.OfficeTimeMiddleware",
    "offices.live.LiveMarkMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "config.views.explain_refused_get",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.desk",
            ],
        },
    }
]

# --- the truth: SQLite on one machine, PostgreSQL on many
POOLED = os.environ.get("TANGGAP_POSTGRES_POOLED") == "1"
if os.environ.get("TANGGAP_POSTGRES_HOST"):
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "HOST": os.environ["TANGGAP_POSTGRES_HOST"],
            "PORT": os.environ.get("TANGGAP_POSTGRES_PORT", "5432"),
            "NAME": os.environ.get("TANGGAP_POSTGRES_DB", "tanggap"),
            "USER": os.environ.get("TANGGAP_POSTGRES_USER", "tanggap"),
            "PASSWORD": secret("TANGGAP_POSTGRES_PASSWORD"),
            "CONN_MAX_AGE": 3600,  # s; a new one has to be told all statements again
            "CONN_HEALTH_CHECKS": True,
            # A long list is read through a cursor that lives on the server: not where a transaction may meet another.
            "DISABLE_SERVER_SIDE_CURSORS": POOLED,
            # Never by itself, but where it is told to (offices/prepared.py).
            "OPTIONS": {"prepare_threshold": None if POOLED else sys.maxsize},
        }
    }
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA / "desk.sqlite3",
            "CONN_MAX_AGE": 60,
            "OPTIONS": {
                # A transaction takes the write lock at its start: it waits there (20 s) instead of failing halfway.
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                # synchronous=FULL: a committed "sending" must survive a power cut, or it would be sent again.
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-8000;",
            },
        }
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- who comes in
AUTH_USER_MODEL = "offices.Officer"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "today"
LOGOUT_REDIRECT_URL = "sign_in"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_RESET_ON_SUCCESS = True
# By name and address together: a stranger who guesses does not lock the officer out.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "config/locked_out.html"
AXES_VERBOSE = False
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
if DEMO:
    # The demo stands beside other local pages on 127.0.0.1, and cookies know no ports.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "tanggap_demo", "tanggap_demo_csrf"

# --- what a browser may do
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "media-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
if _public.scheme == "https":
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^sehat/$"]  # asked from inside, without the proxy
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

# --- mail: questions to officers, notices
EMAIL_HOST = os.environ.get("TANGGAP_EMAIL_HOST", "")
EMAIL_PORT = int(os.environ.get("TANGGAP_EMAIL_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("TANGGAP_EMAIL_USER", "")
EMAIL_HOST_PASSWORD = secret("TANGGAP_EMAIL_PASSWORD")
_security = os.environ.get("TANGGAP_EMAIL_SECURITY", "starttls")
EMAIL_USE_TLS, EMAIL_USE_SSL = _security == "starttls", _security == "ssl"
EMAIL_TIMEOUT = 20  # seconds; a worker's claim outlasts it
DEFAULT_FROM_EMAIL = SERVER_EMAIL = os.environ.get("TANGGAP_EMAIL_FROM", f"tanggap@{_public.hostname or 'localhost'}")
EMAIL_FILE_PATH = DATA / "mail"
EMAIL_READY = bool(EMAIL_HOST) or DEMO
"""Whether mail can leave: else the desk does not offer it."""
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'filebased' if DEMO else 'dummy'}.EmailBackend"
NOTICES_INSIDE = os.environ.get("TANGGAP_NOTICES_INSIDE") == "1"

# --- languages and time: stored in UTC, shown in the office's zone (offices.middleware)
LANGUAGE_CODE = "id"
LANGUAGES = [("id", _("Indonesian")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]
LANGUAGE_COOKIE_HTTPONLY = True
USE_TZ = True
TIME_ZONE = "Asia/Jakarta"

# --- files
STATIC_URL = "/static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.static_files.VersionedStorage"},
}
STATIC_ROOT = DATA / "static"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
MEDIA_ROOT = DATA / "media"
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 60

# --- Celery: it only wakes things up; rows are the truth (config/celery.py holds the timetable)
CELERY_BROKER_URL = os.environ.get("TANGGAP_REDIS", "memory://")
if CELERY_BROKER_URL == "memory://":
    # The memory transport looks for messages once a second by default: 8 tasks a second; at 0.05 s it does 160 and
    # an idle worker hardly turns.
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {"polling_interval": 0.05}
else:
    # A broker that is gone without a word (a cable, a firewall) is noticed in seconds, and waited for for ever.
    CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 5, "socket_timeout": 30, "socket_keepalive": True}
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
# A message is gone once a worker has it: rows are the truth, and a message given out twice would do no good. Held late,
# it would stop a worker whose broker is away (Celery 5.7) or be run twice (5.6).
CELERY_TASK_ACKS_LATE = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1  # what waits, waits where every worker can take it
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_STORE_EAGER_RESULT = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "celery": {"level": "WARNING"},
        # Client libraries log addresses and bodies, and tokens stand in both.
        **{name: {"level": "ERROR"} for name in ("urllib3", "instagrapi", "private_request", "public_request")},
        **{name: {"level": "ERROR"} for name in ("httpx", "httpcore", "pywa")},
        "axes": {"level": "WARNING"},
        "waitress": {"level": "WARNING"},
    },
}
