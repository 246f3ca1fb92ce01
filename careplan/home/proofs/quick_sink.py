"""An SMTP sink that leaves the machine to what is measured.

The same counting as `SmtpSink`, over the same protocol on a real socket, but without
its parsing of what nobody here says: a provider stands on a machine of its own, and at
a hundred thousand mails its share of two cores would be a large part of the run.
"""

from __future__ import annotations

import asyncio
import re
import threading
from typing import Self, cast

from careplan.home.proofs.sinks import MESSAGE_ID, SmtpSink

ADDRESS = re.compile(rb"TO:\s*<([^>]*)>", re.I)
END_OF_DATA = b"\r\n.\r\n"


class QuickSmtpSink(SmtpSink):
    """Accepts all, one recipient a mail, and keeps who was sent which Message-ID."""

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        listening = threading.Event()
        self._thread = threading.Thread(
            target=self._serve, args=(listening,), daemon=True
        )
        self._thread.start()
        listening.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _serve(self, listening: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(
            self._loop.create_server(lambda: _Talk(self), "127.0.0.1", self.port)
        )
        listening.set()
        self._loop.run_forever()
        server.close()

    def accept(self, recipient: str, mail: bytes) -> None:
        """Count one mail; from here on it is delivered."""
        named = MESSAGE_ID.search(mail)
        key = named.group(1).decode() if named else "no id"
        self.delivered[key] += 1
        self.people[recipient].add(key)


class _Talk(asyncio.Protocol):
    """One connection: lines until DATA, then a mail until its lone dot."""

    def __init__(self, sink: QuickSmtpSink) -> None:
        self._sink, self._read, self._in_data, self._to = sink, b"", False, ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._out = cast("asyncio.Transport", transport)
        self._out.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self._read += data
        while (self._in_data and self._mail()) or (not self._in_data and self._line()):
            pass

    def _mail(self) -> bool:
        mail, ended, rest = self._read.partition(END_OF_DATA)
        if not ended:
            return False
        self._read, self._in_data = rest, False
        self._sink.accept(self._to, mail)
        self._out.write(b"250 OK\r\n")
        return True

    def _line(self) -> bool:
        line, ended, rest = self._read.partition(b"\r\n")
        if not ended:
            return False
        self._read = rest
        self._answer(line)
        return True

    def _answer(self, line: bytes) -> None:
        verb = line[:4].upper()
        if verb == b"RCPT" and (found := ADDRESS.search(line)):
            self._to = found.group(1).decode()
        self._in_data = verb == b"DATA"
        if verb == b"QUIT":
            self._out.write(b"221 bye\r\n")
            self._out.close()
        else:
            self._out.write(b"354 go on\r\n" if self._in_data else b"250 OK\r\n")
