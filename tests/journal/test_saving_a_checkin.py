"""J1, J2, J9, J10, J11, J16, N2, P10: a check-in is saved whole, once, and tied."""

import datetime as dt
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from careplan.common.identity import acting_as, link
from careplan.team.models import Alert
from journal import bin as journal_bin
from journal import corrections, effects, entries, from_link
from journal.inputs import DoseInput, EffectInput, SleepInput
from journal.models import (
    CheckinTiming,
    DoseAnswer,
    Entry,
    EntryNote,
    EntryVersion,
    SideEffectReport,
    SleepLog,
)
from patients.models import Patient
from tests import factory
from tests.journal.made import NOW, TODAY, as_user, checkin

pytestmark = pytest.mark.django_db


def save(cast, **said):
    with as_user(cast.maya.user):
        return entries.save_checkin(
            cast.maya, checkin(**said), by=cast.maya.user, now=NOW
        )


def dose(cast, answer="taken", **more):
    return DoseInput(
        day=TODAY,
        answer=answer,
        medication_id=cast.sertraline.pk,
        slot="morning",
        planned_amount=Decimal(75),
        unit="mg",
        **more,
    )


def test_j1_a_mood_alone_is_a_whole_checkin_with_its_local_day(cast):
    save(cast, mood=5)
    with as_user(cast.okafor):
        entry = Entry.objects.get()
        assert (entry.mood, entry.local_date, entry.zone) == (5, TODAY, "Europe/London")


def test_a_moment_before_midnight_belongs_to_the_day_on_the_wall(cast):
    late = dt.datetime(2026, 6, 30, 23, 30, tzinfo=dt.UTC)
    save(cast, mood=3, at=late)
    with as_user(cast.maya.user):
        assert Entry.objects.get().local_date == dt.date(2026, 7, 1)


def test_j2_low_and_high_are_kept_apart_and_a_day_of_both_is_mixed(cast):
    save(cast, scale="elevated", low=2, high=3)
    with as_user(cast.maya.user):
        entry = Entry.objects.get()
        assert (entry.low, entry.high, entry.mood, entry.is_mixed) == (2, 3, None, True)


def test_n2_an_effect_is_tied_to_the_dose_change_it_followed(cast):
    save(cast, effects=(EffectInput(code="nausea", strength=1),))
    with as_user(cast.okafor):
        report = SideEffectReport.objects.get()
        assert effects.change_words(report) == "Sertraline: day 6 after 50 → 75 mg"


def test_n2_the_tie_is_undone_in_one_act_and_the_report_stays(cast):
    save(cast, effects=(EffectInput(code="nausea"),))
    with as_user(cast.maya.user):
        report = SideEffectReport.objects.get()
        effects.undo_link(report, now=NOW)
        assert effects.change_words(SideEffectReport.objects.get()) == ""


def test_n2_each_clinician_says_what_they_think_it_is(cast):
    save(cast, effects=(EffectInput(code="nausea"),))
    for user, role, cause in (
        (cast.okafor, "prescriber", "medicine"),
        (cast.sam, "therapist", "unclear"),
    ):
        with as_user(user):
            report = SideEffectReport.objects.get()
            effects.judge(report, by=user, role=role, cause=cause, now=NOW)
    with as_user(cast.maya.user):
        causes = SideEffectReport.objects.get().judgements.values_list("cause")
        assert sorted(causes) == [("medicine",), ("unclear",)]


def test_n2_a_patient_cannot_judge_for_a_clinician(cast):
    save(cast, effects=(EffectInput(code="nausea"),))
    with as_user(cast.maya.user), pytest.raises(ProgrammingError), transaction.atomic():
        report = SideEffectReport.objects.get()
        effects.judge(
            report, by=cast.okafor, role="prescriber", cause="illness", now=NOW
        )


def test_a_spell_older_than_the_change_is_not_laid_at_its_door(cast):
    earlier = NOW - dt.timedelta(days=7)
    save(cast, effects=(EffectInput(code="nausea", strength=2),), at=earlier)
    save(cast, effects=(EffectInput(code="nausea", strength=2),))
    save(cast, effects=(EffectInput(code="nausea", strength=3),))
    with as_user(cast.maya.user):
        rows = SideEffectReport.objects.order_by("occurred_at", "strength")
        assert [(r.change_from, r.change_day) for r in rows[1:]] == [
            (None, None),
            (Decimal(50), 6),
        ]


def test_an_effect_without_strength_is_saved_as_not_rated(cast):
    save(cast, effects=(EffectInput(code="tremor"),))
    with as_user(cast.maya.user):
        report = SideEffectReport.objects.get()
        assert effects.strength_word(report) == "not rated"


