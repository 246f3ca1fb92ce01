"""Visits, topics to talk about, what came before, tablets left."""

import pytest

from careplan.plan import errors, ledger, therapies, visits
from careplan.plan.models import Allergy, TherapyCourse, TherapySession, Visit
from careplan.plan.proposals import Change
from tests.kept import kept
from tests.plan import cast as c
from tests.plan.test_plan_pages import at, page, signed_in

pytestmark = pytest.mark.django_db


team = kept(c.cast, at=c.NOW)
sertraline = kept(c.on_sertraline, on=team, at=c.NOW)


@pytest.fixture(autouse=True)
def _same_day(time_machine):
    time_machine.move_to(c.NOW, tick=False)


@pytest.fixture
def visit(team):
    with team.acting(team.ada) as by:
        return visits.plan_visit(team.patient, by=by, starts_at=c.later(2), now=c.NOW)


def test_both_clinicians_visits_stand_in_one_list_in_local_time(team, visit):
    """T8."""
    with team.acting(team.sam) as by:
        visits.plan_visit(team.patient, by=by, starts_at=c.later(3), now=c.NOW)
    words = page(signed_in(team.maya), "/visits/")
    assert "Dr Ada Okafor" in words
    assert "Sam Lind" in words
    assert "12:00" in words


def test_the_patient_lists_topics_for_either_clinician(team, visit):
    """T5."""
    maya, address = (
        signed_in(team.maya),
        f"/p/{team.patient.pk}/visits/{visit.pk}/prepare/",
    )
    done = maya.post(address, {"text": "Is it too soon?"})
    assert done.status_code == 302
    assert "Is it too soon?" in page(signed_in(team.ada), address)
    assert signed_in(team.sam).post(address, {"text": "x"}).status_code == 403
    assert "1 topic" in page(signed_in(team.ada), "/c/visits/")


def test_an_empty_topic_has_its_own_sentence(team, visit):
    address = f"/p/{team.patient.pk}/visits/{visit.pk}/prepare/"
    answer = signed_in(team.maya).post(address, {"text": ""})
    assert answer.status_code == 422
    assert "Write a few words first" in answer.content.decode()


def test_the_calendar_file_names_nothing_clinical(team, visit):
    address = f"/p/{team.patient.pk}/visits/{visit.pk}/appointment.ics"
    words = page(signed_in(team.maya), address)
    assert "SUMMARY:Appointment" in words
    for word in ("Okafor", "prescriber", "therap", "Maya"):
        assert word not in words


def test_none_known_differs_from_not_asked(team):
    """P3: beside every start and change."""
    ada = signed_in(team.ada)
    form = f"/c/people/{team.patient.pk}/propose/medicine/"
    assert "Allergies: not asked yet." in page(ada, form)
    with team.acting(team.maya) as by:
        ledger.note_allergy(
            team.patient, by=by, facts={"is_none_known": True}, now=c.NOW
        )
    assert "Allergies: none known." in page(ada, form)
    with team.acting(team.maya) as by:
        facts = {"substance": "Penicillin", "reaction": "rash", "severity": "strong"}
        ledger.note_allergy(team.patient, by=by, facts=facts, now=c.NOW)
        assert Allergy.objects.filter(ended_at=None).count() == 1
    shown = page(ada, form)
    assert "Penicillin: rash (strong)" in shown
    assert "told on 21 November 2026" in shown


def test_past_medicines_keep_who_told_of_them(team):
    """P4, N18: adequate weeks are the prescriber's judgement alone."""
    facts = {
        "name": "Fluoxetine",
        "stopped_because": "It made me restless.",
        "weeks_at_adequate_dose": 8,
    }
    with team.acting(team.maya) as by:
        told = ledger.note_past_medicine(team.patient, by=by, facts=facts, now=c.NOW)
    with team.acting(team.ada) as by:
        kept = ledger.note_past_medicine(team.patient, by=by, facts=facts, now=c.NOW)
    assert (told.source, told.weeks_at_adequate_dose) == ("patient", None)
    assert (kept.source, kept.weeks_at_adequate_dose) == ("records", 8)
    assert "It made me restless." in page(signed_in(team.ada), at(team, "history/"))
    with team.acting(team.sam) as by, pytest.raises(errors.NotAllowed):
        ledger.note_past_medicine(team.patient, by=by, facts=facts, now=c.NOW)


