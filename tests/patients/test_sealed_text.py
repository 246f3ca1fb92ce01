"""E8: text opens only in its own row, with its own patient's key."""

import pytest

from careplan.common.crypto import CannotOpen, KeyRing

RING = KeyRing({"new": b"n" * 32, "old": b"o" * 32}, "new")


def test_a_sealed_value_opens_in_its_place():
    sealed = RING.seal("grüße".encode(), place="a/b/1/2")
    assert RING.open(sealed, place="a/b/1/2").decode() == "grüße"


def test_a_value_copied_to_another_row_does_not_open():
    sealed = RING.seal(b"words", place="a/b/1/2")
    with pytest.raises(CannotOpen):
        RING.open(sealed, place="a/b/9/2")


def test_a_value_sealed_with_an_older_key_still_opens():
    sealed = KeyRing(RING.keys, "old").seal(b"words", place="p")
    assert RING.open(sealed, place="p") == b"words"


def test_a_destroyed_key_opens_nothing():
    sealed = RING.seal(b"words", place="p")
    with pytest.raises(CannotOpen):
        KeyRing({"old": b"o" * 32}, "old").open(sealed, place="p")
