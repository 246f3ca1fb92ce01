"""What the second lock costs: who reads is asked once, not once a person they see."""

import pytest
from django.db import connection

from careplan.common.identity import acting_as, person
from tests import factory

pytestmark = pytest.mark.django_db
ASKED = ("visible_ids('mood')", "member_ids()", "role_ids('therapist', 'mood')")


def blocks_read(user, function):
    """How many blocks one list of ids reads, once its plan is known."""
    with acting_as(person(user.pk, second_factor=True)), connection.cursor() as cursor:
        for _turn in range(7):  # the first ones plan, and read what tables are like
            cursor.execute(
                f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) SELECT app.{function}"
            )
        plan = cursor.fetchone()[0][0]["Plan"]
    return plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]


@pytest.mark.parametrize("function", ASKED)
def test_twenty_people_more_are_not_twenty_checks_more(function):
    few, many = factory.clinician(), factory.clinician()
    factory.member(factory.patient(), few)
    for _person in range(21):
        factory.member(factory.patient(), many)
    more = blocks_read(many.user, function) - blocks_read(few.user, function)
    assert more < 2 * 20  # the block of each place itself, and hardly another
