"""Real servers on the loopback that stand in for providers, and a proxy that cuts.

Tests and proofs speak to these over real sockets; nothing is mocked.
"""

from __future__ import annotations

import json
import re
import socket
import threading
from collections import Counter, defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs
from uuid import uuid4

from aiosmtpd.controller import Controller

MESSAGE_ID = re.compile(rb"^Message-ID: <([^@>]+)@", re.M | re.I)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class SmtpSink:
    """An SMTP server that keeps what it accepted, and answers as it is told.

    `scripted` maps an address to the replies it gives, one each try, then 250.
    """

    scripted: dict[str, list[str]] = field(default_factory=dict)
    keep_bodies: bool = True
    port: int = field(default_factory=free_port)
    delivered: Counter[str] = field(default_factory=Counter)
    people: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    mails: list[EmailMessage] = field(default_factory=list)

    @property
    def seconds(self) -> int:
        """How many deliveries repeated one that was there already."""
        return sum(self.delivered.values()) - len(self.delivered)

    @property
    def doubled(self) -> int:
        """What a provider that honours the key would still have shown twice."""
        return sum(len(keys) - 1 for keys in self.people.values())

    def __enter__(self) -> Self:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if replies := self.scripted.get(address):
            return replies.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        named = MESSAGE_ID.search(envelope.content)
        key = named.group(1).decode() if named else "no id"
        self.delivered[key] += 1
        self.people[envelope.rcpt_tos[0]].add(key)
        if self.keep_bodies:
            mail = message_from_bytes(envelope.content, policy=policy.default)
            self.mails.append(mail)  # type: ignore[arg-type]
        return "250 OK"


@dataclass
class Request:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        return {k: v[0] for k, v in parse_qs(self.body.decode()).items()}


@dataclass
class HttpSink:
    """An HTTP server in the shape of a text-message API and of a push service.

    `scripted` replies come first, one a request: a status, or (status, headers, body);
    "hang up" closes the connection without an answer. Then everything is accepted.
    """

    scripted: list[Any] = field(default_factory=list)
    port: int = field(default_factory=free_port)
    requests: list[Request] = field(default_factory=list)
    shown: dict[str, int] = field(default_factory=dict)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        sink = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                sink._answer(self)

            def log_message(self, *_: object) -> None:
                """Silent: a sink is not a log."""

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        # Looks often whether it is to end: else each ending waits half a second.
        serve = partial(self._server.serve_forever, poll_interval=0.02)
        threading.Thread(target=serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        length = int(handler.headers.get("Content-Length", 0))
        headers = {name.lower(): value for name, value in handler.headers.items()}
        request = Request(handler.path, headers, handler.rfile.read(length))
        self.requests.append(request)
        if topic := headers.get("topic"):
            self.shown[topic] = self.shown.get(topic, 0) + 1
        reply = self.scripted.pop(0) if self.scripted else self._accepted()
        if reply == "hang up":
            handler.connection.shutdown(socket.SHUT_RDWR)
            return
        status, extra, body = reply if isinstance(reply, tuple) else (reply, {}, b"{}")
        handler.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **extra}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    def _accepted(self) -> tuple[int, dict[str, str], bytes]:
        sid = f"SM{uuid4().hex}"
        return (
            201,
            {"Location": f"{self.origin}/{sid}"},
            json.dumps({"sid": sid}).encode(),
        )


@dataclass
class CuttingProxy:
    """A TCP proxy that lets a provider accept and then cuts before we hear of it.

    It passes everything on until the far side has said `accepted_by` (for SMTP the
    second "250" after DATA, recognised by the 354 before it); while `cuts_left`, that
    reply is thrown away and both sides are closed.
    """

    target_port: int
    cuts_left: int = 0
    cuts_made: int = 0
    port: int = field(default_factory=free_port)

    def __enter__(self) -> Self:
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", self.port), backlog=128)
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self.target_port))
            threading.Thread(target=_pass_on, args=(near, far), daemon=True).start()
            threading.Thread(target=self._back, args=(far, near), daemon=True).start()

    def _back(self, far: socket.socket, near: socket.socket) -> None:
        in_data = False
        while chunk := _read(far):
            if in_data and chunk.startswith(b"250") and self._take_cut():
                break
            in_data = chunk.startswith(b"354")
            if not _write(near, chunk):
                break
        _close(far, near)

    def _take_cut(self) -> bool:
        with self._lock:
            if not self.cuts_left:
                return False
            self.cuts_left -= 1
            self.cuts_made += 1
            return True


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    while chunk := _read(source):
        if not _write(target, chunk):
            break
    _close(source, target)


def _read(source: socket.socket) -> bytes:
    try:
        return source.recv(65_536)
    except OSError:
        return b""


def _write(target: socket.socket, chunk: bytes) -> bool:
    try:
        target.sendall(chunk)
    except OSError:
        return False
    return True


def _close(*ends: socket.socket) -> None:
    for end in ends:
        with suppress(OSError):  # already gone
            end.shutdown(socket.SHUT_RDWR)
        end.close()