def test_past_therapies_stand_beside_them(team):
    """N19."""
    facts = {"name": "CBT", "sessions": 12, "skills": "worry time"}
    with team.acting(team.maya) as by:
        ledger.note_past_therapy(team.patient, by=by, facts=facts, now=c.NOW)
    assert "12 sessions" in page(signed_in(team.sam), at(team, "history/"))


def test_the_medicine_page_says_how_long_tablets_last(team, sertraline):
    """R6."""
    maya = signed_in(team.maya)
    address = at(team, f"medicines/{sertraline.pk}/")
    maya.post(f"{address}stock/", {"tablets": "28", "per_day": "1"})
    assert "You counted 28 on 21 Nov, at 1 a day." in page(maya, address)
    words = page(maya, f"{address}reports/")
    assert "By what you logged, your tablets last 28 more days." in words
    assert "It is time to ask for more." in words
    assert "your tablets last" not in page(signed_in(team.ada), f"{address}reports/")


@pytest.fixture
def course(team):
    change = Change(
        "therapy_start",
        {
            "type_id": "cbt",
            "name": "CBT",
            "focus": "worry",
            "every_days": 7,
            "planned_sessions": 12,
        },
    )
    c.all_agree(team, c.suggest(team, team.sam, c.APPROACH, change))
    with team.acting(team.maya):
        return TherapyCourse.objects.get()


@pytest.mark.parametrize("state", ["attended", "late_cancelled", "missed", "moved"])
def test_a_session_ends_in_one_click(team, course, state):
    """T10."""
    with team.acting(team.sam) as by:
        session = therapies.plan_session(course, by=by, starts_at=c.NOW, now=c.NOW)
    address = at(team, f"therapy/sessions/{session.pk}/")
    assert signed_in(team.ada).post(address, {"state": state}).status_code == 403
    assert signed_in(team.sam).post(address, {"state": state}).status_code == 302
    with team.acting(team.sam):
        assert TherapySession.objects.get().state == state
        assert Visit.objects.get().state == ("held" if state == "attended" else state)
    assert "of 1 sessions took place; 12 planned" in page(
        signed_in(team.maya), at(team, "therapy/")
    )


def test_homework_is_given_done_and_looked_at_together(team, course):
    """T1: each with its person and time."""
    sam, maya = signed_in(team.sam), signed_in(team.maya)
    give = f"/c/people/{team.patient.pk}/therapy/{course.pk}/homework/"
    assert sam.post(give, {"title": "Worry time"}).status_code == 302
    with team.acting(team.maya):
        row = course.homework.get()
    base = at(team, f"therapy/homework/{row.pk}/")
    maya.post(f"{base}done/", {"words": "It was hard but fine."})
    assert "It was hard but fine." in page(sam, at(team, "therapy/"))
    assert maya.post(f"{base}looked-at/").status_code == 403
    sam.post(f"{base}looked-at/")
    with team.acting(team.maya):
        row.refresh_from_db()
    assert row.done_at == row.looked_at_at == c.NOW
    assert row.looked_at_by == team.sam


def test_the_page_says_where_private_notes_do_not_belong(team, course):
    """T7."""
    assert "Private psychotherapy notes have no place here" in page(
        signed_in(team.sam), at(team, "therapy/")
    )


def test_evidence_names_its_source_or_says_there_is_none(team, course):
    """T9."""
    words = page(signed_in(team.sam), at(team, "therapy/"))
    assert "What is known about it" in words
    assert "draft reference" in words or "No evidence on file" in words


def test_a_summary_reaches_the_prescriber_only_if_they_may_talk(team, course):
    """T6, P9."""
    from patients import consents

    with team.acting(team.sam) as by:
        therapies.share_summary(course, by=by, words="We work on sleep.", now=c.NOW)
    address = at(team, "therapy/")
    assert "We work on sleep." in page(signed_in(team.maya), address)
    assert "We work on sleep." not in page(signed_in(team.ada), address)
    with team.acting(team.maya):
        consents.let_clinicians_talk(
            team.patient, granted=True, by=team.maya, now=c.NOW
        )
    assert "We work on sleep." in page(signed_in(team.ada), address)


