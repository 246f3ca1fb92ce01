"""Double presses, Back, two tabs, a half-filled fold: nothing is lost, nothing doubled."""

from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client

from careplan.common.identity import acting_as, link
from careplan.team.models import Alert
from journal import effects, from_link, queries
from journal.models import (
    DoseAnswer,
    Entry,
    EntryNote,
    LifeEvent,
    MeasureResponse,
    PracticeLog,
    SafetyMoment,
    SideEffectReport,
    SleepLog,
    SubstanceLog,
    Tracker,
)
from patients.models import Patient
from tests.journal.made import NOW, TODAY, as_user, checkin, signed_in

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


def dose(cast):
    return f"{cast.sertraline.pk}:{TODAY.isoformat()}:morning"


def test_s1_a_second_press_of_save_still_opens_the_support_page(maya, cast):
    typed = {"effects": ["suicidal"], "client_id": str(uuid4())}
    first = maya.post("/check-in/", typed)
    again = maya.post("/check-in/", typed)
    assert again["Location"] == first["Location"]
    with mine(cast):
        assert SafetyMoment.objects.count() == 1


def test_a_second_press_still_says_what_needs_help_soon(maya):
    typed = {
        "effects": ["rash"],
        "strength-rash": "1",
        "client_id": str(uuid4()),
    }
    first = maya.post("/check-in/", typed).content.decode()
    again = maya.post("/check-in/", typed).content.decode()
    assert "999" in first
    assert "999" in again


def test_back_and_another_answer_is_not_taken_for_a_repeat(maya, cast):
    typed = {"mood": "5", "client_id": str(uuid4())}
    maya.post("/check-in/", typed)
    page = maya.post("/check-in/", typed | {"mood": "2", "note": "worse"}, follow=True)
    text = page.content.decode()
    assert "worse" in text
    assert "saved already" in text
    with mine(cast):
        assert Entry.objects.get().mood == 5


def test_s2_what_is_shared_later_is_told_then(maya, cast):
    maya.post("/check-in/", {"effects": ["suicidal"], "private": "on"})
    with as_user(cast.okafor):
        assert not Alert.objects.exists()
    with mine(cast):
        entry = Entry.objects.get()
    maya.post(f"/check-in/{entry.pk}/privacy/", {"private": "0"})
    with as_user(cast.okafor):
        assert Alert.objects.get().level == "emergency"


def test_s2_a_form_kept_private_and_then_sent_tells_of_item_nine(maya, cast):
    maya.post("/measures/phq9/", {"private": "on"})
    for number in range(1, 10):
        answer = "3" if number == 9 else "0"
        maya.post(f"/measures/phq9/{number}/", {"answer": answer})
    maya.post("/measures/phq9/check/", {})
    with as_user(cast.okafor):
        assert MeasureResponse.objects.get().score == 3
        alert = Alert.objects.get()
        assert alert.level == "same_day"
        assert "Nearly every day" in alert.exact


def test_s2_a_changed_answer_is_in_the_alert_word_for_word(maya, cast):
    maya.post("/measures/phq9/")
    maya.post("/measures/phq9/9/", {"answer": "1"})
    maya.post("/measures/phq9/9/", {"answer": "3"})
    with as_user(cast.okafor):
        alert = Alert.objects.get()
        assert alert.level == "same_day"
        assert "Nearly every day" in alert.exact


@pytest.mark.parametrize(
    ("typed", "model", "field", "value"),
    [
        ({"effort": "hard"}, PracticeLog, "effort", "hard"),
        ({"mindful_minutes": "10"}, PracticeLog, "minutes", 10),
        ({"units": "2"}, SubstanceLog, "units", Decimal(2)),
        ({"drink_words": "a joint"}, SubstanceLog, "words", "a joint"),
        ({"wakings": "3"}, SleepLog, "wakings", 3),
    ],
)
def test_a_half_filled_fold_is_kept(maya, cast, typed, model, field, value):
    maya.post("/check-in/", {"mood": "4", **typed})
    with mine(cast):
        assert getattr(model.objects.get(), field) == value


def test_not_yet_takes_an_answer_back(maya, cast):
    maya.post("/doses/answer/", {"dose": dose(cast), "answer": "taken"})
    maya.post("/check-in/", {"mood": "4", f"dose-{dose(cast)}": "not_yet"})
    with mine(cast):
        assert not DoseAnswer.objects.filter(deleted_at=None).exists()


