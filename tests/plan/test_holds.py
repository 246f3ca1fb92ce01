"""R5, decisions 4-5: steps are released one by one; the three may hold, none lowers."""

from datetime import UTC, datetime, time, timedelta

import pytest

from careplan.common.identity import acting_as, system
from careplan.plan import errors, medications, proposals
from careplan.plan.models import DoseStep, Hold, Medication, TaperPlan
from careplan.plan.taper_gate import GateInput, GateResult, gate
from patients.models import Patient
from tests.kept import kept
from tests.plan import cast as c
from tests.plan.test_plan_pages import at, signed_in

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


team = kept(c.cast, at=c.NOW)
sertraline = kept(c.on_sertraline, on=team, at=c.NOW)


def in_a_taper(team):
    """Sertraline 100 mg, with a signed taper 50, 25, stop; the first step released."""
    row = c.on_sertraline(team, "100")
    change = c.new_dose(
        row,
        c.step("50", c.TODAY + 9 * DAY),
        c.step("25", c.TODAY + 30 * DAY),
        c.step("0", c.TODAY + 60 * DAY),
        kind="taper",
        hold_rule="We hold when sleep gets much worse.",
        step_back_rule="We go back when daily life is hard.",
        watch_until=(c.TODAY + 180 * DAY).isoformat(),
    )
    c.all_agree(team, c.suggest(team, team.ada, change))
    return row


medicine = kept(in_a_taper, on=team, at=c.NOW)


def says_wait() -> GateResult:
    """The gate where no check was answered."""
    return gate(GateInput(today=c.TODAY, last_step_on=c.TODAY, min_interval_days=14))


def states(team) -> list[tuple[int, str]]:
    with team.acting(team.maya):
        steps = DoseStep.objects.order_by("order")
        return [(int(step.amount), step.state) for step in steps]


def hold(team, user, medicine, now=c.NOW, **more):
    with team.acting(user) as by:
        return medications.hold(medicine, by=by, now=now, **more)


@pytest.mark.parametrize("who", ["maya", "sam", "ada"])
def test_each_of_the_three_can_hold(team, medicine, who):
    hold(team, getattr(team, who), medicine)
    assert states(team) == [
        (100, "current"), (50, "held"), (25, "held"), (0, "held"),
    ]  # fmt: skip


def test_a_held_step_never_starts_whatever_the_date(team, medicine):
    hold(team, team.maya, medicine)
    medications.start_released_steps(c.later(400))
    assert states(team)[0] == (100, "current")


def test_holding_writes_no_version(team, medicine):
    before = team.plan.number
    hold(team, team.maya, medicine)
    assert team.plan.number == before


def test_only_a_prescriber_ends_a_hold_and_releases(team, medicine):
    hold(team, team.maya, medicine)
    for user in (team.maya, team.sam):
        with team.acting(user) as by, pytest.raises(errors.OnlyPrescriber):
            medications.end_hold(medicine, by=by, because="", now=c.NOW)
    with team.acting(team.ada) as by:
        step = DoseStep.objects.get(amount=50)
        with pytest.raises(errors.HeldNow):
            medications.release(step, by=by, now=c.NOW)
        medications.end_hold(medicine, by=by, because="Better again.", now=c.NOW)
        medications.release(
            step, by=by, gate=says_wait(), override="Spoke today.", now=c.NOW
        )
    assert states(team)[1] == (50, "released")


def test_steps_are_released_in_their_order(team, medicine):
    medications.start_released_steps(c.later(9))
    with team.acting(team.ada) as by, pytest.raises(errors.NotNextStep):
        medications.release(DoseStep.objects.get(amount=0), by=by, now=c.later(9))


def test_the_gate_waits_unless_the_prescriber_gives_a_reason(team, medicine):
    """R5: a rule informs the prescriber; the reason for going on is kept."""
    medications.start_released_steps(c.later(9))
    asked = says_wait()
    with team.acting(team.ada) as by:
        step = DoseStep.objects.get(amount=25)
        with pytest.raises(errors.GateSaysWait):
            medications.release(step, by=by, gate=asked, now=c.later(9))
        done = medications.release(
            step, by=by, gate=asked, override="She asked for it.", now=c.later(9)
        )
    assert done.release_override == "She asked for it."


def test_a_tapers_step_is_not_released_without_asking_the_gate(team, medicine):
    """R5: not having asked is not a yes, and no reason stands for the question."""
    medications.start_released_steps(c.later(9))
    for reason in ("", "Go on."):
        with team.acting(team.ada) as by, pytest.raises(errors.GateSaysWait):
            step = DoseStep.objects.get(amount=25)
            medications.release(step, by=by, override=reason, now=c.later(9))


