"""A mail of plain words, written down at once.

Django's own way builds a tree for parts and encodings and folds each header by its
grammar: more work than all the rest of a delivery. Ours has one part and a dozen
headers, most of them the same in each mail. What comes out means the same.
"""

from __future__ import annotations

import re
from email.utils import formatdate
from functools import lru_cache

from django.core.mail import EmailMessage
from django.core.mail.message import RFC5322_EMAIL_LINE_LENGTH_LIMIT as LONGEST_LINE
from django.core.mail.message import forbid_multi_line_headers

OURS = frozenset({"Message-ID", "List-Unsubscribe"})
LINE_END = re.compile(r"\r\n|\r|\n")


class PlainMail(EmailMessage):
    """An e-mail without attachments. A provider's own backend reads its fields; the
    SMTP backend takes it as `message()` writes it."""

    def message(self) -> Written:  # type: ignore[override]
        if not self._is_plain():
            return super().message()  # type: ignore[return-value]
        headers = {
            "MIME-Version": "1.0",
            "Content-Type": 'text/plain; charset="utf-8"',
            "Content-Transfer-Encoding": "7bit" if self.body.isascii() else "8bit",
            "Subject": self.subject,
            "From": self.from_email,
            "To": ", ".join(self.to),
            "Date": formatdate(),
            **self.extra_headers,
        }
        lines = [f"{name}: {_value(name, said)}" for name, said in headers.items()]
        return Written("\n".join([*lines, "", str(self.body)]))

    def _is_plain(self) -> bool:
        """No line is so long that it has to be encoded to be carried."""
        lines = LINE_END.split(str(self.body))
        return all(len(line.encode()) <= LONGEST_LINE for line in lines)


class Written:
    """A mail as it goes over the line."""

    def __init__(self, text: str) -> None:
        self._text = text

    def as_bytes(self, *, linesep: str = "\n") -> bytes:
        return (linesep.join(LINE_END.split(self._text)) + linesep).encode()

    def get_charset(self) -> None:
        """What the backend for a developer's terminal asks: nothing unusual."""


def _value(name: str, said: object) -> str:
    """A header's words, safe to send; an unusual one as Django would encode it."""
    words = str(said)
    if name in OURS:
        return _bare(words)  # made by us, another each time
    return _encoded(name, words)


def _bare(words: str) -> str:
    if not (words.isascii() and words.isprintable()):
        raise ValueError("a header of ours is plain ASCII")
    return words


@lru_cache(maxsize=1024)
def _encoded(name: str, words: str) -> str:
    return str(forbid_multi_line_headers(name, words, "utf-8")[1])
