"""Issue 4, 2: each kind has its form, sentences, agreement, effect; a file is enough."""

from datetime import timedelta
from pathlib import Path

import pytest

from careplan.plan import changes, errors, safety_plan, versions
from careplan.plan.change import kind_of, kinds
from careplan.plan.models import (
    DoseStep,
    EarlySign,
    Goal,
    Medication,
    Plan,
    PlanVersion,
    Practice,
    Preference,
    SafetyPlan,
    StayingWell,
    TherapyCourse,
)
from careplan.plan.proposals import Change
from tests.kept import kept
from tests.plan import cast as c
from tests.plan.test_plan_pages import signed_in

pytestmark = pytest.mark.django_db

WANTED = {
    "medicine_start", "dose_steps", "taper", "hold", "step_back", "stop", "as_needed",
    "reported_medicine", "therapy_start", "therapy_change", "therapy_end", "goal",
    "practice", "early_sign", "staying_well", "safety_plan", "preference", "approach",
    "phase", "review_date", "quiet_run",
}  # fmt: skip


team = kept(c.cast, at=c.NOW)
sertraline = kept(c.on_sertraline, on=team, at=c.NOW)


def test_every_file_of_the_folder_is_a_kind_and_nothing_else_names_it():
    files = {f.stem for f in Path(changes.__path__[0]).glob("[a-z]*.py")}
    assert set(kinds()) == files
    assert files >= WANTED


@pytest.mark.parametrize("name", sorted(WANTED))
def test_every_kind_has_a_form_a_label_and_a_section(name):
    kind = kind_of(name)
    assert kind.form is not None
    assert str(kind.label)
    assert kind.topic in {"plan", "medicines", "therapy", "safety"}
    assert kind.proposers


def test_a_kind_nobody_has_heard_of_raises():
    with pytest.raises(LookupError):
        kind_of("dose_by_magic")


def applied(team, user, name, **values):
    proposal = c.suggest(team, user, Change(name, values))
    with team.acting(team.maya):
        (row,) = proposal.changes.all()
        assert row.sentence
        assert row.record_sentence
    return c.all_agree(team, proposal)


def test_as_needed_has_a_purpose_and_a_limit(team, sertraline):
    """J32 leans on it: the prescriber's own limit text."""
    values = {"medication": str(sertraline.pk), "amount": "25", "purpose": "panic"}
    with pytest.raises(errors.PartMissing):
        c.suggest(team, team.ada, Change("as_needed", values))
    applied(team, team.ada, "as_needed", at_most="50", **values)
    with team.acting(team.maya):
        step = DoseStep.objects.get(regimen="as_needed")
        assert (step.state, step.at_most) == ("current", 50)
        assert DoseStep.objects.get(regimen="regular").state == "current"


def test_holding_by_agreement_takes_the_next_steps_out(team, sertraline):
    day = c.TODAY + timedelta(days=9)
    c.all_agree(
        team, c.suggest(team, team.ada, c.new_dose(sertraline, c.step("75", day)))
    )
    applied(
        team, team.ada, "hold", medication=str(sertraline.pk), because="A hard month."
    )
    with team.acting(team.maya):
        assert DoseStep.objects.get(amount=75).state == "cancelled"
        assert DoseStep.objects.get(amount=50).state == "current"


def test_a_stop_has_a_reason_and_the_medicine_stays_in_history(team, sertraline):
    """R1."""
    values = {"medication": str(sertraline.pk), "on": c.TODAY.isoformat()}
    with pytest.raises(errors.PartMissing):
        c.suggest(team, team.ada, Change("stop", {**values, "because": " "}))
    applied(team, team.ada, "stop", because="It is no longer needed.", **values)
    with team.acting(team.maya):
        stopped = Medication.objects.get(pk=sertraline.pk)
    assert (stopped.state, stopped.stopped_on) == ("stopped", c.TODAY)


def test_a_reported_medicine_has_no_steps_until_a_prescriber_adopts_it(team):
    """Decisions 2."""
    c.own(team, "reported_medicine", name="Mirtazapine", reported_dose="15 at night")
    with team.acting(team.maya):
        row = Medication.objects.get()
        assert (row.state, row.steps.count()) == ("reported", 0)
    adopted = c.start("15", name="Mirtazapine", adopts=str(row.pk))
    c.all_agree(team, c.suggest(team, team.ada, c.APPROACH, adopted))
    with team.acting(team.maya):
        row = Medication.objects.get()
        assert (row.state, row.prescriber, row.steps.count()) == ("active", team.ada, 1)


def test_a_course_starts_changes_and_ends_by_the_therapists_hand(team):
    """L4, N8: the therapist edits therapy only."""
    values = {"type_id": "cbt", "name": "CBT", "focus": "worry", "every_days": 7}
    c.all_agree(
        team, c.suggest(team, team.sam, c.APPROACH, Change("therapy_start", values))
    )
    with team.acting(team.maya):
        row = TherapyCourse.objects.get()
    applied(team, team.sam, "therapy_change", item=str(row.pk), every_days=14)
    applied(team, team.sam, "therapy_end", item=str(row.pk), because="Done for now.")
    with team.acting(team.maya):
        row.refresh_from_db()
    assert (row.therapist, row.every_days, row.state) == (team.sam, 14, "ended")
    with pytest.raises(errors.NotAllowed):
        c.suggest(team, team.ada, Change("therapy_start", values))


