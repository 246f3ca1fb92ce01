"""Each page of the room, empty and full, for those it is for, and nobody else."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from careplan.team import queries
from patients import people
from tests import factory
from tests.team.people import NOW, Three, as_user, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


def shared(three, **ids) -> list[str]:
    pages = ["concerns/", "concerns/new/", "messages/", "messages/new/", "heads-ups/"]
    pages += [f"{name}/{pk}/" for name, pk in ids.items()]
    return [f"{three.at}/{page}" for page in pages]


def full(three) -> dict:
    three.heads_up()
    three.thinks_of_stopping(reasons=["worry"], words="I feel flat.")
    return {
        "concerns": three.answers(three.asks()).concern_id,
        "messages": three.writes().pk,
    }


def statuses(user, pages) -> dict[str, int]:
    client = signed_in(user)
    return {page: client.get(page).status_code for page in pages}


def everywhere(status, pages) -> dict[str, int]:
    return dict.fromkeys(pages, status)


def test_shared_pages_open_for_all_three(three):
    empty = shared(three)
    for user in (three.me, three.sam, three.ada):
        assert statuses(user, empty) == everywhere(200, empty)
    pages = shared(three, **full(three))
    for user in (three.me, three.sam, three.ada):
        assert statuses(user, pages) == everywhere(200, pages)


def test_a_stranger_and_a_past_member_get_404(three):
    pages = [
        *shared(three, **full(three)),
        f"/c/safety/{three.alert().pk}/",
        f"{three.at}/stopping/",
    ]
    other = Three()
    for stranger in (other.me, other.sam):
        assert statuses(stranger, pages) == everywhere(404, pages)
    three.ends(three.sam)
    assert statuses(three.sam, pages) == everywhere(404, pages)


def test_a_supporter_gets_403(three):
    friend = factory.user("Kim Friend")
    pages = shared(three, **full(three))
    with as_user(three.me):
        people.join_team(
            three.maya,
            friend,
            role="supporter",
            by=three.me,
            now=NOW,
            topics=["mood", "safety", "medicines"],
        )
    assert statuses(friend, pages) == everywhere(403, pages)


def test_another_records_rows_are_404_under_this_record(three):
    other = Three()
    rows = full(other)
    pages = [
        f"{three.at}/concerns/{rows['concerns']}/",
        f"{three.at}/messages/{rows['messages']}/",
        f"{three.at}/concerns/{uuid.uuid4()}/",
        f"{three.at}/messages/{uuid.uuid4()}/",
    ]
    for user in (three.me, three.sam, three.ada):
        assert statuses(user, pages) == everywhere(404, pages)


def test_the_patients_own_pages(three):
    thread = three.writes()
    pages = ["/messages/", "/messages/new/", "/sharing/alerts/", "/stopping/"]
    pages += [f"/messages/{thread.pk}/", f"{three.at}/stopping/"]
    assert statuses(three.me, pages) == everywhere(200, pages)
    assert statuses(three.sam, pages[:4]) == everywhere(404, pages[:4])
    assert signed_in(three.sam).get(f"{three.at}/stopping/").status_code == 403


def test_the_clinicians_own_pages(three):
    three.writes()
    three.alert()
    three.thinks_of_stopping()
    pages = ["/c/messages/", "/c/safety/", "/c/cover/"]
    assert statuses(three.sam, pages) == everywhere(200, pages)
    assert statuses(three.ada, pages) == everywhere(200, pages)
    assert statuses(three.me, pages) == everywhere(404, pages)


def grown(three, rows) -> None:
    for n in range(rows):
        three.answers(three.asks(question=f"Question {n}"))
        three.writes(text=f"Message {n}")
        three.heads_up()
        three.thinks_of_stopping(words=f"Words {n}")
        three.alert(ground=f"ground {three.maya.pk} {n} {rows}")


def queries_of(client, page) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(page).status_code == 200, page
    return len(seen)


def test_the_number_of_queries_does_not_follow_the_rows(three):
    """Decisions 36: constant in rows, and few."""
    grown(three, 1)
    sam, maya = signed_in(three.sam), signed_in(three.me)
    pages = [(sam, page) for page in [*shared(three), "/c/messages/", "/c/safety/"]]
    pages += [(maya, page) for page in ["/messages/", "/sharing/alerts/"]]
    for client, page in pages:
        client.get(page)  # the first visit of a session asks a little more
    few = {page: queries_of(client, page) for client, page in pages}
    grown(three, 9)
    many = {page: queries_of(client, page) for client, page in pages}
    assert {page: n for page, n in many.items() if n > few[page]} == {}
    assert max(many.values()) <= 24, many


def test_what_waits_is_read_in_a_constant_number_of_queries(three):
    def asked() -> int:
        with as_user(three.ada), CaptureQueriesContext(connection) as seen:
            queries.waiting_for(three.ada, now=NOW)
        return len(seen)

    grown(three, 1)
    few = asked()
    grown(three, 9)
    assert asked() == few <= 20
