"""Worksheets: filled field by field, read by both; skills; what helped (T2, T3, T4)."""

import json

import pytest

from careplan.plan import errors, therapies, worksheets
from careplan.plan.models import Homework, TherapyCourse, WorkedMark
from careplan.plan.proposals import Change
from tests.kept import kept
from tests.plan import cast as c
from tests.plan.test_plan_pages import at, page, signed_in

pytestmark = pytest.mark.django_db


team = kept(c.cast, at=c.NOW)


@pytest.fixture(autouse=True)
def _same_day(time_machine):
    time_machine.move_to(c.NOW, tick=False)


def therapy(team):
    values = {"type_id": "cbt", "name": "CBT", "focus": "worry", "every_days": 7}
    change = Change("therapy_start", values)
    c.all_agree(team, c.suggest(team, team.sam, c.APPROACH, change))
    with team.acting(team.maya):
        return TherapyCourse.objects.get(patient=team.patient)


course = kept(therapy, on=team, at=c.NOW)


def given(team, course, form: str = "", **more) -> Homework:
    with team.acting(team.sam) as by:
        return therapies.give_homework(
            course, by=by, title="Card", catalogue_form=form, now=c.NOW, **more
        )


@pytest.mark.parametrize(("urge", "helped"), [("3", False), ("4", True), ("5", True)])
def test_a_strong_urge_leads_to_help_at_once(team, course, urge, helped):
    """S2: the answer to Save is the support page; the card is kept all the same."""
    row = given(team, course, "diary_card")
    address = at(team, f"therapy/homework/{row.pk}/")
    card = {"day": "2026-11-20", "urge_self_harm": urge}
    answer = signed_in(team.maya).post(address, card)
    assert (answer.url == "/support/") is helped
    assert f"{urge} of 5" in page(signed_in(team.sam), address)


def test_an_urge_of_0_with_an_act_is_kept(team, course):
    """T2: urges, acts, skills; filled by the patient, read by the therapist."""
    row = given(team, course, "diary_card")
    address = at(team, f"therapy/homework/{row.pk}/")
    maya, sam = signed_in(team.maya), signed_in(team.sam)
    assert "Daily card" not in page(maya, at(team))
    asked = page(maya, address)
    assert "From 0 to 5" in asked
    answer = maya.post(
        address,
        {
            "day": "2026-11-20",
            "urge_self_harm": "0",
            "target_behaviour": "yes",
            "skills": "cold water",
        },
    )
    assert answer.status_code == 302, answer.content.decode()
    with team.acting(team.sam):
        row.refresh_from_db()
        kept = json.loads(row.answers)["entries"][0]["values"]
    assert kept["urge_self_harm"] == 0
    assert kept["target_behaviour"] == "yes"
    assert row.done_at == c.NOW
    for client in (sam, maya):
        words = page(client, address)
        assert "0 of 5" in words
        assert "cold water" in words
    assert '<form method="post" novalidate' not in page(sam, address)
    assert sam.post(address, {"day": "2026-11-20"}).status_code == 403


def test_a_card_a_day_and_none_is_lost(team, course):
    """T2: the second entry stands beside the first."""
    row = given(team, course, "diary_card")
    maya = signed_in(team.maya)
    address = at(team, f"therapy/homework/{row.pk}/")
    for day, urge in (("2026-11-19", "0"), ("2026-11-20", "4")):
        maya.post(address, {"day": day, "urge_self_harm": urge})
    words = page(maya, address)
    assert "0 of 5" in words
    assert "4 of 5" in words


def test_what_is_missing_has_its_own_sentence_and_nothing_typed_is_lost(team, course):
    """T3."""
    row = given(team, course, "thought_record")
    address = at(team, f"therapy/homework/{row.pk}/")
    answer = signed_in(team.maya).post(
        address, {"thought": "They all laugh.", "feeling_before": "999"}
    )
    words = answer.content.decode()
    assert answer.status_code == 422
    assert "Answer this first:" in words
    assert "They all laugh." in words
    assert "Enter 100 or less" in words


@pytest.mark.parametrize(
    "form", [row.id for row in worksheets.therapies.homework_forms()]
)
def test_every_shipped_form_makes_a_page_that_can_be_filled(form):
    """T3: no database; each of the shipped forms asks all its fields."""
    from careplan.plan.worksheet_forms import form_for

    shipped = worksheets.therapies.homework_form(form)
    typed = {field.key: SAMPLE[field.type](field) for field in shipped.fields}
    filled = form_for(shipped.fields)(typed)
    assert filled.is_valid(), filled.errors
    kept = worksheets.with_entry("", filled.cleaned_data, now=c.NOW)
    values = worksheets.stored(kept)[0]["values"]
    assert set(values) == {field.key for field in shipped.fields}
    for field in shipped.fields:
        assert worksheets.answer_words(field, values[field.key])


