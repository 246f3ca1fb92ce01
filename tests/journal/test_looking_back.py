"""J8, J14, J15, J30, J32, J33: trackers, insights, moments, doses taken, months, search."""

import datetime as dt
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from careplan.common.identity import acting_as, link, system
from careplan.plan.models import DoseStep
from journal import entries, from_link, own, taken
from journal.inputs import DoseInput, EffectInput, TrackerInput
from journal.models import DoseAnswer, Insight, LifeEvent, Tracker, TrackerValue
from patients.models import Patient
from tests import factory
from tests.journal.made import NOW, TODAY, as_user, checkin, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def maya(client, cast):
    return signed_in(client, cast.maya.user, second_factor=False)


@pytest.fixture
def okafor(cast):
    return signed_in(Client(), cast.okafor)


def save(cast, **said):
    with as_user(cast.maya.user):
        return entries.save_checkin(
            cast.maya, checkin(**said), by=cast.maya.user, now=NOW
        )


def dose(cast, days_ago, answer):
    return DoseInput(
        day=TODAY - dt.timedelta(days=days_ago),
        answer=answer,
        medication_id=cast.sertraline.pk,
        slot="morning",
        planned_amount=Decimal(75),
        unit="mg",
    )


# --- J8 ------------------------------------------------------------------------------


def test_j8_a_tracker_is_added_renamed_hidden_and_logged(maya, cast):
    maya.post("/journal/trackers/", {"name": "Headaches", "kind": "scale"})
    with as_user(cast.maya.user):
        row = Tracker.objects.get()
    assert "Headaches" in maya.get("/check-in/").content.decode()
    maya.post("/check-in/", {f"tracker-{row.pk}": "7"})
    assert "Headaches: 7" in maya.get("/journal/").content.decode()
    url = f"/journal/trackers/{row.pk}/"
    maya.post(url, {"act": "rename", "name": "Migraine"})
    assert "Migraine" in maya.get("/check-in/").content.decode()
    maya.post(url, {"act": "hide"})
    assert "Migraine" not in maya.get("/check-in/").content.decode()
    with as_user(cast.maya.user):
        assert TrackerValue.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({}, "Write a name, such as Headaches."),
        ({"name": "x"}, "Choose a scale, a number, or yes or no."),
        ({"name": "y" * 200, "kind": "scale"}, "Shorten this to 80 characters"),
    ],
)
def test_j8_bad_input_gets_a_sentence(maya, typed, sentence):
    assert sentence in maya.post("/journal/trackers/", typed).content.decode()


def test_j8_another_persons_tracker_is_not_found_nor_logged(maya, cast):
    noor = factory.patient("Noor")
    with as_user(noor.user):
        theirs = own.add_tracker(noor.pk, name="Theirs", kind="yes_no")
    assert maya.post(f"/journal/trackers/{theirs.pk}/").status_code == 404
    with as_user(cast.maya.user), pytest.raises(Exception, match="tracker"):
        entries.save_checkin(
            cast.maya,
            checkin(trackers=(TrackerInput(theirs.pk, Decimal(1)),)),
            by=cast.maya.user,
            now=NOW,
        )
        from django.db import connection

        connection.check_constraints()


def test_j8_at_most_twenty(cast):
    with as_user(cast.maya.user):
        for number in range(20):
            own.add_tracker(cast.maya.pk, name=f"T{number}", kind="number")
        with pytest.raises(own.TooManyTrackers):
            own.add_tracker(cast.maya.pk, name="One more", kind="number")


# --- J14, J15 --------------------------------------------------------------------------


def test_j14_any_of_the_three_adds_a_key_moment(maya, okafor, cast):
    maya.post("/check-in/", {"life_event": "Moved house"})
    url = f"/p/{cast.maya.pk}/journal/2026-11-20/moment/"
    okafor.post(url, {"words": "Started a new job"})
    sam = signed_in(Client(), cast.sam)
    sam.post(url, {"words": "Saw her sister"})
    page = maya.get("/journal/").content.decode()
    for words in ("Moved house", "Started a new job", "Key moment, from Dr Ada Okafor"):
        assert words in page
    assert sam.post(url, {"words": "  "}, follow=True).status_code == 200
    with as_user(cast.maya.user):
        assert LifeEvent.objects.count() == 3


def test_j15_an_insight_goes_open_discussed_kept(maya, cast):
    maya.post("/check-in/", {"insight": "I avoid calls", "bring_back": "on"})
    sam = signed_in(Client(), cast.sam)
    url = f"/p/{cast.maya.pk}/journal/insights/"
    assert "I avoid calls" in sam.get(url).content.decode()
    with as_user(cast.maya.user):
        row = Insight.objects.get()
    sam.post(f"{url}{row.pk}/", {"state": "discussed"})
    with as_user(cast.maya.user):
        assert Insight.objects.get().state == "discussed"
    maya.post(f"/journal/insights/{row.pk}/", {"state": "kept"})
    with as_user(cast.maya.user):
        assert Insight.objects.get().state == "kept"


def test_j15_a_prescriber_reads_and_does_not_mark(okafor, maya, cast):
    maya.post("/check-in/", {"insight": "I avoid calls"})
    with as_user(cast.maya.user):
        row = Insight.objects.get()
    url = f"/p/{cast.maya.pk}/journal/insights/"
    assert okafor.get(url).status_code == 200
    assert okafor.post(f"{url}{row.pk}/", {"state": "kept"}).status_code == 403


# --- J30, J32, J33 -----------------------------------------------------------------------


