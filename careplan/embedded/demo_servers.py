"""The demo's database and broker, and the settings that lead its processes to them."""

import base64
import contextlib
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from careplan.embedded import reach
from careplan.embedded.postgres import Postgres
from careplan.embedded.progress import say
from careplan.embedded.valkey import Valkey

ROOT = Path(__file__).resolve().parent.parent.parent
HOME = Path(os.environ.get("CAREPLAN_STATE", ROOT / ".state")) / "demo"
ROLES = ROOT / "careplan" / "common" / "sql" / "roles.sql"


@dataclass(frozen=True)
class Servers:
    """Addresses of database and broker; the embedded ones if nobody named others."""

    app_url: str
    owner_url: str
    redis_url: str


def start(cleanup: contextlib.ExitStack) -> Servers:
    """Start the servers nobody named, and have `cleanup` stop them."""
    app_url, owner_url = _database(cleanup)
    return Servers(app_url, owner_url, _broker(cleanup))


def _database(cleanup: contextlib.ExitStack) -> tuple[str, str]:
    if app_url := os.environ.get("DATABASE_URL", ""):
        owner_url = os.environ.get("DATABASE_OWNER_URL", "")
        reach.require_database(app_url, owner_url)
        say("PostgreSQL: the one in DATABASE_URL.")
        return app_url, owner_url
    database = Postgres(HOME / "postgres", durable=True)
    cleanup.callback(_stop_server, "PostgreSQL", database)
    say(f"PostgreSQL: {'started' if database.start() else 'found running'}.")
    database.prepare("careplan", ROLES)
    return (
        database.url("careplan_app", "careplan"),
        database.url("careplan_owner", "careplan"),
    )


def _broker(cleanup: contextlib.ExitStack) -> str:
    if url := os.environ.get("REDIS_URL", ""):
        reach.require_broker(url)
        say("Valkey: the one in REDIS_URL.")
        return url
    broker = Valkey(HOME / "valkey", durable=True)
    cleanup.callback(_stop_server, "Valkey", broker)
    say(f"Valkey: {'started' if broker.start() else 'found running'}.")
    return broker.url()


def _stop_server(name: str, server: Postgres | Valkey) -> None:
    server.stop()
    say(f"Stopped {name}.")


def environment(servers: Servers, address: str) -> dict[str, str]:
    """Settings of the demo's web, worker and beat: safe ones, but over http."""
    return {
        **{k: v for k, v in os.environ.items() if k not in ("DEBUG", "EMAIL_URL")},
        **_keys(),
        "DJANGO_SETTINGS_MODULE": "careplan.settings",
        "DEMO": "1",
        "CAREPLAN_DEMO_HOME": str(HOME),
        "STATIC_ROOT": str(HOME / "static"),
        "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]",
        "SITE_ADDRESS": address,
        "DATABASE_URL": servers.app_url,
        "DATABASE_OWNER_URL": "",
        "REDIS_URL": servers.redis_url,
        "EMAIL_HOST": "127.0.0.1",
        "PYTHONUNBUFFERED": "1",
    }


def _keys() -> dict[str, str]:
    """Give the demo's keys, made once: without them its data could not be read again."""
    file = HOME / "keys.json"
    if not file.exists():
        made = {
            "SECRET_KEY": secrets.token_urlsafe(64),
            "CAREPLAN_IDENTITY_KEY": secrets.token_urlsafe(48),
            "CAREPLAN_FIELD_KEYS": "demo:"
            + base64.b64encode(secrets.token_bytes(32)).decode(),
        }
        file.touch(mode=0o600)
        file.write_text(json.dumps(made), encoding="utf-8")
    return dict(json.loads(file.read_text(encoding="utf-8")))
