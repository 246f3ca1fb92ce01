"""Worksheets: filled field by field, built from fields, read by both; skills; marks."""

import json

import pytest

from careplan.plan import errors, therapies, worksheets
from careplan.plan.models import Homework, HomeworkForm, TherapyCourse, WorkedMark
from careplan.plan.proposals import Change
from patients.models import Clinician
from tests import factory
from tests.plan import cast as c
from tests.plan.test_plan_pages import at, page, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    return c.cast()


@pytest.fixture(autouse=True)
def _same_day(time_machine):
    time_machine.move_to(c.NOW, tick=False)


@pytest.fixture
def course(team):
    return therapy(team)


def therapy(team):
    values = {"type_id": "cbt", "name": "CBT", "focus": "worry", "every_days": 7}
    change = Change("therapy_start", values)
    c.all_agree(team, c.suggest(team, team.sam, c.APPROACH, change))
    with team.acting(team.maya):
        return TherapyCourse.objects.get(patient=team.patient)


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


BUILT = {
    "name": "Crowds",
    "purpose": "Going where people are",
    "q-TOTAL_FORMS": "4",
    "q-INITIAL_FORMS": "0",
    "q-0-label": "Where were you?",
    "q-0-type": "text",
    "q-0-is_needed": "on",
    "q-1-label": "How hard was it?",
    "q-1-type": "scale",
    "q-1-low": "0",
    "q-1-high": "10",
    "q-2-label": "Did you stay?",
    "q-2-type": "choice",
    "q-2-options": "yes, for a while, no",
    "save": "1",
}


def test_a_therapist_builds_a_form_from_fields_and_both_read_what_was_filled(
    team, course
):
    """T3: no code; given as homework, filled by the patient, read by both."""
    sam, maya = signed_in(team.sam), signed_in(team.maya)
    address = f"/c/people/{team.patient.pk}/therapy/{course.pk}/forms/new/"
    assert "Kind of answer" in page(sam, address)
    built = sam.post(address, BUILT)
    assert built.status_code == 302, built.content.decode()
    with team.acting(team.sam):
        form = HomeworkForm.objects.get()
    assert [field["type"] for field in form.fields] == ["text", "scale", "choice"]
    give = page(sam, built.url)
    assert f'value="own:{form.pk}" selected' in give
    sam.post(
        built.url.split("?")[0],
        {"title": "Go to a shop", "catalogue_form": f"own:{form.pk}"},
    )
    with team.acting(team.maya):
        row = Homework.objects.get()
    assert row.own_form_id == form.pk
    sheet = at(team, f"therapy/homework/{row.pk}/")
    assert "Fill in" in page(maya, at(team, "therapy/"))
    keys = [field["key"] for field in form.fields]
    done = maya.post(sheet, {keys[0]: "The market", keys[1]: "7", keys[2]: "1"})
    assert done.status_code == 302, done.content.decode()
    for client in (sam, maya):
        words = page(client, sheet)
        assert "The market" in words
        assert "7 of 10" in words
        assert "for a while" in words


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": ""}, "Give the form a name"),
        ({"q-1-high": ""}, "Give the highest number of the scale"),
        ({"q-2-options": "one"}, "Give two answers or more"),
        (
            {"q-0-label": "", "q-1-label": "", "q-2-label": ""},
            "Write one question or more",
        ),
    ],
)
def test_a_half_built_form_is_refused_in_its_own_words(team, course, wrong, sentence):
    """T3."""
    address = f"/c/people/{team.patient.pk}/therapy/{course.pk}/forms/new/"
    answer = signed_in(team.sam).post(address, {**BUILT, **wrong})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


@pytest.mark.parametrize("who", ["maya", "ada"])
def test_only_a_therapist_builds(team, course, who):
    """T3."""
    address = f"/c/people/{team.patient.pk}/therapy/{course.pk}/forms/new/"
    assert signed_in(getattr(team, who)).post(address, BUILT).status_code == 403


def built(team) -> HomeworkForm:
    with team.acting(team.sam) as by:
        return therapies.build_form(
            team.patient.pk, by=by, name="Crowds", purpose="Going out",
            fields=FIELDS, now=c.NOW,
        )  # fmt: skip


FIELDS = [
    {"key": "q1_where", "label": "Where were you?", "type": "text", "required": True},
    {"key": "q2_hard", "label": "How hard was it?", "type": "scale", "min": 0,
     "max": 10},
    {"key": "q3_stay", "label": "Did you stay?", "type": "choice",
     "options": [{"value": "0", "text": "yes"}, {"value": "1", "text": "no"}]},
]  # fmt: skip


