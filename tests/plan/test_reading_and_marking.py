"""What the three read of the plan and mark in it: L1, L3, L4, L6, L12, R1, R2, R5, N14."""

import re
from datetime import date, timedelta

import pytest

from careplan.plan import therapies
from careplan.plan.models import (
    Approach,
    DoseStep,
    Goal,
    GoalStep,
    Medication,
    PlanVersionSection,
    Proposal,
    TherapyCourse,
)
from careplan.plan.proposals import Change
from tests import factory
from tests.plan import cast as c
from tests.plan.test_plan_pages import at, medicine_form, page, signed_in

pytestmark = pytest.mark.django_db

CBT = {
    "type_id": "cbt", "name": "CBT", "focus": "worry", "every_days": 7,
    "planned_sessions": 12,
}  # fmt: skip


@pytest.fixture
def team():
    return c.cast()


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(c.NOW, tick=False)
    return time_machine


def whole_plan(team) -> Medication:
    medicine = c.on_sertraline(team)
    c.all_agree(team, c.suggest(team, team.sam, Change("therapy_start", CBT)))
    c.own(team, "goal", words="Work three full days", next_step="Ask my boss")
    c.own(team, "practice", kind="sleep", aim="In bed by eleven")
    c.own(team, "early_sign", words="I stop calling", level="early", i_do="Walk")
    return medicine


def test_the_agreed_version_is_opened_in_one_click_and_printed_in_two(team):
    """L1: Today leads to the plan, the plan to its paper; no code stands on either."""
    medicine = whole_plan(team)
    maya = signed_in(team.maya)
    assert 'href="/plan/"' in page(maya, "/today/")
    plan = page(maya, "/plan/")
    paper = at(team, "print/")
    assert f'href="{paper}"' in plan
    for words in (plan, page(maya, paper)):
        text = re.sub(r"<[^>]+>", " ", words)
        for said in ("Sertraline", "50 mg", "Work three full days", "In bed by eleven"):
            assert said in text
        for code in (str(medicine.pk), "early_sign", "medicine_start", "sha256"):
            assert code not in text


def test_a_goal_has_steps_that_the_patient_alone_ticks_and_stays_when_reached(team):
    """L3: owner, steps, a day, progress; a reached goal stays in history."""
    maya, sam = signed_in(team.maya), signed_in(team.sam)
    given = {
        "words": "Work three full days", "target_on": "2027-03-01",
        "small_steps": "Ask my boss\n\nTry one day", "base_number": "0",
    }  # fmt: skip
    assert maya.post(at(team, "own/goal/"), given).status_code == 302
    with team.acting(team.maya):
        goal = Goal.objects.get()
        first, second = GoalStep.objects.order_by("order")
    assert (goal.owner, goal.target_on) == (team.maya, date(2027, 3, 1))
    assert (first.words, second.words) == ("Ask my boss", "Try one day")
    tick = at(team, f"goals/steps/{first.pk}/")
    assert sam.post(tick, {"done": "yes"}).status_code == 403
    assert maya.post(tick, {"done": "yes"}).status_code == 302
    assert "done 21 November 2026" in page(sam, at(team, "goals/"))
    maya.post(tick, {"done": "no"})
    assert "done 21 November 2026" not in page(sam, at(team, "goals/"))
    progress = at(team, f"goals/{goal.pk}/progress/")
    assert sam.post(progress, {"closeness": "reached"}).status_code == 403
    maya.post(progress, {"closeness": "reached"})
    ended = {"words": goal.words, "base_number": "1", "end": "1"}
    assert maya.post(at(team, f"own/goal/{goal.pk}/"), ended).status_code == 302
    words = page(sam, at(team, "goals/"))
    assert "Work three full days, reached" in " ".join(words.split())


def test_more_steps_are_added_to_those_that_are_there(team):
    """L3."""
    maya = signed_in(team.maya)
    one = {"words": "Work", "small_steps": "Ask", "base_number": "0"}
    maya.post(at(team, "own/goal/"), one)
    with team.acting(team.maya):
        goal = Goal.objects.get()
    more = {"words": "Work", "small_steps": "Try", "base_number": "1"}
    assert maya.post(at(team, f"own/goal/{goal.pk}/"), more).status_code == 302
    with team.acting(team.maya):
        steps = GoalStep.objects.order_by("order").values_list("words", flat=True)
        assert list(steps) == ["Ask", "Try"]
    long = {"words": "Work", "small_steps": "x" * 301, "base_number": "2"}
    refused = maya.post(at(team, f"own/goal/{goal.pk}/"), long)
    assert "Keep each step under 300 characters" in refused.content.decode()


