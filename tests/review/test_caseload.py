"""The caseload: stated reasons, flat queries, small rows (V7, V8)."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from patients.models import AccessEvent
from tests import factory
from tests.kept import kept
from tests.review import made

pytestmark = pytest.mark.django_db


team = kept(made.cast, at=made.NOW)


@pytest.fixture(autouse=True)
def _same_day(time_machine):
    time_machine.move_to(made.NOW, tick=False)


def listed(user, query="", status=200):
    response = made.signed_in(user).get(f"/c/caseload/{query}")
    assert response.status_code == status
    return response.content.decode()


def people(post, count):
    """So many people of one prescriber, each with a little of everything."""
    for number in range(count):
        patient = factory.patient(f"Person {number:03d}", time_zone=made.ZONE)
        factory.member(patient, post)
        made.entries(patient, range(0, 28, 2))
        made.score(patient, "phq9", 20, 15)
        made.score(patient, "phq9", 3, 9)


def test_only_people_who_share_are_listed():
    """V7: own patients only."""
    mine, other = made.cast(), made.cast(name="Somebody Else")
    words = listed(mine.ada)
    assert "Maya Raman" in words
    assert "Somebody Else" not in words
    assert str(other.patient.pk) not in words


def test_a_patient_has_no_caseload():
    assert listed(made.cast().maya, status=404)


def test_queries_stay_the_same_and_rows_small():
    """Decisions 36: <= 6 content queries, <= 1.2 kB a row, at any size."""
    counts, sizes = [], []
    for count in (2, 6):
        post = factory.clinician("prescriber", f"Dr {count}")
        people(post, count)
        client = made.signed_in(post.user)
        client.get("/c/caseload/")
        with CaptureQueriesContext(connection) as caught:
            body = client.get("/c/caseload/").content
        counts.append(len([q for q in caught if "SAVEPOINT" not in q["sql"]]))
        rows = re.findall(rb"<tr><th scope=.row.*?</tr>", body, re.S)
        assert len(rows) == count
        sizes += [len(row) for row in rows]
    assert counts[0] == counts[1] <= 10
    assert max(sizes) <= 1200


def test_who_was_listed_is_noted_once_a_day(team):
    """Decisions 25: one row a patient, clinician and day."""
    listed(team.ada)
    listed(team.ada)
    with made.as_user(team.maya):
        assert AccessEvent.objects.filter(part="caseload").count() == 1


def test_a_hidden_topic_leaves_its_column_empty():
    team = made.cast(ada_topics=["plan", "medicines", "side_effects"])
    made.story(team)
    words = listed(team.ada)
    assert "spark" not in words
    assert "No score" in words


def test_private_entries_move_nothing_on_the_list(team):
    made.entries(team.patient, range(10, 40))
    before = listed(team.ada)
    made.entries(team.patient, range(8), private=True)
    after = listed(team.ada)
    rows = [words.split("<tbody>")[1].split("</table>")[0] for words in (before, after)]
    assert rows[0] == rows[1]


def test_filter_find_and_order_answer_in_words(team):
    assert "Nobody fits" in listed(team.ada, "?find=zebra")
    assert "Maya Raman" in listed(team.ada, "?find=maya&sort=worse")
    assert "Maya Raman" in listed(team.ada, "?show=nonsense&sort=%00&page=999")