SAMPLE = {
    "text": lambda field: "a",
    "long_text": lambda field: "b",
    "scale": lambda field: str(field.min or 0),
    "number": lambda field: str(field.min or 0),
    "minutes": lambda field: str(field.max or 10),
    "boolean": lambda field: "no",
    "choice": lambda field: field.options[0].value,
    "date": lambda field: "2026-11-20",
    "time": lambda field: "22:30",
    "datetime": lambda field: "2026-11-20T22:30",
}


def test_a_sheet_looked_at_together_is_closed(team, course):
    """T1: done and looked at keep their time and person."""
    row = given(team, course, "diary_card")
    with team.acting(team.maya) as by:
        therapies.fill_sheet(row, by=by, values={"urge_self_harm": 0}, now=c.NOW)
    with team.acting(team.sam) as by:
        row.refresh_from_db()
        therapies.look_at_homework(row, by=by, now=c.later(1))
        with pytest.raises(errors.NotAllowed):
            therapies.fill_sheet(row, by=by, values={"sad": 1}, now=c.NOW)
    with team.acting(team.maya) as by, pytest.raises(errors.SheetClosed):
        therapies.fill_sheet(row, by=by, values={"sad": 1}, now=c.later(2))


def test_a_stranger_does_not_find_the_sheet(team, course):
    row = given(team, course, "diary_card")
    address = at(team, f"therapy/homework/{row.pk}/")
    assert page(signed_in(c.cast().sam), address, 404)


def test_a_skill_is_read_and_given_as_homework(team, course):
    """T4."""
    sam, maya = signed_in(team.sam), signed_in(team.maya)
    words = page(maya, "/plan/skills/")
    assert "Reading level: grade 6" in words
    assert "AGPL-3.0-or-later" in words
    assert "Give as homework" not in words
    assert "Give as homework" in page(sam, at(team, "skills/"))
    give = f"/c/people/{team.patient.pk}/therapy/{course.pk}/homework/"
    asked = page(sam, f"{give}?skill=cold_water")
    assert 'value="skill:cold_water" selected' in asked
    sam.post(give, {"title": "Cold water", "catalogue_form": "skill:cold_water"})
    with team.acting(team.maya):
        row = Homework.objects.get()
    assert "Read the skill" in page(maya, at(team, "therapy/"))
    assert "Fill a bowl" in page(maya, at(team, f"therapy/homework/{row.pk}/"))


def test_helped_or_worse_is_said_by_item_and_the_therapist_answers(team, course):
    """T12: exercise, session and habit; the therapist sees it and answers."""
    row = given(team, course)
    c.own(team, "practice", kind="movement", aim="Walk")
    with team.acting(team.sam) as by:
        session = therapies.plan_session(course, by=by, starts_at=c.NOW, now=c.NOW)
        therapies.mark_session(session, by=by, state="attended", now=c.NOW)
    with team.acting(team.maya):
        habit = team.patient and therapies.Practice.objects.get()
    maya, sam = signed_in(team.maya), signed_in(team.sam)
    things = {"homework": row.pk, "session": session.pk, "practice": habit.pk}
    for about, pk in things.items():
        address = at(team, f"worked/{about}/{pk}/")
        assert sam.post(address, {"answer": "helped"}).status_code == 403
        said = {"answer": "worse", "line": f"Too long, {about}."}
        assert maya.post(address, said).status_code == 302
    seen = page(sam, at(team, "therapy/"))
    assert "Too long, homework." in seen
    assert "Too long, session." in seen
    assert "Too long, practice." in page(sam, at(team, "practices/"))
    with team.acting(team.sam):
        mark = WorkedMark.objects.get(homework=row)
    reply = at(team, f"worked/{mark.pk}/reply/")
    assert maya.post(reply, {"line": "x"}).status_code == 403
    sam.post(reply, {"line": "Then five minutes."})
    assert "Then five minutes." in page(maya, at(team, "therapy/"))


def test_an_answer_outside_the_list_is_refused_kindly(team, course):
    """T12."""
    row = given(team, course)
    address = at(team, f"worked/homework/{row.pk}/")
    answer = signed_in(team.maya).post(address, {"answer": "no"}, follow=True)
    assert "Choose one of the answers." in answer.content.decode()
