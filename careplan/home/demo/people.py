"""The demo's invented people and their codes of this moment."""

import json
from dataclasses import dataclass

from allauth.mfa.totp.internal import auth as totp

from careplan.home.demo import mailbox


@dataclass(frozen=True, slots=True)
class Person:
    """One sign-in; `code` is empty for a person without a second factor."""

    name: str
    role: str
    email: str
    password: str
    code: str


def everyone(*, unix_time: float) -> list[Person]:
    """Read who was seeded, with the code that each one's app would show now."""
    file = mailbox.home() / "people.json"
    if not file.exists():
        return []
    rows = json.loads(file.read_text(encoding="utf-8"))
    return [
        Person(
            name=row["name"],
            role=row["role"],
            email=row["email"],
            password=row["password"],
            code=_code(row.get("totp_secret", ""), unix_time),
        )
        for row in rows
    ]


def _code(secret: str, unix_time: float) -> str:
    if not secret:
        return ""
    return totp.format_hotp_value(totp.hotp_value(secret, int(unix_time) // 30))