def test_a_clinician_suggests_a_goal_with_steps_by_form(team):
    """L3, L15: it becomes hers only with her yes."""
    sam, maya = signed_in(team.sam), signed_in(team.maya)
    form = f"/c/people/{team.patient.pk}/propose/goal/"
    given = {"words": "Swim", "small_steps": "Find a pool", "words-why": "You asked."}
    check = sam.post(form, given)
    assert check.status_code == 302, check.content.decode()
    sent = sam.post(check.url, {"send": "1"})
    assert "Swim" in page(maya, sent.url)
    with team.acting(team.maya):
        assert not Goal.objects.exists()
        asked = Proposal.objects.get()
    c.agree(team, team.maya, asked)
    with team.acting(team.maya):
        assert Goal.objects.get().steps.get().words == "Find a pool"


def test_therapy_and_its_dose_stand_beside_what_took_place(team):
    """L4, T10: modality, how often, planned; compared with what was attended."""
    c.all_agree(
        team, c.suggest(team, team.sam, c.APPROACH, Change("therapy_start", CBT))
    )
    with team.acting(team.sam) as by:
        course = TherapyCourse.objects.get()
        for state, days in (("attended", 0), ("missed", 7)):
            session = therapies.plan_session(
                course, by=by, starts_at=c.later(days), now=c.NOW
            )
            therapies.mark_session(session, by=by, state=state, now=c.NOW)
    assert (course.every_days, course.planned_sessions) == (7, 12)
    assert course.started_on == c.TODAY
    for user in (team.maya, team.sam, team.ada):
        words = page(signed_in(user), at(team, "therapy/"))
        assert "1 of 2 sessions took place; 12 planned" in words


def test_habits_stand_in_the_plan_and_their_log_is_one_click_away(team):
    """L6, L16: an aim, a first step, who helps, a day to look again; hers alone."""
    c.own(
        team, "practice", kind="people", aim="Call Priya on Sundays",
        first_step="Write down her number", who_helps="My brother",
        review_on="2027-01-10",
    )  # fmt: skip
    plan = page(signed_in(team.maya), at(team))
    assert "Call Priya on Sundays" in plan
    assert 'href="/check-in/"' in plan
    habits = page(signed_in(team.maya), at(team, "practices/"))
    for words in ("Call Priya on Sundays", "Write down her number", "My brother"):
        assert words in habits
    assert 'href="/check-in/"' in habits
    for user in (team.sam, team.ada):
        client = signed_in(user)
        assert client.post(at(team, "own/practice/"), {}).status_code == 403
        assert "Log them today" not in page(client, at(team))


@pytest.mark.parametrize("kind", ["movement", "sleep", "mindfulness", "people"])
def test_each_kind_of_habit_can_be_chosen_by_the_patient(team, kind):
    """L16: exercise, sleep, mindfulness, people."""
    maya = signed_in(team.maya)
    given = {"kind": kind, "aim": "A little each day", "base_number": "0"}
    answer = maya.post(at(team, "own/practice/"), given)
    assert answer.status_code == 302, answer.content.decode()
    assert "A little each day" in page(maya, at(team, "practices/"))


def test_an_overdue_review_shows_to_all_three(team, clock):
    """L12."""
    c.on_sertraline(team)
    clock.move_to(c.later(28), tick=False)
    assert "It is time to meet" not in page(signed_in(team.maya), at(team))
    clock.move_to(c.later(29), tick=False)
    for user in (team.maya, team.sam, team.ada):
        words = page(signed_in(user), at(team))
        assert "The day to look at this plan again was" in words
        assert "It is time to meet" in words


def test_a_medicine_says_how_it_is_given_and_how_often(team):
    """R1: dose as Decimal and unit, route, frequency, purpose, prescriber."""
    ada = signed_in(team.ada)
    given = medicine_form(team, type("Row", (), {"pk": "new"})) | {
        "name": "Flupentixol depot", "purpose": "hearing voices", "direction": "",
        "route": "as an injection", "taken_every": "14", "step-0-amount": "40",
        "approach-choice": "medicine", "approach-benefits": "Fewer voices.",
        "approach-risks": "Stiffness.", "approach-patient_words": "I want quiet.",
        "approach-because": "It helped before.",
    }  # fmt: skip
    check = ada.post(f"/c/people/{team.patient.pk}/propose/medicine/", given)
    assert check.status_code == 302, check.content.decode()
    sent = ada.post(check.url, {"send": "1"})
    assert "every 14 days" in page(signed_in(team.maya), sent.url)
    with team.acting(team.ada):
        asked = Proposal.objects.get(state="proposed")
    c.all_agree(team, asked)
    with team.acting(team.maya):
        row = Medication.objects.get()
        step = DoseStep.objects.get()
        said = PlanVersionSection.objects.get(topic="medicines").content
    assert (row.route, row.purpose, row.prescriber) == (
        "as an injection", "hearing voices", team.ada,
    )  # fmt: skip
    assert (str(step.amount.normalize()), step.unit, step.every_days) == (
        "4E+1",
        "mg",
        14,
    )
    assert "every 14 days" in said
    assert "as an injection" in said


