"""The timeline through the HTTP door: one page for three readers (N1, V6)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.kept import kept
from tests.review import made

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _same_day(time_machine):
    time_machine.move_to(made.NOW, tick=False)


team = kept(made.cast, at=made.NOW)
story = kept(made.story, on=team, at=made.NOW)


def page(user, team, rest="", status=200):
    response = made.signed_in(user).get(f"/p/{team.patient.pk}/timeline/{rest}")
    assert response.status_code == status
    return response.content.decode()


def test_all_three_see_the_same_figure(team, story):
    """N1: dose, side effects, mood, scores, sleep, events on one axis."""
    for user in (team.maya, team.sam, team.ada):
        words = page(user, team)
        assert "Sertraline" in words
        assert "PHQ-9" in words
        assert "Timing is not proof" in words
        assert "Back to work" in words


def test_the_short_address_is_the_patients_own(team):
    made.story(team, months=4)
    response = made.signed_in(team.maya).get("/timeline/")
    assert response.status_code == 200
    assert "Mood" in response.content.decode()


def test_a_stranger_finds_nothing(team):
    other = made.cast(name="Somebody Else")
    assert page(other.ada, team, status=404)
    assert page(other.maya, team, status=404)


def test_an_empty_record_says_how_it_starts(team):
    assert "starts with your first check-in" in page(team.maya, team)


def test_a_lane_without_consent_is_absent_not_empty():
    """N1, clinical topics: no lane, no row in the table, no word in the sentence."""
    team = made.cast(sam_topics=["mood", "therapy"])
    made.story(team)
    words = page(team.sam, team)
    for hidden in ("Sertraline", "sertraline", "PHQ-9", "Nausea", "Plan version"):
        assert hidden not in words
    assert "Mood" in words
    table = page(team.sam, team, "table/")
    assert "sertraline" not in table.casefold()
    assert "sertraline" not in page(team.sam, team, "csv/").casefold()


def test_a_private_entry_moves_no_figure_a_clinician_sees(team):
    made.entries(team.patient, range(1, 20), mood=lambda day: 4)
    before = page(team.ada, team, "csv/")
    made.entries(team.patient, range(1, 20), mood=lambda day: 1, private=True)
    assert page(team.ada, team, "csv/") == before
    assert page(team.maya, team, "csv/") != before


def test_the_patient_is_told_why_her_page_counts_more_days_than_her_teams(team, story):
    """A day she keeps private counts for her alone, and her page says so."""
    made.entries(team.patient, [0], private=True)
    hers, theirs = page(team.maya, team), page(team.ada, team)
    assert "28 of 28 days logged" in hers
    assert "27 of 28 days logged" in theirs
    assert "What you keep private counts on this page" in hers
    assert "What you keep private" not in theirs


def queries(user, team, rest=""):
    client = made.signed_in(user)
    address = f"/p/{team.patient.pk}/timeline/{rest}"
    client.get(address)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return [
        q["sql"] for q in caught if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))
    ]


@pytest.mark.parametrize("rest", ["", "table/", "print/", "csv/"])
def test_queries_do_not_grow_with_what_was_logged(rest):
    """Decisions 36: content <= 8, in all <= 14, equal at two sizes."""
    small, large = made.cast(), made.cast()
    made.story(small, months=3)
    made.story(large, months=24, a_day=2)
    few, many = queries(small.ada, small, rest), queries(large.ada, large, rest)
    assert len(few) == len(many)
    assert len(many) <= 14, "\n".join(many)


@pytest.mark.parametrize(
    "query",
    ["?months=999", "?back=-5", "?change=%00", "?lane=nothing", "?back=9" * 9],
)
def test_nonsense_in_the_address_means_the_usual(team, story, query):
    page(team.maya, team, query)


@pytest.mark.parametrize("months", [3, 6, 12, 24])
def test_every_range_keeps_the_figure_small(team, months):
    made.story(team, months=24)
    words = page(team.ada, team, f"?months={months}")
    wide = words.split('class="tlwide">')[1].split("</div>")[0]
    assert len(wide.encode()) <= 60_000


def test_a_chosen_change_becomes_the_question(team, story):
    words = page(team.maya, team)
    key = next(
        part.split('"')[0]
        for part in words.split('<option value="')[1:]
        if "Back to work" in part
    )
    chosen = page(team.maya, team, f"?change={key}")
    assert "What happened after Back to work" in chosen
    assert "selected>7" not in chosen


def test_lanes_can_be_switched_off(team, story):
    words = page(team.maya, team, "?chosen=1&lane=mood")
    figure = words.split("<figure")[1].split("</figure>")[0]
    assert "dtop" not in figure


def test_htmx_gets_the_part_and_the_words_for_a_screen_reader(team, story):
    client = made.signed_in(team.maya)
    response = client.get("/timeline/", headers={"HX-Request": "true"})
    words = response.content.decode()
    assert "<html" not in words
    assert 'hx-swap-oob="innerHTML"' in words


def test_who_looked_is_written_once_a_page(team):
    from patients.models import AccessEvent

    made.story(team)
    page(team.ada, team)
    with made.as_user(team.maya):
        assert AccessEvent.objects.filter(part="timeline").count() == 1
