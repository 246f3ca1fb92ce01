"""J9, J10, N2, P10, S5: looking back, and support for everybody."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from careplan.common.identity import acting_as, system
from careplan.plan.models import SafetyPerson, SafetyPlan
from careplan.team.models import Alert
from journal import entries, own
from journal.inputs import (
    DoseInput,
    EffectInput,
    PracticeInput,
    SleepInput,
    SubstanceInput,
    TrackerInput,
)
from journal.models import SafetyMoment, SideEffectReport, Tracker
from patients.models import AccessEvent
from tests import factory
from tests.journal.made import NOW, as_user, checkin, signed_in

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


def record(cast, rest=""):
    return f"/p/{cast.maya.pk}/journal/{rest}"


def test_an_empty_journal_says_there_is_no_right_number(maya):
    page = maya.get("/journal/").content.decode()
    assert "There is no right number of them." in page


def test_the_day_shows_what_was_logged_in_words(maya, cast):
    save(
        cast,
        mood=5,
        effects=(EffectInput(code="nausea", strength=1),),
        sleep=SleepInput(dt.time(23), dt.time(6, 30), 30),
        note="Slept at last",
    )
    page = maya.get("/journal/2026-11-21/").content.decode()
    for words in (
        "Fairly good",
        "I feel sick, mild",
        "day 6 after 50 → 75 mg",
        "Slept 7 h",
        "Slept at last",
    ):
        assert words in page


def test_a_day_without_anything_says_so(maya):
    page = maya.get("/journal/2026-11-02/").content.decode()
    assert "Nothing logged this day." in page
    assert maya.get("/journal/2026-02-31/").status_code == 404


def test_j9_several_a_day_keep_their_times_and_are_summed_up_in_words(maya, cast):
    save(cast, mood=2, at=NOW - dt.timedelta(hours=5))
    save(cast, mood=5)
    page = maya.get("/journal/").content.decode()
    assert "2 check-ins, from low to fairly good" in page
    assert "9:10am" in page
    assert "2:10pm" in page


def test_a_clinician_reads_and_the_access_log_says_so(okafor, cast):
    save(cast, mood=5, effects=(EffectInput(code="nausea", strength=1),))
    page = okafor.get(record(cast)).content.decode()
    assert "I feel sick" in page
    with as_user(cast.maya.user):
        event = AccessEvent.objects.get()
        assert (event.viewer_id, event.part) == (cast.okafor.pk, "journal")


def test_p10_a_private_checkin_and_note_are_absent_for_a_clinician(okafor, maya, cast):
    save(cast, mood=1, note="CANARY-PRIVATE", is_private=True)
    save(cast, mood=6, note="CANARY-NOTE")
    for address in (record(cast), record(cast, "2026-11-21/")):
        page = okafor.get(address).content.decode()
        assert "CANARY" not in page
        assert "Very low" not in page
    assert "CANARY-PRIVATE" in maya.get("/journal/").content.decode()


def test_a_stranger_gets_404_and_an_ended_member_too(cast):
    stranger = signed_in(Client(), factory.clinician("prescriber").user)
    assert stranger.get(record(cast)).status_code == 404
    assert Client().get(record(cast)).status_code == 302


def test_a_member_to_whom_nothing_of_it_is_open_gets_403(cast):
    post = factory.clinician("therapist", "Lea Novak")
    factory.member(cast.maya, post, topics=["visits"])
    assert signed_in(Client(), post.user).get(record(cast)).status_code == 403


def test_a_member_sees_only_the_topics_shared(cast):
    post = factory.clinician("therapist", "Lea Novak")
    factory.member(cast.maya, post, topics=["mood"])
    save(cast, mood=6, effects=(EffectInput(code="nausea", strength=1),))
    page = signed_in(Client(), post.user).get(record(cast)).content.decode()
    assert "Good" in page
    assert "I feel sick" not in page


def test_n2_the_tie_is_undone_and_put_back_in_one_tap(maya, cast):
    save(cast, effects=(EffectInput(code="nausea", strength=1),))
    with as_user(cast.maya.user):
        report = SideEffectReport.objects.get()
    url = f"/journal/effects/{report.pk}/link/"
    page = maya.post(url, follow=True).content.decode()
    assert "day 6 after" not in page
    page = maya.post(url, {"back": "1"}, follow=True).content.decode()
    assert "day 6 after" in page


def test_n2_a_clinician_says_what_it_is_and_the_patient_reads_it(okafor, maya, cast):
    save(cast, effects=(EffectInput(code="nausea", strength=1),))
    with as_user(cast.maya.user):
        report = SideEffectReport.objects.get()
    url = record(cast, f"effects/{report.pk}/judge/")
    okafor.post(url, {"cause": "withdrawal"})
    page = maya.get("/journal/2026-11-21/").content.decode()
    assert "Dr Ada Okafor: withdrawal" in page
    assert maya.post(url, {"cause": "illness"}).status_code == 403


def test_a_private_report_cannot_be_judged(okafor, cast):
    save(cast, effects=(EffectInput(code="nausea"),), is_private=True)
    with as_user(cast.maya.user):
        report = SideEffectReport.objects.get()
    url = record(cast, f"effects/{report.pk}/judge/")
    assert okafor.post(url, {"cause": "illness"}).status_code == 404


def everything(cast, hours):
    """A check-in that fills every table the journal reads."""
    with as_user(cast.maya.user):
        tracker = Tracker.objects.first() or own.add_tracker(
            cast.maya.pk, name="Headaches", kind="yes_no"
        )
    save(
        cast,
        mood=3,
        note="a walk",
        insight="breathe out",
        life_event="Moved house",
        effects=(EffectInput(code="nausea", strength=1),),
        doses=(
            DoseInput(
                day=(NOW - dt.timedelta(hours=hours)).date(),
                answer="taken",
                medication_id=cast.sertraline.pk,
                slot="morning",
            ),
        ),
        sleep=SleepInput(quality=3),
        practices=(PracticeInput("movement", minutes=20),),
        substance=SubstanceInput("alcohol", words="a beer"),
        trackers=(TrackerInput(tracker.pk, Decimal(1)),),
        at=NOW - dt.timedelta(hours=hours),
    )


@pytest.mark.parametrize("reader", ["maya", "okafor"])
def test_queries_are_few_and_do_not_grow_with_the_rows(maya, okafor, cast, reader):
    """Content <= 8, in all <= 14 (decisions 36), whatever the days hold."""
    client, path = {
        "maya": (maya, "/journal/"),
        "okafor": (okafor, record(cast)),
    }[reader]

    def asked():
        with CaptureQueriesContext(connection) as seen:
            page = client.get(path)
        assert page.status_code == 200
        return page.content.decode(), [q["sql"] for q in seen.captured_queries]

    everything(cast, 0)
    asked()  # the first visit also writes the session down
    text, few = asked()
    for word in ("Moved house", "Sertraline", "Headaches: yes", "Moving about"):
        assert word in text
    assert ("a walk" in text) == (reader == "maya")  # notes are not shared with her
    for hours in range(1, 15):
        everything(cast, 9 * hours)
    many = asked()[1]
    content = [s for s in many if "journal_" in s or "careplan_" in s]
    assert len(content) <= 8, content
    assert len(many) <= len(few) <= 14, (len(few), many)


# --- Support -------------------------------------------------------------------------


def test_s5_support_works_signed_out_with_numbers_of_the_country():
    page = Client().get("/support/?country=GB").content.decode()
    assert "999" in page
    page = Client().get("/support/?country=US").content.decode()
    assert "988" in page


@pytest.mark.parametrize("country", ["ZZ", "<b>", "", "DE", "toolong"])
def test_an_unknown_country_still_shows_something(country):
    answer = Client().get("/support/", {"country": country})
    assert answer.status_code == 200
    assert "mergency number" in answer.content.decode()


def test_signed_in_it_shows_own_people(maya, cast):
    with acting_as(system("apply")):
        plan = SafetyPlan(patient=cast.maya)
        plan.save(force_insert=True)
        SafetyPerson(
            patient=cast.maya,
            safety_plan=plan,
            kind="person",
            name="Priya, my sister",
            phone="07700 900111",
        ).save(force_insert=True)
    page = maya.get("/support/").content.decode()
    assert "Priya, my sister" in page
    assert 'href="tel:07700900111"' in page


def test_s1_a_self_harm_effect_leads_to_the_page_with_three_equal_choices(maya, cast):
    page = maya.post("/check-in/", {"effects": ["suicidal"]}, follow=True)
    text = page.content.decode()
    for words in (
        "Are you safe right now?",
        "I need help now",
        "I would like someone to contact me",
        "I am safe for now",
        "999",
        "Dr Ada Okafor and Sam Lind",
        "weekdays by 5pm",
        "Today is Saturday, so that is Monday 23 November.",
    ):
        assert words in text
    with as_user(cast.okafor):
        assert Alert.objects.get().level == "emergency"


def test_s2_without_a_promise_set_by_the_practice_none_is_made(maya, cast):
    with as_user(cast.okafor):
        for post in cast.okafor.clinician_posts.all():
            post.organisation.reading_promise = ""
            post.organisation.save(update_fields=["reading_promise"])
    page = maya.post("/check-in/", {"effects": ["suicidal"]}, follow=True)
    assert "They look" not in page.content.decode()


def test_a_private_self_harm_answer_tells_nobody_and_offers_to(maya, cast):
    page = maya.post(
        "/check-in/", {"effects": ["suicidal"], "private": "on"}, follow=True
    ).content.decode()
    assert "Nobody was told, because you kept it private." in page
    with as_user(cast.okafor):
        assert not Alert.objects.exists()
    with as_user(cast.maya.user):
        moment = SafetyMoment.objects.get()
    maya.post(f"/support/{moment.pk}/", {"choice": "tell"})
    with as_user(cast.okafor):
        assert "kill myself" in Alert.objects.get().exact


@pytest.mark.parametrize("choice", ["help_now", "contact_me", "safe", "visit", "??"])
def test_every_choice_answers_and_is_kept(maya, cast, choice):
    maya.post("/check-in/", {"effects": ["suicidal"]})
    with as_user(cast.maya.user):
        moment = SafetyMoment.objects.get()
    page = maya.post(f"/support/{moment.pk}/", {"choice": choice}, follow=True)
    assert page.status_code == 200
    with as_user(cast.maya.user):
        moment.refresh_from_db()
        kept = choice if choice in SafetyMoment.Choice.values else ""
        assert moment.choice == kept


def test_another_persons_moment_is_not_found(maya, cast):
    maya.post("/check-in/", {"effects": ["suicidal"]})
    with as_user(cast.maya.user):
        moment = SafetyMoment.objects.get()
    other = signed_in(Client(), factory.patient("Noor").user)
    assert other.get(f"/support/{moment.pk}/").status_code == 404