def test_j33_no_record_stands_apart_from_not_taken(maya, okafor, cast):
    save(cast, doses=(dose(cast, 0, "taken"),))
    save(cast, doses=(dose(cast, 1, "missed"),), at=NOW - dt.timedelta(days=1))
    save(cast, doses=(dose(cast, 2, "late"),), at=NOW - dt.timedelta(days=2))
    for reader, address in (
        (maya, "/journal/doses/"),
        (okafor, f"/p/{cast.maya.pk}/journal/doses/"),
    ):
        page = reader.get(address).content.decode()
        assert "29 %" in page  # 2 of 7
        assert "(2 ÷ 7)" in page
        assert "(2 ÷ 28)" in page


def test_j33_private_answers_are_counted_for_nobody(okafor, cast):
    save(cast, doses=(dose(cast, 0, "taken"),), is_private=True)
    page = okafor.get(f"/p/{cast.maya.pk}/journal/doses/").content.decode()
    assert "(0 ÷ 7)" in page


def test_j33_a_links_all_taken_stands_for_what_was_due_by_then(cast):
    bare = Patient(pk=cast.maya.pk, time_zone="Europe/London")
    with acting_as(link(cast.maya.pk, "checkin")):
        from_link.save(
            bare,
            checkin(doses=(DoseInput(day=TODAY, answer="taken"),), source="link"),
            now=NOW,
        )
    with as_user(cast.maya.user):
        from journal import medicines

        known = medicines.of_patient(cast.maya.pk, day=TODAY)
        said = taken.answers(cast.maya.pk, since=TODAY, until=TODAY)
        (row,) = taken.per_medicine(
            known, said, today=TODAY, now=NOW, zone="Europe/London"
        )
        week = dict(row.spans)[7]
        assert (week.taken, week.no_record) == (1, 6)


def test_j30_part_of_a_dose_with_its_amount_and_time(maya, cast):
    url = f"/journal/doses/{cast.sertraline.pk}/2026-11-21/morning/"
    assert maya.get(url).status_code == 200
    maya.post(url, {"answer": "partly", "amount": "37.5", "at": "09:15"})
    with as_user(cast.maya.user):
        row = DoseAnswer.objects.get()
        assert (row.answer, row.amount) == ("partly", Decimal("37.5"))
        assert row.taken_at == NOW.replace(hour=9, minute=15)
    assert "took part of it 37.5 mg" in maya.get("/journal/").content.decode()


def test_j32_as_needed_keeps_amount_and_reason_and_never_counts_as_missed(maya, cast):
    with acting_as(system("apply")):
        DoseStep(
            patient=cast.maya,
            medication=cast.sertraline,
            order=9,
            regimen="as_needed",
            amount=Decimal(25),
            purpose="panic",
            at_most=Decimal(50),
            state="current",
            released_at=NOW,
            released_by=cast.okafor,
            started_on=TODAY - dt.timedelta(days=5),
        ).save(force_insert=True)
    url = f"/journal/doses/{cast.sertraline.pk}/2026-11-21/"
    assert "at most 50" in maya.get(url).content.decode()
    maya.post(url, {"answer": "taken", "amount": "25", "words": "Panic; helped a bit"})
    with as_user(cast.maya.user):
        row = DoseAnswer.objects.get()
        assert (row.slot, row.words) == ("", "Panic; helped a bit")
    page = maya.get("/journal/doses/").content.decode()
    assert "taken 1 time in 90 days" in page
    later = page.split("?of=")[1][:36]
    assert "Panic; helped a bit" in maya.get(f"{url}?of={later}").content.decode()
    maya.post(
        f"{url}?of={later}",
        {"answer": "taken", "amount": "25", "words": "Panic; gone in an hour"},
    )
    with as_user(cast.maya.user):
        assert DoseAnswer.objects.get().words == "Panic; gone in an hour"
    assert maya.get(f"{url}?of={uuid4()}").status_code == 404
    assert "(0 ÷ 7)" in page


def test_a_dose_of_another_persons_medicine_is_not_found(cast):
    other = signed_in(Client(), factory.patient("Noor").user)
    url = f"/journal/doses/{cast.sertraline.pk}/2026-11-21/morning/"
    assert other.get(url).status_code == 404


# --- Months, search -----------------------------------------------------------------------


def test_months_show_a_mark_a_day_and_hide_private_ones(maya, okafor, cast):
    save(cast, mood=7)
    save(cast, mood=1, at=NOW - dt.timedelta(days=3), is_private=True)
    page = maya.get("/journal/months/").content.decode()
    assert "Very good" in page
    assert "Very low" in page
    assert "November 2026" in page
    theirs = okafor.get(f"/p/{cast.maya.pk}/journal/months/").content.decode()
    assert "Very good" in theirs
    assert "Very low" not in theirs


@pytest.mark.parametrize("until", ["2026-01", "x", "9999-12", "0000-00", ""])
def test_months_answer_any_address(maya, until):
    assert maya.get("/journal/months/", {"until": until}).status_code == 200


def test_search_finds_ones_own_words_and_nobody_elses(maya, cast):
    save(cast, note="Walked by the RIVER today")
    save(cast, effects=(EffectInput(words="River in my ears"),))
    page = maya.get("/journal/search/", {"q": "river"}).content.decode()
    assert page.count("<mark>") == 2
    other = signed_in(Client(), factory.patient("Noor").user)
    assert "<mark>" not in other.get("/journal/search/?q=river").content.decode()


@pytest.mark.parametrize("show", ["mood", "effects", "doses", "sleep", "notes", "zz"])
def test_filters_answer(maya, cast, show):
    save(cast, mood=4, note="Hello")
    assert (
        maya.get("/journal/", {"show": show, "until": "2026-11-21"}).status_code == 200
    )