def test_a_worry_about_medicine_has_a_kind_and_an_end(team, course):
    """T11."""
    with team.acting(team.maya) as by:
        worry = therapies.tell_worry(
            patient_id=team.patient.pk, by=by, kind="fear", words="Will I change?",
            now=c.NOW,
        )  # fmt: skip
    with team.acting(team.sam) as by:
        done = therapies.settle_worry(
            worry, by=by, outcome="therapy", words="We talked.", now=c.NOW
        )
    assert (done.kind, done.outcome, done.outcome_words) == (
        "fear", "therapy", "We talked.",
    )  # fmt: skip


def test_the_patient_says_what_worked(team, course):
    """T12."""
    with team.acting(team.sam) as by:
        row = therapies.give_homework(course, by=by, title="Worry time", now=c.NOW)
    with team.acting(team.maya) as by:
        therapies.mark_worked(row, by=by, answer="worse", line="Too long.", now=c.NOW)
    with team.acting(team.sam):
        mark = row.marks.get()
        assert (mark.answer, mark.line) == ("worse", "Too long.")


def test_the_patient_sets_how_early_to_hear_that_tablets_run_low(team, sertraline):
    """R6: the lead time is theirs; nobody else reaches it."""
    maya, address = signed_in(team.maya), at(team, f"medicines/{sertraline.pk}/")
    given = {"tablets": "28", "per_day": "1", "lead_days": "10"}
    assert signed_in(team.sam).post(f"{address}stock/", given).status_code == 403
    maya.post(f"{address}stock/", given)
    words = page(maya, f"{address}reports/")
    assert "By what you logged, your tablets last 28 more days." in words
    assert "It is time to ask for more." not in words
    assert 'value="10"' in page(maya, f"{address}stock/")


def test_what_a_person_refuses_stands_beside_the_safety_plan(team):
    """P6."""
    c.own(team, "preference", kind="refuses", words="No ECT, please.")
    for user in (team.maya, team.sam):
        words = page(signed_in(user), at(team, "safety/"))
        assert "No ECT, please." in words
        assert "21 November 2026" in words


def test_p5_what_she_is_like_when_well_opens_the_plan_in_her_own_words(team):
    """Written by the patient alone; a clinician's form for it is refused."""
    c.own(team, "staying_well", when_well="I cook for friends.")
    for user in (team.maya, team.sam, team.ada):
        words = page(signed_in(user), at(team))
        assert "“I cook for friends.”" in words
        assert words.index("I cook for friends.") < words.index('id="medicines"')
    own = at(team, "own/staying_well/")
    for user in (team.sam, team.ada):
        answer = signed_in(user).post(own, {"when_well": "Hers"})
        assert answer.status_code == 403


def test_p6_a_refusal_stands_beside_start_medicine_with_its_day(team):
    c.own(team, "preference", kind="refuses", words="No lithium.", because="My aunt.")
    form = page(signed_in(team.ada), f"/c/people/{team.patient.pk}/propose/medicine/")
    assert "I do not want: “No lithium.” My aunt." in form
    assert "21 November 2026" in form


def test_a_mark_made_by_mistake_is_corrected_where_it_stands(team, course):
    """T10: one click too many is one click back."""
    with team.acting(team.sam) as by:
        session = therapies.plan_session(course, by=by, starts_at=c.NOW, now=c.NOW)
    sam, here = signed_in(team.sam), at(team, "therapy/")
    address = at(team, f"therapy/sessions/{session.pk}/")
    assert "Correct this" not in page(sam, here)
    sam.post(address, {"state": "missed"})
    assert "Correct this" in page(sam, here)
    assert "Correct this" not in page(signed_in(team.maya), here)
    sam.post(address, {"state": "attended"})
    assert "1 of 1 sessions took place" in page(sam, here)


def test_a_session_that_was_moved_leads_to_its_new_day(team, course):
    """T10: moved is half of it."""
    with team.acting(team.sam) as by:
        session = therapies.plan_session(course, by=by, starts_at=c.NOW, now=c.NOW)
    address = at(team, f"therapy/sessions/{session.pk}/")
    moved = signed_in(team.sam).post(address, {"state": "moved"})
    wanted = f"/c/people/{team.patient.pk}/therapy/{course.pk}/session/"
    assert moved.url == wanted
