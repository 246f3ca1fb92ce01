"""The mails that the demo's SMTP server has kept, newest first."""

import email
import os
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Mail:
    """One message as it arrived."""

    name: str
    to: str
    subject: str
    sent_at: datetime | None
    text: str


def home() -> Path:
    """Give the folder in which the demo keeps its things."""
    return Path(os.environ["CAREPLAN_DEMO_HOME"])


def newest(count: int = 100) -> list[Mail]:
    """Read the last `count` mails."""
    files = sorted((home() / "mail").glob("*.eml"), reverse=True)[:count]
    return [_read(file) for file in files]


def one(name: str) -> Mail | None:
    """Read one mail by its name, which is a number, or give None."""
    file = home() / "mail" / f"{name}.eml"
    return _read(file) if name.isdigit() and file.exists() else None


def _read(file: Path) -> Mail:
    message = email.message_from_bytes(file.read_bytes(), policy=default)
    date = message["Date"]
    return Mail(
        name=file.stem,
        to=str(message["X-Envelope-To"] or message["To"] or ""),
        subject=str(message["Subject"] or ""),
        sent_at=parsedate_to_datetime(str(date)) if date else None,
        text=_text(message),
    )


def _text(message: EmailMessage) -> str:
    part = message.get_body(("plain", "html"))
    return str(part.get_content()) if part else ""