def test_a_check_in_comes_back_from_the_bin_beside_a_newer_answer(maya, cast):
    maya.post(
        "/check-in/",
        {"mood": "4", f"dose-{dose(cast)}": "taken", "bed": "23:00", "up": "07:00"},
    )
    with mine(cast):
        entry = Entry.objects.get()
    maya.post(f"/check-in/{entry.pk}/delete/")
    maya.post("/doses/answer/", {"dose": dose(cast), "answer": "missed"})
    maya.post("/check-in/", {"mood": "3", "bed": "22:00", "up": "06:00"})
    assert maya.post(f"/check-in/{entry.pk}/restore/").status_code == 302
    with mine(cast):
        assert DoseAnswer.objects.get(deleted_at=None).answer == "missed"
        assert SleepLog.objects.get(deleted_at=None).bed_at.hour == 22


def test_j32_one_press_too_many_is_one_dose_as_needed(maya, cast):
    url = f"/journal/doses/{cast.sertraline.pk}/{TODAY.isoformat()}/"
    name = maya.get(url).context["form"]["client_id"].value()
    for _press in range(2):
        maya.post(url, {"answer": "taken", "amount": "1", "client_id": str(name)})
    with mine(cast):
        assert DoseAnswer.objects.count() == 1


def test_sending_a_form_twice_leads_to_its_score_twice(maya, cast):
    maya.post("/measures/phq2/")
    for number in (1, 2):
        maya.post(f"/measures/phq2/{number}/", {"answer": "1"})
    first = maya.post("/measures/phq2/check/")
    again = maya.post("/measures/phq2/check/")
    assert first["Location"] == again["Location"] == "/measures/phq2/done/"


def test_adding_twice_adds_one_tracker_and_one_key_moment(maya, cast):
    for _press in range(2):
        maya.post("/journal/trackers/", {"name": "Headaches", "kind": "scale"})
    sam = signed_in(Client(), cast.sam)
    for _press in range(2):
        url = f"/p/{cast.maya.pk}/journal/{TODAY.isoformat()}/moment/"
        sam.post(url, {"words": "Moved house"})
    with mine(cast):
        assert Tracker.objects.count() == LifeEvent.objects.count() == 1


def test_e4_ten_thousand_emoji_survive_a_signed_out_moment(cast):
    words = "😀" * 10_000
    token = queries.shown_token(cast.maya.pk, NOW)
    Client().post("/check-in/", {"note": words, "shown": token})
    back = signed_in(Client(), cast.maya.user)
    assert words in back.get("/check-in/").content.decode()


def test_e4_what_was_typed_into_a_change_survives_too(maya, cast):
    maya.post("/check-in/", {"mood": "5"})
    with mine(cast):
        entry = Entry.objects.get()
    url = f"/check-in/{entry.pk}/"
    token = str(maya.get(url).context["form"]["shown"].value())
    nobody = Client()
    answer = nobody.post(url, {"mood": "2", "note": "so tired", "shown": token})
    assert answer["Location"].endswith(url)
    page = maya.get(url).content.decode()
    assert "so tired" in page
    maya.post(url, {"mood": "2", "note": "so tired"})
    with mine(cast):
        assert EntryNote.objects.get().words == "so tired"
    assert "so tired" not in maya.get("/check-in/").content.decode()


def test_signing_in_again_keeps_the_day_one_was_writing_about(cast):
    answer = Client().get("/check-in/?on=2026-11-18")
    assert "2026-11-18" in answer["Location"]


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "1900-01-01"])
def test_any_day_of_the_calendar_is_answered(maya, cast, day):
    for path in (f"/journal/{day}/", f"/journal/doses/{cast.sertraline.pk}/{day}/"):
        assert maya.get(path).status_code in (200, 404)
    assert maya.get(f"/journal/?until={day}").status_code == 200
    assert maya.get(f"/check-in/?on={day}").status_code == 200
    posted = maya.post("/check-in/", {"mood": "3", "when": "other", "on": day})
    assert posted.status_code == 200