def test_a_form_built_once_is_used_for_another_person_as_a_copy(team, course):
    """T3: what was filled stays where it was filled; only the questions go along."""
    form = built(team)
    other = c.cast(therapist=False)
    factory.member(other.patient, Clinician.objects.get(user=team.sam))
    other.sam = team.sam
    there = therapy(other)
    address = f"/c/people/{other.patient.pk}/therapy/{there.pk}/forms/new/"
    sam = signed_in(team.sam)
    assert f'href="?from={form.pk}"' in page(sam, address)
    words = page(sam, f"{address}?from={form.pk}")
    for typed in ("Where were you?", "How hard was it?", "yes, no", 'value="10"'):
        assert typed in words
    assert "no word in it is about another person" in words
    made = sam.post(f"{address}?from={form.pk}", BUILT)
    assert made.status_code == 302, made.content.decode()
    with other.acting(other.maya):
        (copy,) = HomeworkForm.objects.all()
    assert (copy.patient_id, copy.name) == (other.patient.pk, "Crowds")
    assert copy.pk != form.pk


def test_nobody_starts_from_another_therapists_form(team, course):
    """T3."""
    form = built(team)
    stranger = c.cast()
    there = therapy(stranger)
    address = f"/c/people/{stranger.patient.pk}/therapy/{there.pk}/forms/new/"
    sam = signed_in(stranger.sam)
    assert "Where were you?" not in page(sam, f"{address}?from={form.pk}")
    assert str(form.pk) not in page(sam, address)


def test_a_retired_form_is_offered_no_longer_and_its_sheets_stay(team, course):
    """T3."""
    form = built(team)
    sheet = given(team, course, own_form=form)
    sam, maya = signed_in(team.sam), signed_in(team.maya)
    build = f"/c/people/{team.patient.pk}/therapy/{course.pk}/forms/new/"
    retire = at(team, f"therapy/forms/{form.pk}/retire/")
    assert retire in page(sam, build)
    assert signed_in(team.ada).post(retire).status_code == 403
    assert maya.post(retire).status_code == 403
    assert sam.post(retire).status_code == 302
    give = f"/c/people/{team.patient.pk}/therapy/{course.pk}/homework/"
    assert "Crowds" not in page(sam, give)
    assert retire not in page(sam, build)
    refused = sam.post(give, {"title": "x", "catalogue_form": f"own:{form.pk}"})
    assert refused.status_code == 422
    assert "Where were you?" in page(maya, at(team, f"therapy/homework/{sheet.pk}/"))


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


def test_a_form_built_for_somebody_else_is_given_from_the_list_as_a_copy(team, course):
    """T3: three copies of one form are one; nothing that was filled in goes along."""
    form = built(team)
    sheet = given(team, course, own_form=form)
    with team.acting(team.maya) as by:
        therapies.fill_sheet(
            sheet, by=by, values={"q1": "On the night bus."}, now=c.NOW
        )
    sam = signed_in(team.sam)
    others = []
    for _ in range(2):
        other = c.cast(therapist=False)
        factory.member(other.patient, Clinician.objects.get(user=team.sam))
        other.sam = team.sam
        there = therapy(other)
        give = f"/c/people/{other.patient.pk}/therapy/{there.pk}/homework/"
        words = page(sam, give)
        assert words.count(">Crowds</option>") == 1
        assert "night bus" not in words
        chosen = words.split('">Crowds</option>')[0].rsplit('"', 1)[1]
        assert chosen.startswith("copy:")
        answer = sam.post(give, {"title": "Crowds", "catalogue_form": chosen})
        assert answer.status_code == 302, answer.content.decode()
        others.append((other, give))
    other, give = others[-1]
    with other.acting(other.maya):
        copy = Homework.objects.get()
        assert copy.own_form.patient_id == other.patient.pk
        assert copy.answers == ""
    words = page(sam, give)
    assert "own:" in words.split('">Crowds</option>')[0].rsplit("<option", 1)[1]
    assert "copy:" not in words


def test_nobody_is_given_another_therapists_form(team, course):
    form = built(team)
    stranger = c.cast()
    there = therapy(stranger)
    give = f"/c/people/{stranger.patient.pk}/therapy/{there.pk}/homework/"
    sam = signed_in(stranger.sam)
    answer = sam.post(give, {"title": "x", "catalogue_form": f"copy:{form.pk}"})
    assert answer.status_code == 422
