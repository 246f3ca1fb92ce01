"""Where the embedded servers keep their files, and how processes share a folder."""

import contextlib
import errno
import fcntl
import hashlib
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from careplan.embedded.refusal import Refusal

# A unix socket's path may have 107 bytes on Linux and 103 on macOS; PostgreSQL adds
# "/.s.PGSQL.5432.lock" to the folder's.
LONGEST_SOCKET_FOLDER = 80


def folder(path: Path) -> Path:
    """Make a folder that only its owner may enter; refuse one that cannot be made."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path) as probe:
            probe.write(b"x")
    except OSError as error:
        raise Refusal(_cannot_write(path, error)) from error
    return path


def socket_folder(home: Path) -> Path:
    """Give a folder for sockets: `home`, or a short one in /tmp when that is too long.

    Refuses a folder in /tmp that somebody else made first.
    """
    if len(os.fsencode(home)) <= LONGEST_SOCKET_FOLDER:
        return home
    short = Path("/tmp") / f"careplan-{os.geteuid()}-{fingerprint(home)}"
    short.mkdir(mode=0o700, exist_ok=True)
    found = short.lstat()
    private = stat.S_ISDIR(found.st_mode) and not found.st_mode & 0o077
    if found.st_uid != os.geteuid() or not private:
        message = f"{short} belongs to somebody else; remove it and start again."
        raise Refusal(message)
    return short


def fingerprint(path: Path) -> str:
    """Name a path in ten characters."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:10]


def try_lock(path: Path) -> IO[str] | None:
    """Take a lock that ends with this process, or give None when another holds it."""
    handle = path.open("a+")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.close()
        return None
    return handle


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Wait for a lock and hold it inside the block."""
    with path.open("a+") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _cannot_write(path: Path, error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk is full: nothing more can be written to {path}."
    return f"{path} cannot be written by this user ({error.strerror})."
