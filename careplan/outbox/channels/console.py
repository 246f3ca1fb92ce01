"""Prints what would be sent. For a developer's terminal; production refuses it."""

from __future__ import annotations

import sys

from careplan.outbox.channels.base import Accepted, Outcome, Outgoing


class Console:
    name = "console"

    def send(self, message: Outgoing) -> Outcome:
        sys.stdout.write(f"[{message.key}] {message.subject}\n{message.body}\n")
        return Accepted(f"console {message.id}")

    def close(self) -> None:
        sys.stdout.flush()


CHANNEL = Console
