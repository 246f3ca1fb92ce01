"""E3: two edits of one plan at once. A seeded sample; `prove plan_edits` runs 1,000."""

import random

import pytest

from careplan.home.proofs import plan_edits

pytestmark = pytest.mark.django_db(transaction=True)


def test_no_edit_is_overwritten_in_silence_and_both_texts_are_kept():
    dice = random.Random(5)
    record = plan_edits.lay_out()
    own = [plan_edits.edit_goal(record, dice) for _ in range(5)]
    sent = [plan_edits.send_twice(record, dice) for _ in range(3)]
    for tally in map(plan_edits.tallied, (own, sent)):
        assert (tally.one_won, tally.both_won, tally.lost) == (tally.pairs, 0, 0)
    assert plan_edits.chain(record) == (6, 0)
