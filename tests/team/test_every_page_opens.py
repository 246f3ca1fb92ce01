"""Each page of the room, empty and full, for those it is for, and nobody else."""

import uuid

import pytest

from tests import factory
from tests.team.people import Three, signed_in

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
    place = factory.member(
        three.maya, factory.clinician("care_manager"), topics=["mood"]
    )
    pages = shared(three, **full(three))
    from careplan.common.identity import acting_as, person
    from patients import people

    with acting_as(person(three.me.pk, second_factor=True)):
        people.join_team(
            three.maya, friend, role="supporter", by=three.me, now=place.joined_at,
            topics=["mood", "safety", "medicines"],
        )  # fmt: skip
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


@pytest.mark.parametrize("kind", ["one", "many"])
def test_the_number_of_queries_does_not_follow_the_rows(
    three, kind, django_assert_max_num_queries
):
    for n in range(12 if kind == "many" else 1):
        concern = three.asks(question=f"Question {n}")
        three.answers(concern)
        three.writes(text=f"Message {n}")
        three.heads_up()
        three.thinks_of_stopping(words=f"Words {n}")
        three.alert(ground=f"ground {n}")
    sam = signed_in(three.sam)
    sam.get("/c/messages/")
    pages = [*shared(three), "/c/messages/", "/c/safety/"]
    for page in pages:
        with django_assert_max_num_queries(22):
            assert sam.get(page).status_code == 200, page
