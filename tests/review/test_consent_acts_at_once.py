"""P8, N9, A6: what the patient changes acts on the very next request, on every way.

A notice in the queue is in tests/outbox/test_deliver.py.
"""

import threading

import pytest
from django.db import connection, connections, transaction

from careplan.common.identity import acting_as, person
from patients.models import CareTeamMember
from tests.kept import kept
from tests.review import made

AFTER_ONE_CHANGE = {
    "page": "timeline/",
    "table": "timeline/table/",
    "print": "timeline/print/",
    "file": "timeline/csv/",
}


@pytest.fixture(autouse=True)
def _same_day(time_machine):
    time_machine.move_to(made.NOW, tick=False)


def with_a_story():
    found = made.cast()
    made.story(found)
    return found


team = kept(with_a_story, at=made.NOW)


def place_of(team, user) -> CareTeamMember:
    with transaction.atomic(), acting_as(person(team.maya.pk, second_factor=False)):
        return CareTeamMember.objects.get(patient=team.patient, user=user)


def shares(team, user, *topics) -> None:
    """The patient's own hand: the page of this person, its tick boxes, Save."""
    address = f"/sharing/{place_of(team, user).pk}/"
    answer = made.signed_in(team.maya).post(address, {"topics": list(topics)})
    assert answer.url == "/sharing/"


def stops(team, user) -> None:
    address = f"/sharing/{place_of(team, user).pk}/stop/"
    made.signed_in(team.maya).post(address)


def reads(client, team, rest: str) -> str:
    answer = client.get(f"/p/{team.patient.pk}/{rest}")
    return answer.content.decode().casefold() if answer.status_code == 200 else ""


@pytest.mark.django_db
@pytest.mark.parametrize("rest", AFTER_ONE_CHANGE.values(), ids=AFTER_ONE_CHANGE)
def test_a_topic_taken_back_is_gone_at_the_next_request(team, rest):
    sam = made.signed_in(team.sam)
    assert "nausea" in reads(sam, team, rest)
    shares(team, team.sam, "plan", "medicines", "mood")
    assert "nausea" not in reads(sam, team, rest)
    shares(team, team.sam, "plan", "medicines", "mood", "side_effects")
    assert "nausea" in reads(sam, team, rest)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/p/{}/timeline/", "/p/{}/timeline/csv/", "/c/people/{}/review/pdf/"]
)
def test_a_link_kept_from_before_opens_nothing_after_the_end(team, path):
    """A page, a file and a PDF whose addresses somebody still has."""
    sam, address = made.signed_in(team.sam), path.format(team.patient.pk)
    assert sam.get(address).status_code == 200
    stops(team, team.sam)
    assert sam.get(address).status_code == 404


@pytest.mark.django_db
def test_a_pdf_made_after_the_change_holds_nothing_of_the_topic(team):
    """The text that goes into the PDF is read anew for each one."""
    ada = made.signed_in(team.ada)
    print_page = f"/c/people/{team.patient.pk}/review/"
    before = ada.get(print_page).content.decode().casefold()
    shares(team, team.ada, "plan", "medicines", "mood")
    after = ada.get(print_page).content.decode().casefold()
    assert "nausea" in before
    assert "nausea" not in after
    assert ada.get(f"{print_page}pdf/").status_code == 200


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_same_day")
def test_an_export_that_is_being_written_stops_at_the_change():
    """Consent is taken back while the file is written: the rest of it is empty."""
    team = made.cast()
    made.effects(team.patient, "nausea", [1, 2, 3])
    sam = made.signed_in(team.sam)
    address = f"/p/{team.patient.pk}/timeline/csv/"
    place = place_of(team, team.sam)
    changed = threading.Event()

    def take_back() -> None:
        client = made.signed_in(team.maya)
        client.post(f"/sharing/{place.pk}/", {"topics": ["plan", "medicines"]})
        connections.close_all()

    def in_the_middle(execute, sql, params, many, context):
        if "journal_sideeffectreport" in sql and not changed.is_set():
            changed.set()
            other = threading.Thread(target=take_back)
            other.start()
            other.join(timeout=30)
        return execute(sql, params, many, context)

    assert "nausea" in sam.get(address).content.decode().casefold()
    with connection.execute_wrapper(in_the_middle):
        written = sam.get(address)
    assert changed.is_set()
    assert written.status_code == 200
    assert "nausea" not in written.content.decode().casefold()
