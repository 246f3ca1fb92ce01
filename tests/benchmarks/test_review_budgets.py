"""Counts and bytes of the review pages at two sizes (decisions 36, performance.md).

Counts only: never a wall time. The same page with four times as much logged may ask
no further question and grow by half at most.
"""

import gzip
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from patients.models import Clinician
from tests import factory
from tests.review import made

pytestmark = pytest.mark.django_db
HOUSE = ("django_session", "patients_user", "patients_accessevent", "patients_patient")


@pytest.fixture(autouse=True)
def _same_day(time_machine):
    time_machine.move_to(made.NOW, tick=False)


def measured(user, address):
    """Give content queries, all queries and the body of a warm request."""
    client = made.signed_in(user)
    client.get(address)
    with CaptureQueriesContext(connection) as caught:
        response = client.get(address)
    assert response.status_code == 200
    asked = [q["sql"] for q in caught if "SAVEPOINT" not in q["sql"]]
    content = [sql for sql in asked if not _is_house(sql)]
    return len(content), len(asked), response.content


def _is_house(sql):
    if "patients_careteammember" in sql and "journal_" not in sql:
        return True
    first = re.search(r'(?:FROM|INTO) "(\w+)"', sql)
    return bool(first and first.group(1).startswith(HOUSE))


def figure(body):
    return body.split(b'class="tlwide">')[1].split(b"</div>")[0]


def test_the_timeline_of_two_years_costs_what_three_months_cost():
    """<= 8 content and <= 14 queries; figure <= 60 kB and 10 kB packed."""
    small, large = made.cast(), made.cast()
    made.story(small, months=3)
    made.story(large, months=24, a_day=5)
    told = []
    for team, months in ((small, 3), (large, 12), (large, 24)):
        address = f"/p/{team.patient.pk}/timeline/?months={months}"
        told.append(measured(team.ada, address))
    for content, everything, body in told:
        assert content <= 8
        assert everything <= 14
        assert len(figure(body)) <= 60_000
        assert len(gzip.compress(figure(body))) <= 10_000
    assert len({(content, everything) for content, everything, _body in told}) == 1
    assert len(told[1][2]) <= 1.5 * len(told[0][2])


@pytest.mark.parametrize("count", [5, 20])
def test_the_caseload_asks_the_same_for_five_and_twenty_people(count):
    """<= 6 content queries at any size, <= 1.2 kB a row."""
    team = made.cast()
    post = Clinician.objects.get(user=team.ada)
    for number in range(count - 1):
        patient = factory.patient(f"Person {number:03d}", time_zone=made.ZONE)
        factory.member(patient, post)
        made.entries(patient, range(28), mood=lambda day: 2 + day % 4)
        made.score(patient, "phq9", 20, 15)
        made.score(patient, "phq9", 3, 9)
    content, everything, body = measured(team.ada, "/c/caseload/")
    assert content <= 6
    assert everything <= 10
    rows = re.findall(rb"<tr><th scope=.row.*?</tr>", body, re.S)
    assert len(rows) == count
    assert max(map(len, rows)) <= 1200


@pytest.mark.parametrize("who", ["ada", "sam"])
def test_a_brief_asks_eight_questions_of_its_own(who):
    """Decisions 36: <= 8 content queries, <= 14 in all, for either role."""
    team = made.cast()
    made.story(team)
    visit = made.visit(team.patient, team.ada, "prescriber", -2)
    made.point(team.patient, visit, "Is it too soon?")
    course = made.therapy(team.patient, team.sam)
    made.homework(team.patient, team.sam, course, "Worry time", given=9, done=3)
    made.summary(team.patient, team.sam, course, "Working on worry.")
    address = f"/c/people/{team.patient.pk}/review/"
    content, everything, _body = measured(getattr(team, who), address)
    assert content <= 8
    assert everything <= 14
