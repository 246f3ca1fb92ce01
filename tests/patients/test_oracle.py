"""A2, F5: a small sample of `manage.py prove oracle`: the answers, not the clock."""

import time
from collections import Counter

import pytest
from django.contrib.auth.hashers import get_hasher
from django.core.cache import cache
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from careplan.home.proofs import oracle
from careplan.home.proofs.record import Ask

pytestmark = pytest.mark.django_db(transaction=True)


PAIRS = ["record", "entry", "sign-in", "reset", "sign-up", "invite", "link"]


@pytest.mark.parametrize("what", PAIRS)
def test_there_and_not_there_get_the_same_answer_byte_by_byte(what):
    row = oracle.run(Ask(seed=3, size=4, only=(what,), say=str)).rows[0]
    assert row[2] == 0, row
    # A clock is judged by the long proof; here only that it is not another magnitude.
    there, absent = float(row[3]), float(row[4])
    assert max(there, absent) < 4 * min(there, absent) + 20


@pytest.fixture
def hashed(monkeypatch):
    """Count how often a password is hashed: nothing else takes so long."""
    made, kind = Counter(), type(get_hasher())
    plain = kind.encode

    def counting(self, *given, **named):
        made["hashes"] += 1
        return plain(self, *given, **named)

    monkeypatch.setattr(kind, "encode", counting)
    return made


# How many questions to the database one of the two may cost more: a sign-in notes the
# failure, a reset looks for the account's second step, a new address gets its code.
MORE = {"sign-in": 2, "reset": 1, "sign-up": 3}


@pytest.mark.parametrize("what", PAIRS)
@override_settings(EMAIL_BACKEND=oracle.TO_NOWHERE, STORAGES=oracle.PLAIN)
def test_there_and_not_there_are_the_same_work(what, hashed):
    """A2, F5: the clock is judged by the long proof, its causes here."""
    there, absent, _ = oracle.pairs()[what]
    costs = [cost(act, hashed) for act in (there, absent)]
    assert costs[0][1] == costs[1][1], costs
    assert abs(costs[0][0] - costs[1][0]) <= MORE.get(what, 0), costs


def cost(act, hashed):
    """Give questions to the database and password hashes of one act, done before."""
    act()
    cache.clear()
    hashed.clear()
    with CaptureQueriesContext(connection) as asked:
        act()
    return len(asked), hashed["hashes"]


WAITS = {
    "reset": ("account_reset_password", "/password/reset/"),
    "sign-up": ("account_signup", "/sign-up/"),
}


@pytest.mark.parametrize("what", WAITS)
@override_settings(EMAIL_BACKEND=oracle.TO_NOWHERE, STORAGES=oracle.PLAIN)
def test_an_answer_leaves_at_a_whole_step_whatever_its_work_was(what, settings):
    """F5: an account that is written, or a second step looked up, shows on no clock."""
    settings.ANSWERS_TAKE = {WAITS[what][0]: 0.3}
    for act in oracle.pairs()[what][:2]:
        act()
        began = time.monotonic()
        act()
        assert time.monotonic() - began >= 0.3


def test_a_page_that_is_only_looked_at_and_a_refusal_of_too_many_do_not_wait(
    client, settings, monkeypatch
):
    waits = []
    monkeypatch.setattr("patients.middleware.time.sleep", waits.append)
    settings.ANSWERS_TAKE = {"account_reset_password": 100}
    client.get("/password/reset/")
    answers = [
        client.post("/password/reset/", {"email": "x@example.org"}).status_code
        for _ in range(30)
    ]
    waited, refused = answers.count(302), answers.count(429)
    assert waited
    assert refused
    assert waited + refused == 30
    assert len(waits) == waited
    assert all(0 < seconds <= 100 for seconds in waits)


def test_the_guess_is_a_coin_for_equal_times_and_sure_for_others():
    assert oracle.right([1, 4], [2, 3]) == 0.5
    assert oracle.right([1, 2], [8, 9]) == 1
