"""Servers that somebody else runs: can they be reached, with one sentence if not?"""

import socket
from urllib.parse import parse_qs, unquote, urlsplit

import psycopg

from careplan.embedded.refusal import Refusal

WHAT_NOW = " Start it or correct the address; without one a server of its own is used."
BROKERS = ("redis", "rediss", "unix", "valkey", "valkeys")


def require_database(app_url: str, owner_url: str) -> None:
    """Refuse addresses that do not let us in."""
    if not owner_url:
        message = (
            "DATABASE_URL is set and DATABASE_OWNER_URL is not: both are needed,"
            " because only the owner's role makes tables."
        )
        raise Refusal(message)
    for name, url in (("DATABASE_URL", app_url), ("DATABASE_OWNER_URL", owner_url)):
        try:
            psycopg.connect(url, connect_timeout=5).close()
        except (psycopg.Error, ValueError) as error:
            reason = str(error).strip().splitlines()[0].rstrip(".")
            message = f"The database in {name} cannot be reached: {reason}."
            raise Refusal(message + WHAT_NOW) from error


def require_broker(url: str) -> None:
    """Refuse an address at which nothing listens."""
    parts = urlsplit(url)
    if parts.scheme not in BROKERS:
        message = "REDIS_URL is no address of a server: redis://localhost:6379 is one."
        raise Refusal(message + WHAT_NOW)
    try:
        if parts.hostname:
            where = (parts.hostname, parts.port or 6379)
            socket.create_connection(where, timeout=5).close()
        else:
            path = unquote(parts.path) or parse_qs(parts.query).get("path", [""])[0]
            with socket.socket(socket.AF_UNIX) as connection:
                connection.connect(path)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        message = f"The server in REDIS_URL cannot be reached: {reason}."
        raise Refusal(message + WHAT_NOW) from error
