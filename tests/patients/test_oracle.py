"""A2, F5: a small sample of `manage.py prove oracle`: the answers, not the clock."""

import pytest

from careplan.home.proofs import oracle
from careplan.home.proofs.record import Ask

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("what", ["record", "entry", "sign-in", "reset", "sign-up"])
def test_there_and_not_there_get_the_same_answer_byte_by_byte(what):
    row = oracle.run(Ask(seed=3, size=4, only=(what,), say=str)).rows[0]
    assert row[2] == 0, row
    # A clock is judged by the long proof; here only that it is not another magnitude.
    there, absent = float(row[3]), float(row[4])
    assert max(there, absent) < 4 * min(there, absent) + 20


def test_the_guess_is_a_coin_for_equal_times_and_sure_for_others():
    assert oracle.right([1, 4], [2, 3]) == 0.5
    assert oracle.right([1, 2], [8, 9]) == 1
