"""B2, B3: a seeded sample of `manage.py prove chain`, on the tables themselves."""

import pytest

from careplan.home.proofs import chain
from careplan.home.proofs.record import Ask
from patients import seals
from patients.models import AccessEvent

pytestmark = pytest.mark.django_db(transaction=True)


def ran(part, size):
    said = []
    proof = chain.run(Ask(seed=11, size=size, only=(part,), say=said.append))
    assert proof.held, said
    return proof.rows[0]


def test_writers_and_two_sealers_leave_one_chain_without_forks_or_gaps():
    row = ran("writers", 80)
    assert row[1] == "400 rows, 400 of them sealed"
    assert row[3] == "0 rows sealed twice, 0 gaps, 0 faults"


def test_whatever_an_owner_does_to_the_tables_the_command_finds_it():
    row = ran("tamperings", 60)
    assert row[3] == "60 found, 0 missed"
    assert row[1].count(",") >= 7  # nearly every kind of harm really came up


def test_many_chains_are_verified_whole():
    row = ran("rows", 20)
    assert row[0] == "verifying 2000 rows"


def test_every_column_of_an_access_row_is_under_the_seal():
    columns = {field.attname for field in AccessEvent._meta.concrete_fields}
    assert set(seals.COLUMNS) == columns
