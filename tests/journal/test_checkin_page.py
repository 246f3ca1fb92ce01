"""J1, J9-J11, J16, J30, J31, N2, P10, E4: the check-in through its page."""

import datetime as dt
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from careplan.common.identity import acting_as, system
from careplan.plan.models import DoseStep
from journal import queries
from journal.models import (
    DoseAnswer,
    Entry,
    EntryNote,
    KeptForm,
    SideEffectReport,
)
from tests import factory
from tests.journal import made
from tests.journal.made import NOW, TODAY, as_user, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def maya(client, cast):
    return signed_in(client, cast.maya.user, second_factor=False)


def mine(cast):
    return as_user(cast.maya.user)


def dose_key(cast):
    return f"{cast.sertraline.pk}:{TODAY.isoformat()}:morning"


def test_two_taps_are_a_whole_checkin(maya, cast):
    answer = maya.post("/check-in/", {"mood": "5", "client_id": str(uuid4())})
    assert (answer.status_code, answer["Location"]) == (302, "/today/")
    with mine(cast):
        assert Entry.objects.get().mood == 5


def test_the_line_after_saving_says_when_and_leads_to_a_change(maya, cast):
    page = maya.post("/check-in/", {"mood": "5"}, follow=True).content.decode()
    assert "Saved at 2:10pm." in page
    assert "Change it" in page


def test_a_hard_day_is_thanked_for(maya):
    page = maya.post("/check-in/", {"mood": "1"}, follow=True).content.decode()
    assert "Thank you for telling us, even on a hard day." in page
    assert "Things that help me" in page


def test_the_page_offers_the_due_dose_and_says_who_will_see_it(maya):
    page = maya.get("/check-in/").content.decode()
    assert "Sertraline 75 mg" in page
    assert "Sam Lind and Dr Ada Okafor can see check-ins." in page
    assert page.count('type="radio" name="mood"') == 7


def test_five_taps_save_dose_effect_and_strength(maya, cast):
    maya.post(
        "/check-in/",
        {
            "mood": "4",
            f"dose-{dose_key(cast)}": "taken",
            "effects": ["nausea"],
            "strength-nausea": "2",
        },
    )
    with as_user(cast.okafor):
        report = SideEffectReport.objects.get()
        assert (report.code, report.strength, report.change_day) == ("nausea", 2, 6)
        assert DoseAnswer.objects.get().answer == "taken"


def test_j31_a_missed_dose_may_say_why(maya, cast):
    key = dose_key(cast)
    page = maya.post(
        "/check-in/", {f"dose-{key}": "missed", f"reason-{key}": "forgot"}, follow=True
    )
    assert "Saved as missed." in page.content.decode()
    with mine(cast):
        assert DoseAnswer.objects.get().reason == "forgot"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"effects": ["none", "nausea"]}, "Choose None, or your side effects"),
        (
            {"mood": "3", "when": "other", "on": "2026-11-22"},
            "Choose today or an earlier day",
        ),
        ({"mood": "9"}, "Choose the level closest to your mood"),
        ({"mood": "3", "when": "other"}, "Choose the day it was"),
        ({"mood": "3", "bed": "23:00"}, "Enter both times, or neither of them"),
        ({"mood": "3", "note": "a\0b"}, "Take out the character"),
        ({"mood": "3", "awake": "many"}, "Enter a whole number"),
    ],
)
def test_bad_input_gets_a_sentence_and_keeps_the_words(maya, cast, typed, sentence):
    answer = maya.post("/check-in/", {"life_event": "My <words>", **typed})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert sentence in page
    assert "My &lt;words" in page
    with mine(cast):
        assert not Entry.objects.exists()


def test_an_empty_checkin_is_answered_with_a_sentence(maya, cast):
    page = maya.post("/check-in/", {}).content.decode()
    assert "Choose at least one thing to save" in page


def test_ten_thousand_characters_and_emoji_survive_an_error(maya):
    words = ("Łóng nöte 😀\r\n" * 1000)[:9_990]
    page = maya.post("/check-in/", {"mood": "77", "note": words}).content.decode()
    assert words.replace("\r\n", "\n")[:9000] in page.replace("\r\n", "\n")


def test_an_effect_in_own_words_and_one_found_by_search(maya, cast):
    maya.post("/check-in/", {"another": "brain zaps", "another_strength": "1"})
    maya.post("/check-in/", {"another": "My left ear whistles <b>"})
    with mine(cast):
        rows = SideEffectReport.objects.order_by("written_at", "-code")
        assert [(r.code, r.words) for r in rows] == [
            ("electric_zaps", ""),
            ("", "My left ear whistles <b>"),
        ]


def test_j10_a_past_day_keeps_about_and_written_at(maya, cast):
    maya.post(
        "/check-in/", {"mood": "2", "when": "other", "on": "2026-11-18", "at": "21:30"}
    )
    with mine(cast):
        entry = Entry.objects.get()
        assert entry.local_date == dt.date(2026, 11, 18)
        assert entry.written_at == NOW
        assert entry.was_added_later