def test_the_same_client_id_twice_is_saved_once(cast):
    said = checkin(mood=4, effects=(EffectInput(code="nausea"),), note="Once")
    with as_user(cast.maya.user):
        first = entries.save_checkin(cast.maya, said, by=cast.maya.user, now=NOW)
        again = entries.save_checkin(cast.maya, said, by=cast.maya.user, now=NOW)
        assert (again.entry_id, again.is_repeat) == (first.entry_id, True)
        assert (Entry.objects.count(), EntryNote.objects.count()) == (1, 1)
        assert SideEffectReport.objects.count() == 1


def test_another_patients_client_id_is_no_hindrance(cast):
    other, the_id = factory.patient("Noor"), uuid4()
    save(cast, client_id=the_id, mood=4)
    with as_user(other.user):
        saved = entries.save_checkin(
            other, checkin(client_id=the_id, mood=4), by=other.user, now=NOW
        )
        assert not saved.is_repeat


def test_an_empty_checkin_and_a_later_day_are_refused(cast):
    with pytest.raises(entries.NothingToSave):
        save(cast)
    with pytest.raises(entries.FutureCheckin):
        save(cast, mood=3, at=NOW + dt.timedelta(days=1))


def test_j7_ten_thousand_characters_are_sealed_and_come_back(cast):
    words = "Ünïcødé 😀 " * 1000
    save(cast, note=words[:10_000])
    with as_user(cast.maya.user):
        assert EntryNote.objects.get().words == words[:10_000]
        with connection.cursor() as cursor:
            cursor.execute("SELECT words FROM journal_entrynote")
            assert b"nic" not in bytes(cursor.fetchone()[0])


def test_p10_a_private_checkin_is_nobody_elses_on_any_table(cast):
    save(
        cast,
        mood=2,
        note="Mine",
        effects=(EffectInput(code="nausea"),),
        doses=(dose(cast, "missed"),),
        sleep=SleepInput(dt.time(23), dt.time(7)),
        is_private=True,
    )
    for user in (cast.sam, cast.okafor):
        with as_user(user):
            for model in (Entry, EntryNote, SideEffectReport, DoseAnswer, SleepLog):
                assert not model.objects.exists()
    with as_user(cast.maya.user):
        entry = Entry.objects.get()
        corrections.set_private(entry, cast.maya, is_private=False, now=NOW)
    with as_user(cast.okafor):
        assert Entry.objects.count() == SideEffectReport.objects.count() == 1
        assert not EntryNote.objects.exists()  # notes are not shared with her


def test_a_red_flag_tells_the_team_and_a_private_one_does_not(cast):
    flags = tuple(
        EffectInput(code=code, strength=2) for code in ("tremor", "sweating", "fever")
    )
    saved = save(cast, effects=flags, is_private=True)
    assert saved.found.level.name == "EMERGENCY"
    with as_user(cast.okafor):
        assert not Alert.objects.exists()
    save(cast, effects=flags)
    for user in (cast.okafor, cast.sam):
        with as_user(user):
            alert = Alert.objects.get()
            assert alert.level == "emergency"
            assert "(Tremor): moderate" in alert.exact


def test_s1_a_self_harm_effect_opens_the_support_page_whatever_else(cast):
    saved = save(cast, mood=6, effects=(EffectInput(code="suicidal", strength=1),))
    assert saved.moment is not None


def test_j4_hours_are_right_on_the_night_the_clocks_go_back(cast):
    morning = dt.datetime(2026, 10, 25, 9, tzinfo=dt.UTC)
    save(cast, at=morning, sleep=SleepInput(dt.time(23), dt.time(7), 30))
    with as_user(cast.maya.user):
        assert SleepLog.objects.get().minutes_asleep == 9 * 60 - 30


def test_j30_a_slot_has_one_answer_and_the_last_one_counts(cast):
    save(cast, doses=(dose(cast, "missed", reason="forgot"),))
    save(cast, doses=(dose(cast, "late"),))
    with as_user(cast.okafor):
        answer = DoseAnswer.objects.get()
        assert (answer.answer, answer.amount) == ("late", Decimal(75))


def test_j10_a_correction_keeps_the_version_before(cast):
    saved = save(cast, mood=2, note="Bad day", effects=(EffectInput(code="nausea"),))
    with as_user(cast.maya.user):
        entry = Entry.objects.get(pk=saved.entry_id)
        corrections.correct(
            entry,
            cast.maya,
            checkin(mood=5, note="Better"),
            by=cast.maya.user,
            now=NOW + dt.timedelta(hours=1),
        )
        entry.refresh_from_db()
        assert (entry.mood, entry.note.words) == (5, "Better")
        assert '"mood": 2' in EntryVersion.objects.get().before
        assert "Bad day" in EntryVersion.objects.get().before
    with as_user(cast.okafor):
        assert not SideEffectReport.objects.exists()
        assert not EntryVersion.objects.exists()


