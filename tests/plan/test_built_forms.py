"""Forms that a therapist builds from fields, uses again, and retires (T3)."""

import pytest

from careplan.plan import therapies
from careplan.plan.forms.medicine import MOST_STEPS, StepRows
from careplan.plan.models import Homework, HomeworkForm
from careplan.plan.worksheet_forms import MOST_FIELDS, BuiltFields
from patients.models import Clinician
from tests import factory
from tests.kept import kept
from tests.plan import cast as c
from tests.plan.test_plan_pages import at, page, signed_in
from tests.plan.test_worksheets import given, therapy

pytestmark = pytest.mark.django_db


team = kept(c.cast, at=c.NOW)


@pytest.fixture(autouse=True)
def _same_day(time_machine):
    time_machine.move_to(c.NOW, tick=False)


course = kept(therapy, on=team, at=c.NOW)

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


@pytest.mark.parametrize(
    ("rows", "most"), [(BuiltFields, MOST_FIELDS), (StepRows, MOST_STEPS)]
)
def test_a_made_up_number_of_rows_is_refused_before_it_costs_seconds(rows, most):
    said = rows({"form-TOTAL_FORMS": "999999", "form-INITIAL_FORMS": "0"})
    assert not said.is_valid()
    assert len(said.forms) == 2 * most


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
