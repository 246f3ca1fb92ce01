"""The patient decides who sees what (N9, N17, P8, P9; security.md A6)."""

import re
import time

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from careplan.common import clock
from careplan.common.identity import acting_as, person
from patients import access, people
from patients.models import (
    AccessEvent,
    CareTeamMember,
    Consent,
    Invitation,
    Patient,
    Role,
)
from patients.topics import Topic
from tests import factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    maya = factory.patient()
    sam = factory.clinician("therapist", "Sam Lind")
    ada = factory.clinician("prescriber", "Dr Ada Okafor")
    return maya, factory.member(maya, sam), factory.member(maya, ada)


def as_patient(patient):
    return acting_as(person(patient.user_id, second_factor=False))


def opened_to(member, patient) -> frozenset:
    actor = access.Actor(member.user, second_factor=True)
    with acting_as(actor.identity):
        found = Patient.objects.filter(pk=patient.pk).first()
        return access.topics_open_to(actor, found) if found else frozenset()


def page_of(client, path="/sharing/") -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def test_the_page_says_person_by_person_what_each_sees_and_does_not(browser, team):
    maya, sam, _ada = team
    page = page_of(browser(maya.user))
    assert "Sam Lind" in page
    assert "Dr Ada Okafor" in page
    assert page.count("Can see") == page.count("Cannot see") == 2
    assert "Notes you keep private" in page
    assert f"/sharing/{sam.pk}/stop/" in page


def test_alone_the_page_says_so(browser):
    page = page_of(browser(factory.patient().user))
    assert "Only you can see your record." in page


def test_a_change_takes_two_steps_and_acts_on_the_next_request(browser, team):
    maya, sam, _ada = team
    client = browser(maya.user)
    assert Topic.MOOD in opened_to(sam, maya)
    page_of(client, f"/sharing/{sam.pk}/")
    response = client.post(f"/sharing/{sam.pk}/", {"topics": ["plan", "therapy"]})
    assert response.url == "/sharing/"
    assert opened_to(sam, maya) == {"plan", "therapy"}
    with as_patient(maya):
        last = Consent.objects.filter(member=sam, topic="mood").latest("given_at")
        assert (last.granted, last.given_by, last.text_version) == (
            False,
            maya.user,
            "2026-11",
        )


def test_nothing_at_all_is_an_answer_too(browser, team):
    maya, sam, _ada = team
    browser(maya.user).post(f"/sharing/{sam.pk}/", {})
    assert opened_to(sam, maya) == frozenset()


def test_the_stop_page_names_three_consequences_before_it_stops(browser, team):
    maya, _sam, ada = team
    client = browser(maya.user)
    page = page_of(client, f"/sharing/{ada.pk}/stop/")
    for said in (
        "What they stop seeing",
        "What they keep",
        "What it means for your plan",
    ):
        assert said in page
    assert opened_to(ada, maya)
    client.post(f"/sharing/{ada.pk}/stop/")
    assert opened_to(ada, maya) == frozenset()
    assert "You stopped sharing with Dr Okafor." in page_of(client)


def test_unanswered_means_the_clinicians_may_not_talk(browser, team):
    maya, *_ = team
    client = browser(maya.user)
    assert "You have not said yet" in page_of(client)
    client.post("/sharing/talk/", {"answer": "yes"})
    assert "can talk about your care" in page_of(client)
    client.post("/sharing/talk/", {"answer": "no"})
    assert "may not talk" in page_of(client)
    with as_patient(maya):
        assert Consent.objects.filter(topic="talk").count() == 2


def test_who_looked_reads_as_a_sentence_and_can_be_narrowed_and_saved(browser, team):
    maya, sam, ada = team
    for member, part in ((sam, "plan"), (ada, "journal")):
        actor = access.Actor(member.user, second_factor=True)
        with acting_as(actor.identity):
            access.seen(actor, Patient.objects.get(pk=maya.pk), part)
    client = browser(maya.user)
    assert "Sam</span> read your plan" in page_of(client)
    page = page_of(client, "/sharing/looked/")
    assert "(prescriber) read your entries" in page
    narrowed = page_of(client, f"/sharing/looked/?who={sam.user_id}&days=7")
    assert "read your plan" in narrowed
    assert "read your entries" not in narrowed
    saved = client.get("/sharing/looked/?as=csv")
    assert saved["Content-Type"].startswith("text/csv")
    assert saved.content.decode().count("\r\n") == 3


def test_n17_a_look_is_in_the_patients_list_within_five_seconds(browser, team):
    """B1: the row is written in the look's own transaction, so at the next request."""
    maya, sam, _ada = team
    begun = time.monotonic()
    assert browser(sam.user, second_factor=True).get(f"/p/{maya.pk}/plan/").status_code
    page = page_of(browser(maya.user), "/sharing/looked/")
    assert "Sam</span> (therapist) read your plan" in page
    assert time.monotonic() - begun < 5


def test_p8_withdrawing_consent_takes_two_clicks(browser, team):
    """One on the page of all people, one on the page it leads to; no third question."""
    maya, sam, _ada = team
    client = browser(maya.user)
    (stop,) = re.findall(rf'href="(/sharing/{sam.pk}/stop/)"', page_of(client))
    main = page_of(client, stop).split("<main")[1]
    form = main.split('<form method="post">')[1].split("</form>")[0]
    assert form.count("<button") == 1
    assert "required" not in form
    client.post(stop)
    assert opened_to(sam, maya) == frozenset()


