"""What the three read of the plan: versions, owners, therapy, what was tried (L1, L4, L10)."""

import re

import pytest

from careplan.plan import therapies
from careplan.plan.models import (
    Approach,
    Medication,
    PlanVersionSection,
    TherapyCourse,
)
from careplan.plan.proposals import Change
from tests import factory
from tests.kept import kept
from tests.plan import cast as c
from tests.plan.test_plan_pages import at, page, signed_in

pytestmark = pytest.mark.django_db

CBT = {
    "type_id": "cbt", "name": "CBT", "focus": "worry", "every_days": 7,
    "planned_sessions": 12,
}  # fmt: skip


team = kept(c.cast, at=c.NOW)
sertraline = kept(c.on_sertraline, on=team, at=c.NOW)


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


def test_an_overdue_review_shows_to_all_three(team, sertraline, clock):
    """L12."""
    clock.move_to(c.later(28), tick=False)
    assert "It is time to meet" not in page(signed_in(team.maya), at(team))
    clock.move_to(c.later(29), tick=False)
    for user in (team.maya, team.sam, team.ada):
        words = page(signed_in(user), at(team))
        assert "The day to look at this plan again was" in words
        assert "It is time to meet" in words


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


def test_what_was_weighed_is_kept_with_who_and_when(team, sertraline):
    """L13: benefits, risks, her words, the reason; by whom and on which day."""
    with team.acting(team.sam):
        row = Approach.objects.get()
        said = PlanVersionSection.objects.get(topic="plan").content
    assert (row.discussed_with, row.discussed_on) == (team.ada, c.TODAY)
    for words in (
        "I want to work again.", "Feeling sick in the first weeks.",
        "Talking alone was not enough.", "21 November 2026", "Dr Ada Okafor",
    ):  # fmt: skip
        assert words in said


def test_any_two_versions_compare_with_author_and_reason(team, sertraline):
    """L10: not only neighbours; in words, for all three."""
    c.own(team, "goal", words="Paint again")
    change = c.new_dose(sertraline, c.step("75", c.TODAY))
    c.all_agree(team, c.suggest(team, team.ada, change, why="Sleep is still bad."))
    for user in (team.maya, team.sam, team.ada):
        words = page(signed_in(user), at(team, "versions/1/compare/3/"))
        for said in ("50 mg", "75 mg", "Paint again", "Sleep is still bad.", "Ada"):
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


def test_any_two_versions_are_chosen_and_what_lies_between_is_named(team):
    """L10: from a form without a script; the way from one to the other is there too."""
    for words in ("Paint again", "Sleep well", "Walk"):
        c.own(team, "goal", words=words)
    maya, listed = signed_in(team.maya), at(team, "versions/")
    assert "Compare any two" in page(maya, listed)
    answer = maya.get(f"{listed}?first=3&second=1")
    assert answer.url == at(team, "versions/1/compare/3/")
    words = page(maya, answer.url)
    assert "From version 1 to version 3" in words
    assert "Version 2, Maya Raman" in words
    assert "Sleep well" in words
    assert "Compare any two" in page(maya, f"{listed}?first=9&second=1")
