"""One HTTP POST that knows how far it came: the question every provider call asks.

http.client and not a fuller library, because "was the request already on its way?"
decides between trying again and never again. No redirect is ever followed.
"""

from __future__ import annotations

import http.client
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

LONGEST_ANSWER = 64_000


class NotReached(Exception):
    """No connection was made: surely nothing was delivered."""


class Ambiguous(Exception):
    """The request was on its way and no answer came: perhaps delivered."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    def retry_after(self, now: datetime) -> timedelta | None:
        """Retry-After in seconds or as a date; None when absent or unreadable."""
        wish = self.headers.get("retry-after", "").strip()
        if wish.isdigit():
            return timedelta(seconds=int(wish))
        try:
            at = parsedate_to_datetime(wish)
        except ValueError:
            return None
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        return max(timedelta(), at - now)


def post(
    url: str, *, body: bytes, headers: dict[str, str], timeout: float = 15
) -> Answer:
    """POST and read the answer. Raises NotReached or Ambiguous, nothing else."""
    connection = _connected(url, timeout)
    parts = urlsplit(url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("POST", path or "/", body=body, headers=headers)
        response = connection.getresponse()
        read = response.read(LONGEST_ANSWER)
    except (OSError, http.client.HTTPException) as error:
        raise Ambiguous(type(error).__name__) from error
    finally:
        connection.close()
    lowered = {name.lower(): value for name, value in response.getheaders()}
    return Answer(response.status, lowered, read)


def _connected(url: str, timeout: float) -> http.client.HTTPConnection:
    parts = urlsplit(url)
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        connection = http.client.HTTPSConnection(
            parts.hostname or "",
            parts.port,
            timeout=timeout,
            context=ssl.create_default_context(),
        )
    else:
        connection = http.client.HTTPConnection(
            parts.hostname or "", parts.port, timeout=timeout
        )
    try:
        connection.connect()
    except OSError as error:
        raise NotReached(type(error).__name__) from error
    return connection