def test_a_new_dose_keeps_how_often_it_is_taken(team):
    """R1: raising an injection of every 14 days does not make it one a day."""
    row = c.on_sertraline(team)
    change = c.new_dose(row, {**c.step("75", c.TODAY), "every_days": 14})
    c.all_agree(team, c.suggest(team, team.ada, change))
    ada = signed_in(team.ada)
    given = medicine_form(team, row) | {"step-0-amount": "100"}
    check = ada.post(f"/c/people/{team.patient.pk}/propose/medicine/", given)
    assert check.status_code == 302, check.content.decode()
    assert "every 14 days" in page(ada, check.url)
    draft = check.url.split("/")[-3]
    again = page(ada, f"/c/people/{team.patient.pk}/propose/medicine/?draft={draft}")
    (box,) = re.findall(r'<input[^>]*name="taken_every"[^>]*>', again)
    assert 'value="14"' in box


def test_patient_and_therapist_see_the_next_step_before_it_starts(team):
    """R2: dated, entered by the prescriber, in sight of the other two."""
    row = c.on_sertraline(team)
    days = c.TODAY + timedelta(days=9), c.TODAY + timedelta(days=23)
    steps = c.step("75", days[0]), c.step("100", days[1])
    c.all_agree(team, c.suggest(team, team.ada, c.new_dose(row, *steps)))
    for user in (team.maya, team.sam):
        client = signed_in(user)
        assert "Next: 75 mg in the morning, not before 30 Nov" in page(client, at(team))
        medicine = page(client, at(team, f"medicines/{row.pk}/"))
        assert "Not before 30 Nov" in medicine
        assert "Not before 14 Dec" in medicine


def taper(row) -> Change:
    return c.new_dose(
        row, c.step("25", c.TODAY + timedelta(days=9)), kind="taper",
        hold_rule="We wait when sleep is much worse.",
        step_back_rule="We go back when daily life is hard.",
        watch_until="2027-06-01", min_interval_days=14, faster_because="",
    )  # fmt: skip


def test_the_rules_of_a_taper_are_part_of_the_text_that_is_signed(team):
    """R5, N4: hold, step back, watch until: one signed object with the steps."""
    row = c.on_sertraline(team)
    c.all_agree(team, c.suggest(team, team.ada, taper(row)))
    with team.acting(team.maya):
        newest = PlanVersionSection.objects.filter(topic="medicines")
        said = newest.order_by("-version__number").first().content
    for words in (
        "We wait when sleep is much worse.", "We go back when daily life is hard.",
        "25 mg", "1 June 2027",
    ):  # fmt: skip
        assert words in said


def test_filled_rows_are_marked_as_arithmetic(team):
    """R3: not advice, not a prescription; nothing is chosen beforehand."""
    c.on_sertraline(team)
    words = page(signed_in(team.ada), f"/c/people/{team.patient.pk}/propose/medicine/")
    assert "This is arithmetic, not advice. This is not a prescription." in words
    assert not re.search(r'name="(shape|direction)"[^>]*checked', words)


def test_the_gaps_of_a_safety_plan_show_to_the_patient_and_both_clinicians(team):
    """N15: no professional, no day to look again."""
    c.own(
        team, "safety_plan", lines={"signs": ["I stop eating"]},
        people=[{"kind": "person", "name": "Priya", "phone": "0123"}],
    )  # fmt: skip
    seen = [page(signed_in(user), at(team, "safety/")) for user in
            (team.maya, team.sam, team.ada)]  # fmt: skip
    for words in seen:
        assert "No professional or helpline is named." in words
        assert "There is no day to look again." in words


def test_choosing_a_therapy_shows_what_is_known_and_chooses_nothing(team):
    """T9: guideline or trial with its date and the usual length, or that there is none."""
    sam = signed_in(team.sam)
    form = f"/c/people/{team.patient.pk}/propose/therapy_start/"
    words = page(sam, form)
    assert "You choose; the software chooses nothing." in words
    assert re.search(r"Depression: [^<]+NICE NG222", words)
    assert "Length, less severe: 8-16 sessions (draft reference)" in words
    assert "Length, usual: 6-12 months" in words  # never said as sessions
    assert not re.search(r'<option value="\w+" selected', words)
    c.own(team, "goal", words="Sleep")
    c.all_agree(team, c.suggest(team, team.sam, c.APPROACH))
    given = {
        "type_id": "act", "condition_id": "insomnia", "focus": "rest",
        "every_days": "7", "words-why": "You asked for it.",
        "words-look_again_on": "2027-01-10",
    }  # fmt: skip
    check = sam.post(form, given)
    assert check.status_code == 302, check.content.decode()
    sent = sam.post(check.url, {"send": "1"})
    for user in (team.maya, team.sam, team.ada):
        assert "No evidence on file." in page(signed_in(user), sent.url)