def test_p8_every_answer_is_kept_for_ever_with_its_text_and_times(browser, team):
    maya, sam, _ada = team
    client = browser(maya.user)
    for topics in (["plan"], ["plan", "mood"], ["plan"]):
        client.post(f"/sharing/{sam.pk}/", {"topics": topics})
    with as_patient(maya):
        rows = Consent.objects.filter(member=sam, topic="mood").order_by("given_at")
        assert [row.granted for row in rows] == [True, False, True, False]
        assert {(row.text_version, row.given_by_id) for row in rows} == {
            ("2026-11", maya.user_id)
        }
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(granted=True)
        with pytest.raises(DatabaseError), transaction.atomic():
            Consent.objects.filter(member=sam).delete()


def test_p7_a_companion_reads_only_what_was_opened_and_either_side_ends_it(
    browser, team
):
    maya, *_ = team
    priya = factory.user("Priya Raman")
    with as_patient(maya):
        place = people.join_team(
            maya,
            priya,
            role=Role.SUPPORTER,
            topics=["safety"],
            by=maya.user,
            now=clock.now(),
        )
    client = browser(priya)
    safety = f"/p/{maya.pk}/plan/safety/"
    assert client.get(safety).status_code == 200
    assert client.post(f"/p/{maya.pk}/plan/own/goal/", {}).status_code == 403
    assert client.get(f"/p/{maya.pk}/journal/").status_code == 403
    assert client.get("/").url == "/supporting/"
    assert safety in page_of(client, "/supporting/")
    client.post("/supporting/", {"place": str(place.pk)})
    assert client.get(safety).status_code == 404
    assert "Nobody shares with you now." in page_of(client, "/supporting/")
    assert "Priya Raman" not in page_of(browser(maya.user)).split("Who looked")[0]


@pytest.mark.parametrize(
    "query", ["who=x", "who=' OR 1", "days=-1", "days=9999999999", "as=pdf"]
)
def test_odd_filters_show_the_page(browser, query):
    client = browser(factory.patient().user)
    assert client.get(f"/sharing/looked/?{query}").status_code == 200


def test_a_formula_in_a_name_stays_text_in_the_table(browser, team):
    maya, sam, _ada = team
    sam.user.name = sam.user.preferred_name = "=1+1"
    sam.user.save()
    with acting_as(person(sam.user_id, second_factor=True)):
        AccessEvent(patient=maya, viewer=sam.user, role="therapist", part="plan").save()
    saved = browser(maya.user).get("/sharing/looked/?as=csv").content.decode()
    assert "'=1+1" in saved


def test_receipts_are_off_until_asked_for(browser):
    maya = factory.patient()
    client = browser(maya.user)
    assert "Turn it on" in page_of(client)
    client.post("/sharing/receipts/", {"on": "1"})
    assert "Turn it off" in page_of(client)


def test_an_invitation_is_sent_listed_and_taken_back(browser):
    maya = factory.patient()
    client = browser(maya.user)
    form = {"email": "sam@example.org", "role": "therapist", "topics": ["plan", "mood"]}
    assert client.post("/sharing/invite/", form).url == "/sharing/"
    offer = Invitation.objects.get()
    assert (offer.role, offer.topics) == ("therapist", ["mood", "plan"])
    assert "sam@example.org" in page_of(client)
    client.post(f"/sharing/invitations/{offer.pk}/withdraw/")
    assert "sam@example.org" not in page_of(client).replace(
        "sent an invitation to sam@example.org", ""
    )


@pytest.mark.parametrize("path", ["", "stop/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_somebody_elses_member_is_not_found(browser, team, path, method):
    _maya, sam, _ada = team
    noor = factory.patient("Noor")
    client = browser(noor.user)
    response = getattr(client, method)(
        f"/sharing/{sam.pk}/{path}", {"topics": ["mood"]}
    )
    assert response.status_code == 404
    with acting_as(person(sam.user_id, second_factor=True)):
        assert CareTeamMember.objects.get(pk=sam.pk).state == "active"


def test_somebody_elses_invitation_is_not_found(browser):
    maya, noor = factory.patient(), factory.patient("Noor")
    form = {"email": "sam@example.org", "role": "therapist"}
    browser(maya.user).post("/sharing/invite/", form)
    offer = Invitation.objects.get()
    path = f"/sharing/invitations/{offer.pk}/withdraw/"
    assert browser(noor.user).post(path).status_code == 404


@pytest.mark.parametrize(
    "path", ["/sharing/", "/sharing/invite/", "/sharing/talk/", "/sharing/looked/"]
)
def test_only_somebody_with_a_record_has_these_pages(browser, path):
    assert Client().get(path).status_code == 302
    sam = browser(factory.clinician().user, second_factor=True)
    assert sam.get(path).status_code == 404


@pytest.mark.parametrize("bad", ["", "x" * 10_000, "🙂", "a\x00b", "nobody"])
def test_bad_input_to_an_invitation_keeps_what_was_typed(browser, bad):
    client = browser(factory.patient().user)
    response = client.post(
        "/sharing/invite/", {"email": bad, "role": bad, "topics": [bad]}
    )
    assert response.status_code == 200
    page = response.content.decode()
    assert "Check these answers" in page
    assert "This field is required" not in page
    assert not Invitation.objects.exists()


def test_topics_that_do_not_exist_are_refused(browser, team):
    maya, sam, _ada = team
    response = browser(maya.user).post(
        f"/sharing/{sam.pk}/", {"topics": ["everything"]}
    )
    assert response.status_code == 200
    assert "mood" in opened_to(sam, maya)


def test_the_page_asks_as_many_questions_for_ten_people_as_for_two(
    browser, team, django_assert_max_num_queries
):
    maya, *_ = team
    for _n in range(8):
        factory.member(maya, factory.clinician())
    client = browser(maya.user)
    page_of(client)
    with django_assert_max_num_queries(14):
        page_of(client)
