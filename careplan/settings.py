"""Settings, all from the environment. Nothing unsafe has a default: a missing value
refuses to start unless DEBUG was set on purpose. `careplan.common.checks` looks at
the rest."""

import base64
import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from careplan.common.contentpolicy import content_security_policy
from careplan.common.postgresql.address import database

BASE_DIR = Path(__file__).resolve().parent.parent


def env(name: str, default: str | None = None) -> str:
    """Read a setting; NAME_FILE names a file that holds it instead."""
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text().strip()
    value = os.environ.get(name, default)
    if value is None:
        message = f"{name} is not set. See .env.example for what it should hold."
        raise ImproperlyConfigured(message)
    return value


def flag(name: str, default: str = "0") -> bool:
    """Read a yes or no."""
    return env(name, default).lower() in {"1", "true", "yes", "on"}


def listed(name: str, default: str = "") -> list[str]:
    """Read a comma-separated list."""
    return [part.strip() for part in env(name, default).split(",") if part.strip()]


def field_keys(text: str) -> dict[str, bytes]:
    """Read "id:base64,id:base64", newest first, each 32 bytes."""
    pairs = (part.split(":", 1) for part in text.split(",") if part)
    return {name.strip(): base64.b64decode(value) for name, value in pairs}


DEBUG = flag("DEBUG")
DEMO = flag("DEMO")
SECRET_KEY = env("SECRET_KEY")
IDENTITY_KEY = env("CAREPLAN_IDENTITY_KEY")
FIELD_KEYS = field_keys(env("CAREPLAN_FIELD_KEYS"))
ALLOWED_HOSTS = listed("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = listed("CSRF_TRUSTED_ORIGINS")
SITE_ADDRESS = env("SITE_ADDRESS", "http://localhost:8000")

DATABASES = {"default": database(env("DATABASE_URL"))}
# Migrations connect as the owner of the tables; see the `migrate` command.
DATABASE_OWNER_URL = env("DATABASE_OWNER_URL", "")
# The one role that may erase records (`manage.py erase_records`).
DATABASE_ERASE_URL = env("DATABASE_ERASE_URL", "")
REDIS_URL = env("REDIS_URL")

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django.forms",
    "crispy_forms",
    "django_htmx",
    "csp",
    "careplan.common",
    "patients",
    "careplan.outbox",
    "careplan.plan",
    "careplan.team",
    "journal",
    "careplan.checkins",
    "careplan.review",
    "careplan.home",
]

MIDDLEWARE = [
    "careplan.common.http.Headers",
    "patients.middleware.UnhurriedMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "careplan.common.http.Throttling",
    "patients.middleware.SessionMiddleware",
    "patients.middleware.IdentityMiddleware",
    "patients.middleware.SecondFactorMiddleware",
    "patients.middleware.SignInMiddleware",
]

ROOT_URLCONF = "careplan.urls"
WSGI_APPLICATION = "careplan.wsgi.application"
# The plan may not read the journal; the room above it that may is named here.
SIGNS_THAT_SHOW = "careplan.review.own_signs.showing"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "careplan.common.context.look",
            ],
            "libraries": {"i18n": "careplan.common.templatetags.fixed_words"},
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CSRF_FAILURE_VIEW = "careplan.common.http.csrf_failure"
CRISPY_TEMPLATE_PACK = "care"
CRISPY_ALLOWED_TEMPLATE_PACKS = ("care",)
CRISPY_FAIL_SILENTLY = False

# E-mail is unique whatever its case: a constraint over Lower("email"), which W004 does
# not read. The tags loaded as `i18n` are ours in place of Django's, as is meant (W003).
SILENCED_SYSTEM_CHECKS = ["auth.W004", "templates.W003"]

