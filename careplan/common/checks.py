"""Settings that Careplan refuses to start with, each with a sentence that says why.

They run with every management command (`manage.py check` shows them alone) and when a
web process, a worker or beat starts: a bad deployment stays down rather than open
(security.md F11).
"""

import ipaddress
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connection
from django.db.utils import OperationalError

Problem = tuple[str, str]

SHORTEST_SECRET = 50  # characters, Django's own measure
SHORTEST_IDENTITY_KEY = 32
FIELD_KEY_BYTES = 32
SILENT_MAIL = ("console", "dummy", "filebased", "locmem")
ENCRYPTED = ("require", "verify-ca", "verify-full")


def register_all() -> None:
    """Tell Django about the checks; called once, when the apps are ready."""
    register(settings_are_safe, Tags.security)
    register(role_is_harmless, Tags.database)


def settings_are_safe(
    app_configs: Sequence[AppConfig] | None = None, **options: Any
) -> list[CheckMessage]:
    """Give an error for every unsafe setting."""
    rules: tuple[Callable[[], Iterator[Problem]], ...] = (
        _exposure,
        _keys,
        _database,
        _broker,
        _cookies,
        _mail,
    )
    return [
        Error(sentence, id=f"careplan.{code}")
        for rule in rules
        for code, sentence in rule()
    ]


def role_is_harmless(
    app_configs: Sequence[AppConfig] | None = None,
    databases: Sequence[str] | None = None,
    **options: Any,
) -> list[CheckMessage]:
    """Give an error for each power that the database role should not have."""
    if databases is not None and "default" not in databases:
        return []
    return [
        Error(sentence, id=f"careplan.{code}") for code, sentence in _role(_powers())
    ]


def refuse_unsafe_start() -> None:
    """End this process, with its reasons, if anything is unsafe or out of reach."""
    # The role is asked only when the way to the database is safe.
    try:
        found = settings_are_safe() or role_is_harmless()
        sentences = [f"{each.msg} ({each.id})" for each in found]
    except OperationalError as error:
        sentences = [why_no_database(error)]
    finally:
        connection.close()
    if sentences:
        sys.stderr.write("Careplan does not start.\n" + "\n".join(sentences) + "\n")
        raise SystemExit(1)


def why_no_database(error: OperationalError) -> str:
    """Say why the database cannot be used: an unsafe setting first, else its words."""
    if unsafe := settings_are_safe():
        return "\n".join(f"({each.id}) {each.msg}" for each in unsafe)
    reason = str(error).strip().splitlines()[0]
    return f"The database in DATABASE_URL cannot be used: {reason}"


def _exposure() -> Iterator[Problem]:
    beyond = [host for host in settings.ALLOWED_HOSTS if not _is_here(host)]
    if settings.DEBUG and (beyond or settings.SITE_ADDRESS.startswith("https:")):
        yield (
            "E001",
            "DEBUG is on for an address beyond this machine: error pages would show"
            " records. Unset DEBUG.",
        )
    if settings.DEMO and beyond:
        yield (
            "E002",
            "DEMO is on for an address beyond this machine: it publishes its people's"
            " passwords. Unset DEMO.",
        )
    if not settings.DEBUG and not settings.ALLOWED_HOSTS:
        yield (
            "E003",
            "ALLOWED_HOSTS is empty: name the host that people type, such as"
            " care.example.org.",
        )
    if "*" in settings.ALLOWED_HOSTS:
        yield (
            "E004",
            "ALLOWED_HOSTS holds '*', so any site could pose as this one in a link."
            " Name the hosts.",
        )


def _keys() -> Iterator[Problem]:
    if settings.DEBUG:
        return
    secret, identity = settings.SECRET_KEY, settings.IDENTITY_KEY
    if len(secret) < SHORTEST_SECRET or _is_example(secret):
        yield (
            "E005",
            f"SECRET_KEY is shorter than {SHORTEST_SECRET} characters or an example."
            " Make one as .env.example says.",
        )
    if len(identity) < SHORTEST_IDENTITY_KEY or _is_example(identity):
        yield (
            "E006",
            f"CAREPLAN_IDENTITY_KEY is shorter than {SHORTEST_IDENTITY_KEY} characters"
            " or an example. Make one as .env.example says.",
        )
    if secret and secret == identity:
        yield (
            "E007",
            "CAREPLAN_IDENTITY_KEY is the same as SECRET_KEY: one leak would open both"
            " locks. Make a second one.",
        )
    keys = settings.FIELD_KEYS.values()
    if not keys or any(len(key) != FIELD_KEY_BYTES or not any(key) for key in keys):
        yield (
            "E008",
            "CAREPLAN_FIELD_KEYS holds no usable key: journal text is encrypted with a"
            f" key of {FIELD_KEY_BYTES} random bytes.",
        )


