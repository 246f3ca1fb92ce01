"""A real SMTP server on loopback that keeps what it is given: the demo's mailbox.

    python -m careplan.embedded.mail_sink FD FOLDER

listens on the socket that was handed over as FD and writes one .eml file a message.
"""

import asyncio
import socket
import sys
import time
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session


class Keeper:
    """Writes each message under a name that sorts by arrival."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._folder.mkdir(parents=True, exist_ok=True)

    async def handle_DATA(
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Keep one message; the sender is told only when it is whole on the disk."""
        name = f"{time.time_ns():020d}"
        recipients = ", ".join(envelope.rcpt_tos)
        head = f"X-Envelope-To: {recipients}\r\n".encode()
        half = self._folder / f"{name}.part"
        half.write_bytes(head + (envelope.original_content or b""))
        half.rename(self._folder / f"{name}.eml")
        return "250 Kept"


async def serve(listener: socket.socket, folder: Path) -> None:
    """Answer until the process is stopped."""
    keeper = Keeper(folder)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(keeper, enable_SMTPUTF8=True, hostname="localhost"), sock=listener
    )
    await server.serve_forever()


if __name__ == "__main__":
    descriptor, kept_in = sys.argv[1:]
    asyncio.run(serve(socket.socket(fileno=int(descriptor)), Path(kept_in)))