# --- Signing in -------------------------------------------------------------
AUTH_USER_MODEL = "patients.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"patients.passwords.{name}"}
    for name in ("LongEnough", "NotKnown", "NotAboutYou")
]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
# Where "Leave this page" goes: a page that says nothing about us.
QUICK_EXIT_TO = env("QUICK_EXIT_TO", "https://www.bbc.co.uk/weather")
ACCOUNT_ADAPTER = "patients.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
# Mandatory, because only then sign-up answers alike for known and unknown addresses.
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PREVENT_ENUMERATION = True
# Seconds of which such an answer takes a whole number: several times its work.
ANSWERS_TAKE = {"account_reset_password": 0.5, "account_signup": 1.0}
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_FORMS = {
    "login": "patients.forms.signin.SignInForm",
    "signup": "patients.forms.signin.SignUpForm",
    "confirm_email_verification_code": "patients.forms.signin.SignUpCodeForm",
    "add_email": "patients.forms.signin.NewAddressForm",
    "change_email": "patients.forms.signin.CorrectAddressForm",
    "reset_password": "patients.forms.signin.ResetForm",
    "reset_password_from_key": "patients.forms.signin.ResetKeyForm",
    "change_password": "patients.forms.signin.ChangePasswordForm",
    "set_password": "patients.forms.signin.SetPasswordForm",
    "reauthenticate": "patients.forms.signin.AgainForm",
}
ACCOUNT_RATE_LIMITS = {
    "login_failed": "20/5m/ip,5/5m/key",
    "confirm_email": "5/10m/key",
}
ALLAUTH_TRUSTED_PROXY_COUNT = int(env("TRUSTED_PROXIES", "0"))
PASSWORD_RESET_TIMEOUT = 1800
MFA_ADAPTER = "patients.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "authenticate": "patients.forms.signin.CodeForm",
    "reauthenticate": "patients.forms.signin.AgainCodeForm",
    "activate_totp": "patients.forms.signin.AddAppForm",
    "add_webauthn": "patients.forms.signin.AddPasskeyForm",
    "edit_webauthn": "patients.forms.signin.RenamePasskeyForm",
}
USERSESSIONS_TRACK_ACTIVITY = False  # our own middleware keeps the clocks
# Limits on sign-in are counted in PostgreSQL: they hold over several web processes,
# and without Valkey.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "patients_cache",
    }
}

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_COOKIES = SITE_ADDRESS.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_COOKIES
SESSION_COOKIE_NAME = "__Host-session" if SECURE_COOKIES else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE_COOKIES else "csrf"
CSRF_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = SECURE_COOKIES and not DEMO
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_COOKIES else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_COOKIES
# Not "no-referrer": with it browsers send "Origin: null" with our own forms, and every
# one of them is refused as forged. Other sites still get nothing.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {"DIRECTIVES": content_security_policy()}

# --- Words, time, files -----------------------------------------------------
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LOCALE_PATHS = [BASE_DIR / "careplan" / "locale"]
USE_I18N = True
TIME_ZONE = "UTC"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
STATIC_URL = "/static/"
STATIC_ROOT = Path(env("STATIC_ROOT", str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"] if (BASE_DIR / "static").is_dir() else []
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if not DEBUG
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# --- E-mail -----------------------------------------------------------------
EMAIL_BACKEND = env("EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
EMAIL_HOST = env("EMAIL_HOST", "localhost")
EMAIL_PORT = int(env("EMAIL_PORT", "25"))
EMAIL_HOST_USER = env("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = flag("EMAIL_USE_TLS")
EMAIL_TIMEOUT = 20
# Neutral on purpose: a stranger who sees it learns nothing (security.md C1).
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", "Your reminders <hello@localhost>")

# --- Text messages and pushes: off without keys; tried on the loopback only --
SMS_API_BASE = env("SMS_API_BASE", "https://api.twilio.com")
SMS_ACCOUNT = env("SMS_ACCOUNT", "")
SMS_TOKEN = env("SMS_TOKEN", "")
SMS_FROM = env("SMS_FROM", "")
SMS_TIMEOUT = 15
PUSH_PRIVATE_KEY = env("PUSH_PRIVATE_KEY", "")
PUSH_PUBLIC_KEY = env("PUSH_PUBLIC_KEY", "")
OUTBOX_LANES = int(env("OUTBOX_LANES", "2"))  # batches in flight a channel
OUTBOX_LEASE_SECONDS = int(env("OUTBOX_LEASE_SECONDS", "60"))
METRICS_TOKEN = env("METRICS_TOKEN", "")  # /metrics answers 404 without one

# --- Tasks: Celery only wakes up, PostgreSQL remembers ------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 300,
    # Look for what a lost worker held every 10 seconds, not every 100.
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "unacked_restore_limit": 1000,
    "polling_interval": 1,
}
CELERY_TIMEZONE = "UTC"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", "INFO")},
}