def _database() -> Iterator[Problem]:
    database: dict[str, Any] = dict(settings.DATABASES["default"])
    mode = database.get("OPTIONS", {}).get("sslmode", "")
    if not _is_here(database["HOST"]) and mode not in ENCRYPTED:
        yield (
            "E009",
            "DATABASE_URL leads beyond this machine without TLS: records would cross"
            " the network in the clear. Add ?sslmode=verify-full.",
        )


def _broker() -> Iterator[Problem]:
    parts = urlsplit(settings.REDIS_URL)
    if "socket" in parts.scheme or parts.scheme == "unix" or _is_here(parts.hostname):
        return
    if not parts.password:
        yield (
            "E010",
            "REDIS_URL leads beyond this machine without a password: anyone there could"
            " give orders to the workers. Set one.",
        )
    if parts.scheme != "rediss":
        yield (
            "E011",
            "REDIS_URL leads beyond this machine without TLS. Begin it with rediss://.",
        )


def _cookies() -> Iterator[Problem]:
    if settings.DEBUG or settings.DEMO:
        return
    safe = settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE
    if not settings.SITE_ADDRESS.startswith("https://") or not safe:
        yield (
            "E012",
            "SITE_ADDRESS does not begin with https://, so sign-in cookies would cross"
            " the network in the clear.",
        )


def _mail() -> Iterator[Problem]:
    if settings.DEBUG or settings.DEMO:
        return
    kind = settings.EMAIL_BACKEND.rpartition("backends.")[2].partition(".")[0]
    if kind in SILENT_MAIL:
        yield (
            "E013",
            "EMAIL_BACKEND sends nothing: reminders and sign-in mails would be lost"
            " without a word. Use the SMTP one.",
        )
    encrypted = settings.EMAIL_USE_TLS or getattr(settings, "EMAIL_USE_SSL", False)
    if kind == "smtp" and not encrypted and not _is_here(settings.EMAIL_HOST):
        yield (
            "E014",
            "EMAIL_HOST is beyond this machine and EMAIL_USE_TLS is off: sign-in links"
            " would cross the network in the clear.",
        )


def _powers() -> tuple[bool, bool, bool]:
    """Ask what the role may do: superuser, past row security, owner of tables."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, rolbypassrls,"
            " EXISTS (SELECT FROM pg_tables"
            "  WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
            "  AND pg_has_role(current_user, tableowner, 'MEMBER'))"
            " OR EXISTS (SELECT FROM pg_roles AS owner"
            "  WHERE owner.rolname = 'careplan_owner'"
            "  AND pg_has_role(current_user, owner.oid, 'MEMBER'))"
            " FROM pg_roles WHERE rolname = current_user"
        )
        superuser, bypasses, owns = cursor.fetchone()
    return superuser, bypasses, owns


def _role(powers: tuple[bool, bool, bool]) -> Iterator[Problem]:
    superuser, bypasses, owns = powers
    if superuser:
        yield (
            "E020",
            "DATABASE_URL signs in as a superuser, whom row security does not bind. Use"
            " careplan_app.",
        )
    elif bypasses:
        yield (
            "E021",
            "DATABASE_URL signs in as a role with BYPASSRLS, whom row security does not"
            " bind. Use careplan_app.",
        )
    elif owns:
        yield (
            "E022",
            "DATABASE_URL signs in as the owner of the tables, who could take row"
            " security off. Use careplan_app; DATABASE_OWNER_URL is for migrations.",
        )


def _is_here(host: str | None) -> bool:
    """Say whether a host is this machine: loopback, or a socket's folder."""
    if not host or host.startswith("/") or host in ("localhost", "testserver"):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _is_example(secret: str) -> bool:
    plain = secret.lower()
    return (
        plain.startswith(("django-insecure", "change", "only-for", "example"))
        or len(set(plain)) < 5
    )