def test_j10_an_earlier_version_keeps_all_that_was_said(maya, cast):
    maya.post(
        "/check-in/",
        {
            "mood": "4",
            "bed": "23:00",
            "up": "07:00",
            "moving": "20",
            "drink": "alcohol",
            "units": "2",
            "life_event": "Moved house",
            "insight": "Breathe first",
            f"dose-{dose(cast)}": "taken",
        },
    )
    with mine(cast):
        entry = Entry.objects.get()
    maya.post(f"/check-in/{entry.pk}/", {"mood": "5"})
    page = maya.get(f"/check-in/{entry.pk}/").content.decode()
    for said in ("8 h", "20 minutes", "Moved house", "Breathe first", "2 units"):
        assert said in page, said


def test_a_correction_keeps_what_was_noted_of_a_side_effect(maya, cast):
    """N2: a tie undone stays undone, and a clinician's view stays beside it."""
    typed = {"mood": "4", "effects": ["nausea"], "strength-nausea": "1"}
    maya.post("/check-in/", typed)
    with mine(cast):
        report = SideEffectReport.objects.get()
        effects.undo_link(report, now=NOW)
    with as_user(cast.okafor):
        effects.judge(
            report, by=cast.okafor, role="prescriber", cause="illness", now=NOW
        )
    maya.post(f"/check-in/{report.entry_id}/", typed | {"note": "better", "mood": "5"})
    with mine(cast):
        kept = SideEffectReport.objects.get(deleted_at=None)
        assert not kept.is_linked
        assert kept.judgements.count() == 1


def test_only_a_second_press_on_a_link_is_called_a_repeat(cast):
    bare = Patient(pk=cast.maya.pk, time_zone="Europe/London")
    with (
        acting_as(link(cast.maya.pk, "checkin")),
        transaction.atomic(),
        pytest.raises(IntegrityError),
    ):
        from_link.save(bare, checkin(mood=9, source="link"), now=NOW)


def test_one_tile_chosen_over_both_sides_of_before_counts(maya, cast):
    maya.post("/journal/scales/", {"mood_scale": "elevated"})
    maya.post("/check-in/", {"low": "2", "high": "1"})
    with mine(cast):
        entry = Entry.objects.get()
    typed = {"low": "2", "high": "1", "mood": "1"}
    maya.post(f"/check-in/{entry.pk}/", typed)
    with mine(cast):
        entry.refresh_from_db()
        assert (entry.low, entry.high) == (0, 1)


def test_what_a_habit_did_without_the_habit_is_asked_about(maya):
    page = maya.post("/check-in/", {"mood": "4", "habits_effect": "worse"})
    assert "Choose what it was about" in page.content.decode()


def test_j32_what_it_was_for_is_read_by_both(maya, cast):
    url = f"/journal/doses/{cast.sertraline.pk}/{TODAY.isoformat()}/"
    maya.post(url, {"answer": "taken", "words": "before the dentist"})
    assert "before the dentist" in maya.get("/journal/").content.decode()
    okafor = signed_in(Client(), cast.okafor)
    page = okafor.get(f"/p/{cast.maya.pk}/journal/").content.decode()
    assert "before the dentist" in page


def test_p10_each_part_says_who_can_read_it_before_saving(maya):
    """Notes and drink are shared under topics of their own, and say so (P10)."""
    today = maya.get("/today/").content.decode()
    seen = "Sam Lind and Dr Ada Okafor can see check-ins."
    assert today.index(seen) < today.index("Save</button>")
    page = maya.get("/check-in/").content.decode()
    note = page.index('id="id_note"')
    told = page[note:].split("Nobody watches")[0]
    assert "Only you can see this." in told
    drink = page.index('id="id_drink_0"')
    assert "can see this." in page[drink - 1500 : drink]


def test_a_question_about_a_day_leads_to_a_question(maya, cast):
    maya.post("/check-in/", {"mood": "4"})
    for reader, path in (
        (maya, f"/journal/{TODAY.isoformat()}/"),
        (signed_in(Client(), cast.sam), f"/p/{cast.maya.pk}/journal/{TODAY}/"),
    ):
        page = reader.get(path).content.decode()
        link_ = page[: page.index("Ask about this day")].rsplit("<a ", 1)[1]
        assert f'href="/p/{cast.maya.pk}/concerns/new/?' in link_