def test_yesterday_evening_is_one_choice(maya, cast):
    maya.post("/check-in/", {"mood": "2", "when": "yesterday"})
    with mine(cast):
        assert Entry.objects.get().occurred_at == NOW.replace(day=20, hour=20, minute=0)


def test_same_as_yesterday_fills_the_form_and_saves_nothing(maya, cast):
    maya.post(
        "/check-in/",
        {"effects": ["tremor"], "strength-tremor": "3", "when": "yesterday"},
    )
    page = maya.post("/check-in/", {"mood": "6", "fill": "same"}).content.decode()
    assert 'value="tremor" id="id_effects_1" checked' in page
    assert "Check these answers" not in page
    with mine(cast):
        assert Entry.objects.count() == 1


def test_save_and_add_more_goes_on_to_the_same_checkin(maya, cast):
    answer = maya.post("/check-in/", {"mood": "6", "more": "1"})
    with mine(cast):
        entry = Entry.objects.get()
    assert answer["Location"] == f"/check-in/{entry.pk}/"
    page = maya.get(answer["Location"])
    assert page.status_code == 200
    maya.post(
        answer["Location"],
        {"mood": "6", "effects": ["nausea"], "strength-nausea": "1", "note": "Hm"},
    )
    with mine(cast):
        assert Entry.objects.count() == SideEffectReport.objects.count() == 1
        assert EntryNote.objects.get().words == "Hm"


def test_a_double_submit_saves_once(maya, cast):
    typed = {"mood": "5", "client_id": str(uuid4())}
    assert maya.post("/check-in/", typed).status_code == 302
    assert maya.post("/check-in/", typed).status_code == 302
    with mine(cast):
        assert Entry.objects.count() == 1


def test_delete_then_undo(maya, cast):
    maya.post("/check-in/", {"mood": "5"})
    with mine(cast):
        entry = Entry.objects.get()
    page = maya.post(f"/check-in/{entry.pk}/delete/", follow=True).content.decode()
    assert "Undo" in page
    maya.post(f"/check-in/{entry.pk}/restore/")
    with mine(cast):
        assert Entry.objects.get().deleted_at is None


def test_p10_keeping_one_private_acts_at_once(maya, cast):
    maya.post("/check-in/", {"mood": "5", "private": "on"})
    with as_user(cast.sam):
        assert not Entry.objects.exists()
    with mine(cast):
        entry = Entry.objects.get()
    maya.post(f"/check-in/{entry.pk}/privacy/", {"private": "0"})
    with as_user(cast.sam):
        assert Entry.objects.exists()


def test_another_persons_checkin_is_not_found(cast):
    other = factory.patient("Noor")
    them = signed_in(Client(), other.user, second_factor=False)
    mayas = signed_in(Client(), cast.maya.user, second_factor=False)
    mayas.post("/check-in/", {"mood": "5"})
    with mine(cast):
        entry = Entry.objects.get()
    assert them.get(f"/check-in/{entry.pk}/").status_code == 404
    assert them.post(f"/check-in/{entry.pk}/delete/").status_code == 404


def test_e4_what_was_typed_survives_a_signed_out_moment(cast):
    words = "x" * 9_999 + "é"
    token = queries.shown_token(cast.maya.pk, NOW)
    nobody = Client()
    answer = nobody.post("/check-in/", {"mood": "3", "note": words, "shown": token})
    assert answer.status_code == 302
    assert "/sign-in/" in answer["Location"]
    other = signed_in(Client(), factory.patient("Noor").user)
    assert words not in other.get("/check-in/").content.decode()
    back = signed_in(Client(), cast.maya.user)
    page = back.get("/check-in/").content.decode()
    assert words in page
    assert 'value="3" id="id_mood_2"' in page
    back.post("/check-in/", {"mood": "3", "note": words})
    with mine(cast):
        assert not KeptForm.objects.exists()
        assert EntryNote.objects.get().words == words


def test_e4_a_forged_token_keeps_nothing(cast):
    Client().post("/check-in/", {"note": "hello", "shown": "forged"})
    with mine(cast):
        assert not KeptForm.objects.exists()


def test_a_red_flag_answers_on_the_same_screen(maya):
    page = maya.post(
        "/check-in/", {"effects": ["rash", "fever"], "strength-rash": "1"}
    ).content.decode()
    assert "Call your team today" in page or "Get medical help now" in page
    assert "999" in page


def test_j30_one_tap_answers_a_dose_and_undo_takes_it_back(maya, cast):
    maya.post("/doses/answer/", {"dose": dose_key(cast), "answer": "taken"})
    with mine(cast):
        assert DoseAnswer.objects.get(deleted_at=None).amount == 75
    maya.post("/doses/answer/", {"dose": dose_key(cast), "answer": "undo"})
    with mine(cast):
        assert not DoseAnswer.objects.filter(deleted_at=None).exists()


NOBODYS = "6f1d1a53-0000-4000-8000-000000000000"


@pytest.mark.parametrize("key", ["", "a:b:c", "::", f"{NOBODYS}:2026-11-21:morning"])
def test_a_dose_that_is_not_in_the_plan_is_refused_kindly(maya, key):
    page = maya.post("/doses/answer/", {"dose": key, "answer": "taken"}, follow=True)
    assert "not in your plan" in page.content.decode()