def test_a_deleted_checkin_is_gone_for_all_and_comes_back_whole(cast):
    saved = save(cast, mood=2, effects=(EffectInput(code="nausea"),))
    with as_user(cast.maya.user):
        entry = Entry.objects.get(pk=saved.entry_id)
        corrections.delete(entry, now=NOW)
    with as_user(cast.okafor):
        assert not Entry.objects.exists()
        assert not SideEffectReport.objects.exists()
    with as_user(cast.maya.user):
        corrections.restore(Entry.objects.get(pk=saved.entry_id))
    with as_user(cast.okafor):
        assert Entry.objects.count() == SideEffectReport.objects.count() == 1


def test_after_thirty_days_in_the_bin_a_checkin_is_gone_for_good(cast):
    saved = save(
        cast,
        mood=2,
        note="Gone",
        effects=(EffectInput(code="nausea"),),
        doses=(dose(cast),),
        sleep=SleepInput(dt.time(23), dt.time(7)),
    )
    kept = save(cast, mood=5)
    with as_user(cast.maya.user):
        entry = Entry.objects.get(pk=saved.entry_id)
        corrections.correct(
            entry, cast.maya, checkin(mood=3), by=cast.maya.user, now=NOW
        )
        corrections.delete(entry, now=NOW)
    assert journal_bin.empty(now=NOW + dt.timedelta(days=29)) == 0
    assert journal_bin.empty(now=NOW + dt.timedelta(days=31)) == 1
    with as_user(cast.maya.user):
        assert Entry.objects.get().pk == kept.entry_id
        for model in (EntryNote, EntryVersion, SideEffectReport, SleepLog):
            assert not model.objects.exists()


def test_a_link_writes_one_checkin_and_reads_nothing(cast):
    bare = Patient(pk=cast.maya.pk, time_zone="Europe/London")
    said = checkin(
        mood=3,
        effects=(EffectInput(code="nausea", strength=1),),
        doses=(DoseInput(day=TODAY, answer="taken"),),
        source="link",
    )
    with acting_as(link(cast.maya.pk, "checkin")):
        assert not from_link.save(bare, said, now=NOW).is_repeat
        assert from_link.save(bare, said, now=NOW).is_repeat
        assert not Entry.objects.exists()
        assert not Patient.objects.exists()
    with as_user(cast.okafor):
        assert Entry.objects.get().mood == 3
        assert DoseAnswer.objects.get().medication_id is None
        report = SideEffectReport.objects.get()
        assert effects.change_words(report) == "Sertraline: day 6 after 50 → 75 mg"


def test_a_link_with_a_red_flag_tells_the_team(cast):
    bare = Patient(pk=cast.maya.pk, time_zone="Europe/London")
    said = checkin(effects=(EffectInput(code="suicidal", strength=3),), source="link")
    with acting_as(link(cast.maya.pk, "checkin")):
        assert from_link.save(bare, said, now=NOW).moment is not None
    with as_user(cast.okafor):
        assert Alert.objects.get().level == "emergency"


def test_a_link_tells_the_team_by_the_record_and_shows_nothing_of_it(cast):
    bare = Patient(pk=cast.maya.pk, time_zone="Europe/London")
    codes = ("tremor", "sweating", "fever")
    flags = tuple(EffectInput(code=code, strength=1) for code in codes)
    with acting_as(link(cast.maya.pk, "checkin")):
        saved = from_link.save(bare, checkin(effects=flags, source="link"), now=NOW)
    assert saved.found.level.name == "URGENT"  # a fever alone
    with as_user(cast.okafor):
        assert Alert.objects.get().level == "emergency"


def test_j11_the_seconds_are_kept_and_nothing_of_what_was_said(cast):
    save(cast, mood=3, seconds=4)
    with as_user(cast.maya.user):
        assert CheckinTiming.objects.get().seconds == 4
    with as_user(cast.okafor):
        assert not CheckinTiming.objects.exists()


def test_a_checkin_with_dose_and_effect_takes_at_most_eight_statements(cast):
    with as_user(cast.maya.user), transaction.atomic():
        Entry.objects.exists()  # the identity is told once, before we count
        said = checkin(
            mood=5,
            doses=(dose(cast),),
            effects=(EffectInput(code="nausea", strength=1),),
            seconds=5,
        )
        with CaptureQueriesContext(
            connection,
        ) as seen:
            entries.save_checkin(cast.maya, said, by=cast.maya.user, now=NOW)
    content = [q for q in seen.captured_queries if "SAVEPOINT" not in q["sql"]]
    assert len(content) <= 8, [q["sql"][:90] for q in content]
