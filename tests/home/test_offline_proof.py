"""E1, U2: a seeded sample of `manage.py prove offline`, at protocol level."""

import pytest

from careplan.home.proofs import offline


@pytest.mark.django_db(transaction=True)
def test_random_lives_of_a_queue_lose_nothing_and_double_nothing():
    tally = offline.protocol(seed=11, many=40)
    assert tally.held, tally
    assert tally.sequences == 40
    assert tally.written > 50
    assert tally.repeats  # the harmless case really came up
