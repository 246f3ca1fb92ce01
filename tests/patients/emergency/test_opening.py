"""Opening a record in an emergency: a reason, a fresh proof, and never silent (B5)."""

import datetime as dt

import pytest
from django.db import DatabaseError, transaction

from careplan.common import clock
from careplan.common.identity import acting_as, system
from careplan.outbox.models import Message
from patients import emergency, people
from patients.models import AccessEvent, EmergencyAccess, Role
from tests import factory
from tests.patients.emergency.acts import (
    REASON,
    as_clinician,
    as_patient,
    contact,
    open_up,
    opened_ago,
    reads,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("reason", ["", "urgent", "x" * 19, " " * 40, "a\n" + " " * 30])
def test_b5_a_reason_under_twenty_characters_opens_nothing(maya, sam, reason):
    with pytest.raises(emergency.ReasonTooShort), transaction.atomic():
        open_up(sam, maya, reason=reason)
    assert reads(sam, maya) == (frozenset(), 0)


def test_b5_one_record_only(maya, sam):
    noor = factory.patient("Noor")
    open_up(sam, maya)
    assert reads(sam, noor) == (frozenset(), 0)


def test_b5_the_patient_is_told_at_once_in_words_that_tell_nobody_else(maya, sam):
    opened = open_up(sam, maya)
    with acting_as(system("deliver")):
        message = Message.objects.get(recipient=maya.user, kind="record-opened")
    assert message.channel == "email"
    assert message.due_at - opened.opened_at < dt.timedelta(minutes=5)
    said = f"{message.subject} {message.body}".lower()
    for word in (
        "emergency",
        "record",
        "sam",
        "lind",
        "medicine",
        "doctor",
        "care team",
    ):
        assert word not in said


@pytest.mark.parametrize(
    ("safe", "channels"),
    [("email", ["email"]), ("text", ["sms"]), ("any", ["email"]), ("here", []), ("call", [])],
)  # fmt: skip
def test_b5_she_is_told_on_the_way_that_is_safe_for_her(
    browser, maya, sam, safe, channels
):
    contact(maya, safe)
    open_up(sam, maya)
    with acting_as(system("deliver")):
        told = Message.objects.filter(recipient=maya.user, kind="record-opened")
        assert [message.channel for message in told] == channels
    page = browser(maya.user).get("/sharing/").content.decode()
    assert "Opened in an emergency" in page
    assert "not answering" in page
    assert "It is open to them now" in page
    today = browser(maya.user).get("/today/").content.decode()
    assert "opened your record in an emergency" in today
    assert 'href="/sharing/#emergency"' in today


def test_b5_her_first_page_says_nothing_where_nobody_opened_the_record(browser, maya):
    today = browser(maya.user).get("/today/").content.decode()
    assert "in an emergency" not in today


def test_b5_her_first_page_tells_it_for_a_week(browser, maya, sam):
    week = 7 * 24 * 60
    opened_ago(sam, maya, week + 1)
    today = browser(maya.user).get("/today/").content.decode()
    assert "in an emergency" not in today


def test_b5_every_page_writes_who_why_and_that_it_was_an_emergency(browser, maya, sam):
    open_up(sam, maya)
    client = browser(sam.user, second_factor=True)
    pages = ("plan/", "profile/", "journal/", "timeline/")
    for page in pages:
        assert client.get(f"/p/{maya.pk}/{page}").status_code == 200, page
    with as_patient(maya):
        looks = list(AccessEvent.objects.filter(patient=maya).order_by("seen_at"))
    assert len(looks) == 1 + len(pages)
    assert {look.through for look in looks} == {"emergency"}
    assert {look.why for look in looks} == {REASON}
    assert {look.role for look in looks} == {Role.THERAPIST}
    page = browser(maya.user).get("/sharing/looked/").content.decode()
    assert "opened your record in an emergency" in page


def test_b5_a_look_under_another_name_or_without_the_word_is_refused(maya, sam, ada):
    open_up(sam, maya)
    for viewer, through in ((ada.user, "emergency"), (sam.user, "page")):
        row = AccessEvent(
            patient=maya, viewer=viewer, role="therapist", part="plan", through=through
        )
        with as_clinician(sam), pytest.raises(DatabaseError), transaction.atomic():
            row.save(force_insert=True)


def test_b5_pages_for_acting_stay_closed(browser, maya, sam):
    open_up(sam, maya)
    client = browser(sam.user, second_factor=True)
    for path in (
        f"/c/people/{maya.pk}/review/",
        f"/c/people/{maya.pk}/concerns/new/",
        f"/p/{maya.pk}/profile/allergies/",
    ):
        assert client.get(path).status_code in {403, 404}, path


def test_b5_asking_goes_from_a_reason_to_reading_to_the_end(browser, maya, sam):
    client = browser(sam.user, second_factor=True)
    path = f"/c/people/{maya.pk}/emergency/"
    assert "60 minutes" in client.get(path).content.decode()
    short = client.post(path, {"reason": "urgent"})
    assert "20 characters or more" in short.content.decode()
    assert client.post(path, {"reason": REASON}).url == path
    assert "closes by itself" in client.get(path).content.decode()
    assert client.post(f"{path}end/").url == "/c/emergency/"
    assert client.get(f"/p/{maya.pk}/plan/").status_code == 404


def test_b5_a_proof_older_than_five_minutes_is_asked_again(browser, maya, sam):
    client = browser(sam.user, second_factor=True)
    session = client.session
    proof = session["account_authentication_methods"][0]
    session["account_authentication_methods"] = [{**proof, "at": proof["at"] - 400}]
    session.save()
    path = f"/c/people/{maya.pk}/emergency/"
    for response in (client.get(path), client.post(path, {"reason": REASON})):
        assert response.status_code == 302
        assert "emergency" not in response.url.partition("?")[0]
    with as_patient(maya):
        assert not EmergencyAccess.objects.exists()


def test_b5_strangers_supporters_patients_and_half_signed_in_find_nothing(
    browser, maya
):
    path = f"/c/people/{maya.pk}/emergency/"
    stranger = factory.clinician("prescriber", "Dr Nobody")
    supporter = factory.user("Priya")
    with as_patient(maya):
        people.join_team(
            maya, supporter, role=Role.SUPPORTER, by=maya.user, now=clock.now()
        )
    for user in (stranger.user, supporter, maya.user, factory.operator()):
        client = browser(user, second_factor=True)
        assert client.get(path).status_code == 404
        assert client.post(path, {"reason": REASON}).status_code == 404
    with as_patient(maya):
        assert not EmergencyAccess.objects.exists()


def test_b5_the_database_refuses_what_the_pages_would_not_do(maya, sam, ada):
    opened = open_up(sam, maya)
    now = clock.now()
    tries = (
        (sam, {"reason": REASON + "!"}),
        (sam, {"ends_at": now + dt.timedelta(hours=5)}),
        (sam, {"reviewed_at": now, "reviewed_by": sam.user, "was_right": True}),
        (sam, {"reviewed_at": now, "reviewed_by": ada.user, "was_right": True}),
        (ada, {"closed_at": now}),
        (ada, {"reviewed_at": now, "reviewed_by": sam.user, "was_right": True}),
    )
    for post, change in tries:
        with as_clinician(post), pytest.raises(DatabaseError), transaction.atomic():
            EmergencyAccess.objects.filter(pk=opened.pk).update(**change)
    stranger = factory.clinician()
    with as_clinician(stranger):
        assert not EmergencyAccess.objects.exists()


def test_b5_before_stopping_the_page_says_what_an_emergency_still_allows(
    maya, ada, browser
):
    client = browser(maya.user)
    with as_patient(maya):
        place = maya.members.get(user=ada.user)
    page = client.get(f"/sharing/{place.pk}/stop/").content.decode()
    assert "cannot see your record from now on" in page
    assert "In an emergency a clinician who was on your team can open" in page


def test_b5_who_stops_sharing_meanwhile_is_told_that_it_is_still_open(
    maya, ada, browser
):
    opened = open_up(ada, maya)
    client = browser(maya.user)
    before = client.get(f"/sharing/{opened.member_id}/stop/").content.decode()
    assert "opened your record in an emergency and can still read it until" in before
    assert "cannot see your record from now on" not in before
    client.post(f"/sharing/{opened.member_id}/stop/")
    page = client.get("/sharing/").content.decode()
    assert "until that ends they can still read it" in page
    assert "cannot see your record from now on" not in page
    assert "Only you can see your record" not in page