OWN = [
    (
        "goal",
        Goal,
        {"words": "Work three full days", "small_steps": ["Ask", "Try one"]},
    ),
    ("practice", Practice, {"kind": "sleep", "aim": "In bed by eleven"}),
    ("early_sign", EarlySign, {"words": "No meals", "level": "early", "i_do": "Walk"}),
    ("preference", Preference, {"kind": "refuses", "words": "No lithium"}),
    ("staying_well", StayingWell, {"when_well": "I cook."}),
]


@pytest.mark.parametrize(("name", "model", "values"), OWN)
def test_the_patients_own_part_applies_at_once_with_her_signature(
    team, name, model, values
):
    """L2, L3, L7, L8, L16, P6; decisions 3."""
    version = c.own(team, name, **values)
    with team.acting(team.sam):
        assert model.objects.filter(added_by=version).exists()
        (signed,) = version.signatures.all()
    assert (signed.user, signed.kind, version.kind) == (team.maya, "agreed", "own")


@pytest.mark.parametrize(("name", "model", "values"), OWN)
def test_a_clinician_only_suggests_it_and_the_patient_alone_decides(
    team, name, model, values
):
    proposal = c.suggest(team, team.sam, Change(name, values))
    with team.acting(team.sam):
        assert not model.objects.exists()
    assert c.agree(team, team.maya, proposal).state == "applied"


def test_the_safety_plan_names_each_gap_until_it_is_whole(team):
    """S3, S4, N15."""
    c.own(
        team,
        "safety_plan",
        lines={"signs": ["I stop eating"]},
        people=[{"kind": "person", "name": "Priya"}],
    )

    def gaps() -> set[str]:
        with team.acting(team.maya):
            row = SafetyPlan.objects.prefetch_related("lines", "people").get(
                ended_at=None
            )
            return {gap.code for gap in safety_plan.gaps(row, today=c.TODAY)}

    assert gaps() == {
        "no_coping", "no_professional", "no_number", "no_safer", "no_review",
    }  # fmt: skip
    c.own(
        team,
        "safety_plan",
        lines={"signs": ["a"], "alone": ["b"], "safer": ["c"]},
        people=[
            {"kind": "person", "name": "Priya", "phone": "1"},
            {"kind": "professional", "name": "Helpline", "phone": "2"},
        ],
        review_on=(c.TODAY + timedelta(days=90)).isoformat(),
    )
    assert gaps() == set()


def test_a_phase_changes_only_by_an_agreed_change_with_a_reason(team):
    """L14, case 113."""
    with pytest.raises(errors.PartMissing):
        c.suggest(team, team.ada, Change("phase", {"phase": "heal", "because": ""}))
    with pytest.raises(errors.NotAllowed):
        values = {"phase": "heal", "because": "I feel better."}
        c.suggest(team, team.maya, Change("phase", values))
    proposal = c.suggest(
        team, team.ada, Change("phase", {"phase": "heal", "because": "Remission."})
    )
    assert team.plan.phase == ""
    c.all_agree(team, proposal)
    assert (team.plan.phase, team.plan.phase_since) == ("heal", c.TODAY)


def test_the_review_day_can_go_overdue_and_moves_by_agreement(team):
    """L12."""
    day = c.TODAY + timedelta(days=40)
    applied(team, team.maya, "review_date", review_on=day.isoformat())
    with team.acting(team.maya):
        assert Plan.objects.get().review_on == day


def test_why_stands_in_the_section_that_changed(team):
    """L10: with author and reason."""
    c.own(team, "goal", words="Sleep")
    c.on_sertraline(team)
    with team.acting(team.maya):
        said = versions.section_contents(PlanVersion.objects.get(number=2))
    assert said["medicines"]["why"] == "So that you can feel better."
    assert said["therapy"]["why"] == ""


def test_a_reader_sees_only_the_sections_that_are_shared(team):
    """Decisions 11: row security alone is enough."""
    from patients import consents
    from patients.models import CareTeamMember

    c.on_sertraline(team)
    with team.acting(team.maya):
        member = CareTeamMember.objects.get(patient=team.patient, user=team.sam)
        consents.share(member, topics=["plan", "therapy"], by=team.maya, now=c.NOW)
    with team.acting(team.sam):
        said = versions.section_contents(PlanVersion.objects.get(number=1))
        assert set(said) == {"plan", "therapy"}
        assert not Medication.objects.exists()


def test_an_older_form_is_refused_once_and_then_sent_again(team):
    """Both texts are on the page: what the plan says now, and what was typed."""
    c.own(team, "goal", words="Paint again")
    with team.acting(team.maya):
        goal = Goal.objects.get()
    maya = signed_in(team.maya)
    address = f"/p/{team.patient.pk}/plan/own/goal/{goal.pk}/"
    c.own(team, "goal", item=str(goal.pk), words="Paint on Sundays")
    sent = {"words": "Paint at home", "base_number": "1"}
    refused = maya.post(address, sent)
    words = refused.content.decode()
    assert refused.status_code == 409
    assert "In the plan now" in words
    assert "Paint on Sundays" in words
    assert "Paint at home" in words
    again = words.split('name="base_number" value="')[1].split('"')[0]
    assert maya.post(address, {**sent, "base_number": again}).status_code == 302


def test_what_was_typed_about_a_goal_that_ended_is_not_lost(team):
    c.own(team, "goal", words="Paint again")
    with team.acting(team.maya):
        goal = Goal.objects.get()
    c.own(team, "goal", item=str(goal.pk), end=True)
    address = f"/p/{team.patient.pk}/plan/own/goal/{goal.pk}/"
    maya = signed_in(team.maya)
    refused = maya.post(address, {"words": "Paint at home", "base_number": "1"})
    assert refused.status_code == 409
    assert "Paint at home" in refused.content.decode()
    assert maya.get(address).status_code == 404