def test_a_reason_sent_along_does_not_pass_the_check_unseen(team, medicine):
    """R5, A5: only the page that shows the check takes a reason for going on."""
    medications.start_released_steps(c.later(9))
    with team.acting(team.ada):
        step = DoseStep.objects.get(amount=25)
    address = at(team, f"medicines/{medicine.pk}/release/")
    signed_in(team.ada).post(address, {"step": str(step.pk), "reason": "Go on."})
    assert (25, "planned") in states(team)


def test_a_met_rule_pauses_the_next_step_and_keeps_what_it_saw(team, medicine):
    """R5: it asks the prescriber, and changes no dose."""
    medications.hold_by_rule(medicine, rule="taper_gate", inputs={"zaps": 3}, now=c.NOW)
    with team.acting(team.ada):
        opened = Hold.objects.get()
    assert (opened.rule, opened.inputs, opened.opened_by) == (
        "taper_gate", {"zaps": 3}, None,
    )  # fmt: skip
    assert states(team)[0] == (100, "current")


def test_holding_twice_is_one_hold(team, medicine):
    assert hold(team, team.maya, medicine).pk == hold(team, team.sam, medicine).pk


def test_with_nothing_waiting_there_is_nothing_to_hold(team, sertraline):
    with pytest.raises(errors.NothingToHold):
        hold(team, team.maya, sertraline)


def test_a_safety_stop_cannot_be_held(team):
    """Decisions 5."""
    row, plan = c.on_sertraline(team), team.plan
    values = {
        "medication": str(row.pk),
        "because": "a rash",
        "on": (c.TODAY + DAY).isoformat(),
    }
    with team.acting(team.ada) as by:
        proposals.start_now(
            plan,
            by=by,
            changes=[proposals.Change("stop", values)],
            wording=c.wording(),
            reason="A rash.",
            base_number=plan.number,
            now=c.NOW,
        )
    with pytest.raises(errors.SafetyStands):
        hold(team, team.maya, row)


def test_the_watch_runs_on_after_the_last_dose(team, medicine):
    """N4: to the day agreed, then it ends by itself."""
    for days, amount in ((9, 25), (30, 0), (60, None)):
        medications.start_released_steps(c.later(days))
        if amount is not None:
            with team.acting(team.ada) as by:
                step = DoseStep.objects.get(amount=amount)
                medications.release(
                    step,
                    by=by,
                    gate=says_wait(),
                    override="Spoke today.",
                    now=c.later(days),
                )
    with team.acting(team.maya):
        assert Medication.objects.get(pk=medicine.pk).state == "stopped"
        assert TaperPlan.objects.get().state == "watching"
    medications.finish_watches(c.later(181))
    with team.acting(team.maya):
        assert TaperPlan.objects.get().state == "done"


def test_the_patients_ok_says_she_read_it_and_moves_nothing(team, medicine):
    """Decisions 4."""
    before = states(team)
    with team.acting(team.maya):
        medications.note_read(DoseStep.objects.get(state="current"), now=c.NOW)
        assert DoseStep.objects.get(state="current").read_at == c.NOW
    assert states(team) == before


def test_stepping_back_needs_a_dose_that_was_taken(team, medicine):
    medications.start_released_steps(c.later(9))
    back = c.new_dose(medicine, c.step("100", c.TODAY + 10 * DAY), kind="step_back")
    c.all_agree(team, c.suggest(team, team.ada, back))
    medications.start_released_steps(c.later(10))
    with team.acting(team.maya):
        assert DoseStep.objects.get(state="current").amount == 100
    never = c.new_dose(medicine, c.step("60", c.TODAY + 20 * DAY), kind="step_back")
    with pytest.raises(errors.PartMissing):
        c.suggest(team, team.ada, never)


def test_the_watch_lasts_to_the_end_of_its_day_where_the_patient_lives(team, medicine):
    """N4: the last afternoon in Los Angeles is the next day already in UTC."""
    with team.acting(team.maya):
        rows = Patient.objects.filter(pk=team.patient.pk)
        assert rows.update(time_zone="America/Los_Angeles") == 1
    until = c.TODAY + 180 * DAY
    with acting_as(system("apply")):
        TaperPlan.objects.update(state="watching")
    evening = datetime.combine(until + DAY, time(1, 0), tzinfo=UTC)
    assert medications.finish_watches(evening) == 0
    assert medications.finish_watches(evening + DAY) == 1