def test_the_post_stays_within_its_budget(maya, cast):
    typed = {
        "mood": "4",
        f"dose-{dose_key(cast)}": "taken",
        "effects": ["nausea"],
        "strength-nausea": "2",
        "shown": queries.shown_token(cast.maya.pk, NOW),
    }
    with CaptureQueriesContext(connection) as seen:
        assert maya.post("/check-in/", typed).status_code == 302
    said = [q["sql"] for q in seen.captured_queries]
    content = [s for s in said if "journal_" in s or "careplan_" in s]
    assert len(content) <= 8, content
    assert len([s for s in said if "SAVEPOINT" not in s]) <= 14, said


def test_after_midnight_the_medicines_say_whose_day_they_are(maya, cast):
    """A dose day runs from 04:00 to 04:00 (decisions 14); the wall's day does not."""
    assert "Medicines of" not in maya.get("/today/").content.decode()
    assert "Medicines so far today" in maya.get("/check-in/").content.decode()
    with time_machine.travel(NOW.replace(day=22, hour=0, minute=40), tick=False):
        maya = signed_in(Client(), cast.maya.user, second_factor=False)
        today = maya.get("/today/").content.decode()
        assert "Sunday 22 November" in today
        assert "Medicines of Saturday 21 November, until 4am" in today
        checkin = maya.get("/check-in/").content.decode()
        assert "Medicines of Saturday 21 November</h2>" in checkin
        assert "Today, 12:40am" in checkin


def test_a_day_chosen_later_has_no_time_of_its_own(maya):
    page = maya.get("/check-in/?on=2026-11-19").content.decode()
    assert "Thursday 19 November" in page
    assert "Thursday 19 November, " not in page


def test_a_checkin_of_another_day_names_that_day_above_its_medicines(maya, cast):
    maya.post("/check-in/", {"mood": "5"})
    with mine(cast):
        entry = Entry.objects.get()
    with time_machine.travel(NOW + dt.timedelta(days=2), tick=False):
        client = signed_in(Client(), cast.maya.user, second_factor=False)
        page = client.get(f"/check-in/{entry.pk}/").content.decode()
    assert "Medicines of Saturday 21 November</h2>" in page


@pytest.mark.parametrize("path", ["/today/", "/check-in/"])
def test_j11_what_a_phone_opens_in_a_hurry_comes_packed(maya, path):
    page = maya.get(path, headers={"accept-encoding": "gzip"})
    assert page["Content-Encoding"] == "gzip"
    assert len(page.content) <= 12_000


def test_j7_nobody_watches_stands_before_save(maya):
    page = maya.get("/check-in/").content.decode()
    said = page.index("Nobody watches this as you write")
    assert page.index('id="id_note"') < said < page.index("Save check-in</button>")
    assert "Get support" in page[:said]


@pytest.mark.parametrize(
    "path",
    [
        "/today/",
        "/check-in/",
        "/journal/",
        "/journal/scales/",
        "/measures/",
        "/measures/phq9/",
        "/plan/",
        "/settings/",
        "/sharing/",
        "/messages/",
        "/timeline/",
    ],
)
def test_s5_help_is_one_tap_from_every_page(maya, path):
    assert 'href="/support/' in maya.get(path, follow=True).content.decode()


@pytest.mark.parametrize("path", ["/", "/sign-in/", "/privacy/", "/offline/"])
def test_s5_help_is_one_tap_signed_out_too(path):
    assert 'href="/support/' in Client().get(path, follow=True).content.decode()


RASH_ASKED = (
    "In the first weeks with Lamotrigine we ask each time: is there a new rash?"
)


@pytest.mark.parametrize(
    ("doses", "changed", "asked"),
    [
        ((25,), 56, True),  # the last day of the eight weeks
        ((25,), 57, False),
        ((25, 50), 6, False),  # started 66 days ago, raised six days ago
    ],
)
def test_a_rash_is_asked_about_in_the_first_weeks_of_lamotrigine(
    maya, cast, doses, changed, asked
):
    """N14, clinical.md 1.4: at every check-in, until eight weeks after the start."""
    made.medicine(cast.maya, cast.okafor, "Lamotrigine", doses=doses, changed=changed)
    page = maya.get("/check-in/").content.decode()
    assert (RASH_ASKED in page) is asked
    assert ('value="rash"' in page) is asked


def test_a_rash_is_asked_about_anew_after_a_restart_and_of_nobody_else(maya, cast):
    """N14: a gap between two doses begins the eight weeks again."""
    assert "is there a new rash" not in maya.get("/check-in/").content.decode()
    row = made.medicine(
        cast.maya, cast.okafor, "Lamotrigine", doses=(25, 25), changed=20
    )
    with acting_as(system("apply")):
        first = DoseStep.objects.filter(medication=row, state="past")
        first.update(ended_on=TODAY - dt.timedelta(days=50))
    page = maya.get("/check-in/").content.decode()
    assert RASH_ASKED in page
    chips = page[page.index('id="effects"') :]
    assert chips.index('value="rash"') < chips.index('value="nausea"')