def test_the_patient_reads_no_unverified_figure_about_a_therapy(team):
    """T9: decisions 17."""
    values = CBT | {"type_id": "cbt_individual", "condition_id": "gad"}
    asked = c.suggest(team, team.sam, c.APPROACH, Change("therapy_start", values))
    address = at(team, f"proposals/{asked.pk}/")
    assert "NICE CG113 (draft reference)" in page(signed_in(team.sam), address)
    assert "draft reference" not in page(signed_in(team.maya), address)


def test_a_summary_says_who_will_read_it_before_it_is_written(team):
    """T7: nothing is refused; the page says where private notes do not belong."""
    c.all_agree(
        team, c.suggest(team, team.sam, c.APPROACH, Change("therapy_start", CBT))
    )
    with team.acting(team.sam):
        course = TherapyCourse.objects.get()
    address = f"/c/people/{team.patient.pk}/therapy/{course.pk}/summary/"
    words = page(signed_in(team.sam), address)
    assert "Maya Raman will read this." in words or "Maya will read this." in words
    assert "psychotherapy notes have no place here" in words


def test_what_was_weighed_is_kept_with_who_and_when(team):
    """L13: benefits, risks, her words, the reason; by whom and on which day."""
    c.on_sertraline(team)
    with team.acting(team.sam):
        row = Approach.objects.get()
        said = PlanVersionSection.objects.get(topic="plan").content
    assert (row.discussed_with, row.discussed_on) == (team.ada, c.TODAY)
    for words in (
        "I want to work again.", "Feeling sick in the first weeks.",
        "Talking alone was not enough.", "21 November 2026", "Dr Ada Okafor",
    ):  # fmt: skip
        assert words in said


def test_any_two_versions_compare_with_author_and_reason(team):
    """L10: not only neighbours; in words, for all three."""
    medicine = c.on_sertraline(team)
    c.own(team, "goal", words="Paint again")
    change = c.new_dose(medicine, c.step("75", c.TODAY))
    c.all_agree(team, c.suggest(team, team.ada, change, why="Sleep is still bad."))
    for user in (team.maya, team.sam, team.ada):
        words = page(signed_in(user), at(team, "versions/1/compare/3/"))
        for said in ("50 mg", "75 mg", "Paint again", "Sleep is still bad.", "Ada"):
            assert said in words


def test_the_staying_well_plan_holds_every_part_and_what_shows_each_sign(team):
    """L8: what helped, signs and acts, who to call, a day; the sign's live figure."""
    c.own(
        team, "staying_well", helped="Walking", who_to_contact="Sam", sets_off="Deadlines",
        call_when="PHQ-9 of 10 or more", review_on="2027-05-01",
    )  # fmt: skip
    c.own(
        team, "early_sign", words="I wake at four", level="early", i_do="Walk",
        therapist_does="Meet within a week", prescriber_does="Look at sleep",
        tied_to="sleep_below:6",
    )  # fmt: skip
    for user in (team.maya, team.sam, team.ada):
        words = page(signed_in(user), at(team, "staying-well/"))
        for said in ("Walking", "Deadlines", "PHQ-9 of 10 or more", "I wake at four",
                     "Meet within a week", "Look at sleep",
                     "Hours of sleep below 6"):  # fmt: skip
            assert said in words


def test_each_line_of_the_plan_names_its_owner(team):
    """L5: the prescriber beside medicines, the therapist beside therapy."""
    whole_plan(team)
    for user in (team.maya, team.sam, team.ada):
        words = page(signed_in(user), at(team))
        assert "With Sam Lind." in words
        assert "Prescribed by Dr Ada Okafor." in words


def test_a_new_prescriber_reads_what_was_tried_only_by_consent(team):
    """N18: with the topic of medicines, and not without it."""
    maya = signed_in(team.maya)
    given = {"name": "Mirtazapine", "highest_dose": "30 mg", "benefit": "Slept",
             "stopped_because": "I gained weight"}  # fmt: skip
    assert maya.post(at(team, "history/add/medicine/"), given).status_code == 302
    told = ("Mirtazapine", "30 mg", "Slept", "I gained weight")
    for topics, sees in (
        (["plan", "medicines", "side_effects"], True),
        (["plan"], False),
    ):
        post = factory.clinician("prescriber", "Dr New")
        factory.member(team.patient, post, topics=topics)
        words = page(signed_in(post.user), at(team, "history/"))
        assert all(said in words for said in told) is sees
