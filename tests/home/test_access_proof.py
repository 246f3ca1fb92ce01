"""`manage.py prove access` says that it held only when something was asked."""

import pytest

from careplan.home.proofs import access
from careplan.home.proofs.record import Ask

ASKED = {"test": "a", "cells": 7, "leaks": 0, "passed": True, "seconds": 1, "said": ""}


@pytest.mark.parametrize(
    ("every", "lines", "held"),
    [(0, [], False), (2, [ASKED], False), (1, [ASKED], True)],
    ids=["nothing began", "one is left", "all were asked"],
)
def test_a_table_that_was_not_asked_whole_does_not_hold(
    monkeypatch, every, lines, held
):
    monkeypatch.setattr(access, "_asked", lambda *_: (every, lines))
    ask = Ask(only=("database",), say=lambda _: None)
    assert access.run(ask).held is held
