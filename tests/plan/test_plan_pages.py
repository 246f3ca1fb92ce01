"""The plan's pages through the HTTP door, in three people's hands."""

from datetime import date

import pytest
from django.test import Client

from careplan.plan.models import Medication, PlanVersion, Proposal
from tests.kept import kept
from tests.plan import cast as c

pytestmark = pytest.mark.django_db
NOV_30 = date(2026, 11, 30)


team = kept(c.cast, at=c.NOW)
sertraline = kept(c.on_sertraline, on=team, at=c.NOW)


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": 0}]
    session.save()
    return client


def page(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, address
    return response.content.decode()


def at(team, rest: str = "") -> str:
    return f"/p/{team.patient.pk}/plan/{rest}"


@pytest.fixture(autouse=True)
def _same_day(time_machine):
    time_machine.move_to(c.NOW, tick=False)


def test_an_empty_plan_says_what_one_can_do(team):
    assert "start with what you want" in page(signed_in(team.maya), "/plan/")


def test_one_page_shows_medicines_and_therapy_to_all_three(team, sertraline):
    """L1, L5: the agreed version is one click away, the same facts for everyone."""
    for user in (team.maya, team.sam, team.ada):
        words = page(signed_in(user), at(team))
        assert "Sertraline" in words
        assert "50 mg" in words


def test_a_stranger_gets_404_and_a_member_without_the_topic_403(team):
    stranger = c.cast()
    assert page(signed_in(stranger.ada), at(team), 404)
    assert page(signed_in(stranger.maya), at(team), 404)


def medicine_form(team, medication: Medication, **more) -> dict:
    return {
        "medication": str(medication.pk),
        "direction": "raise",
        "why": "So that you can feel better.",
        "notice": "You may feel sick for a week.",
        "look_again_on": "2026-12-20",
        "base_number": str(team.plan.number),
        "step-TOTAL_FORMS": "2",
        "step-INITIAL_FORMS": "0",
        "step-0-not_before": "2026-11-30",
        "step-0-amount": "75",
        "step-0-when": "morning",
        "step-1-not_before": "",
        "step-1-amount": "",
        "step-1-when": "morning",
        "check": "1",
        **more,
    }


def test_a_dose_change_from_form_to_signed_version(team, sertraline):
    """Issue 2, step 4: form, check, send; read, check, agree; version two."""
    ada, sam, maya = map(signed_in, (team.ada, team.sam, team.maya))
    suggest = f"/c/people/{team.patient.pk}/propose/medicine/"
    assert "Suggest a medicine change" in page(ada, suggest)
    answer = ada.post(suggest, medicine_form(team, sertraline))
    assert answer.status_code == 302, answer.content.decode()
    assert "75 mg" in page(ada, answer.url)
    assert "Suggested change" not in page(maya, at(team))
    sent = ada.post(answer.url, {"send": "1"})
    assert "What you may notice" in page(maya, sent.url)
    for client in (sam, maya):
        check = page(client, f"{sent.url}agree/")
        read_hash = check.split('name="read_hash" value="')[1].split('"')[0]
        done = client.post(f"{sent.url}agree/", {"read_hash": read_hash})
        assert done.status_code == 302
    with team.acting(team.maya):
        assert Proposal.objects.get(pk=sent.url.split("/")[-2]).state == "applied"
        assert PlanVersion.objects.filter(number=2).exists()
    assert "75 mg" in page(maya, at(team, "versions/1/compare/2/"))
    assert "Version 2" in page(maya, at(team, "versions/"))


@pytest.mark.parametrize("who", ["maya", "sam"])
def test_nobody_but_a_prescriber_reaches_the_medicine_form(team, sertraline, who):
    """R9: 403 on every path."""
    client = signed_in(getattr(team, who))
    address = f"/c/people/{team.patient.pk}/propose/medicine/"
    assert client.get(address).status_code == 403
    assert client.post(address, medicine_form(team, sertraline)).status_code == 403
    release = at(team, f"medicines/{sertraline.pk}/release/")
    assert client.post(release).status_code == 403


def test_an_error_keeps_what_was_typed(team, sertraline):
    ada = signed_in(team.ada)
    address = f"/c/people/{team.patient.pk}/propose/medicine/"
    answer = ada.post(address, medicine_form(team, sertraline, look_again_on=""))
    words = answer.content.decode()
    assert answer.status_code == 422
    assert "Give a day to look at this again" in words
    assert "So that you can feel better." in words
    assert 'value="75"' in words


def test_presets_fill_rows_that_can_be_changed(team):
    """Decisions 9: arithmetic between the numbers given, nothing preselected."""
    sertraline = c.on_sertraline(team, "100")
    ada = signed_in(team.ada)
    address = f"/c/people/{team.patient.pk}/propose/medicine/"
    given = medicine_form(
        team,
        sertraline,
        direction="stop",
        shape="linear",
        number="2",
        first_on="2026-12-01",
        every_days="14",
        fill="1",
    )
    del given["check"]
    words = ada.post(address, given).content.decode()
    assert 'value="50"' in words
    assert 'value="2026-12-15"' in words
    assert "This is arithmetic, not advice." in words


PAGES = [
    "", "print/", "versions/", "versions/1/", "versions/0/compare/1/", "goals/",
    "practices/", "staying-well/", "safety/", "therapy/",
]  # fmt: skip


@pytest.mark.parametrize("rest", PAGES)
def test_every_page_opens_for_each_of_the_three(team, sertraline, rest):
    for user in (team.maya, team.sam, team.ada):
        page(signed_in(user), at(team, rest))


def test_the_patient_adds_a_goal_and_it_stands_at_once(team):
    """L2, L3: her own part applies at once, with her signature."""
    maya = signed_in(team.maya)
    address = at(team, "own/goal/")
    page(maya, address)
    done = maya.post(address, {"words": "Work three full days", "base_number": "0"})
    assert done.status_code == 302, done.content.decode()
    assert "Work three full days" in page(maya, at(team))
    assert signed_in(team.sam).post(address, {"words": "x"}).status_code == 403


def test_a_stale_form_keeps_both_texts(team):
    """E3: 409, what was typed stays, nothing is overwritten."""
    maya = signed_in(team.maya)
    address = at(team, "own/goal/")
    maya.post(address, {"words": "First", "base_number": "0"})
    answer = maya.post(address, {"words": "Second", "base_number": "0"})
    assert answer.status_code == 409
    assert "Second" in answer.content.decode()


def test_the_safety_plan_is_written_in_boxes_and_read_back(team):
    """S3: under our own headings, in the patient's words."""
    maya = signed_in(team.maya)
    given = {
        "signs": "I stop eating\nI do not answer Priya",
        "person": "Priya, 01632 960 001, evenings",
        "base_number": "0",
    }
    done = maya.post(at(team, "own/safety_plan/"), given)
    assert done.status_code == 302, done.content.decode()
    words = page(maya, at(team, "safety/"))
    assert "I do not answer Priya" in words
    assert "01632 960 001" in words
    assert "No professional or helpline is named." in words
    assert "I stop eating" in page(maya, at(team, "own/safety_plan/"))


OWN_FORMS = [
    ("goal", {"words": "Work three full days"}),
    ("practice", {"kind": "sleep", "aim": "In bed by eleven"}),
    ("early_sign", {"words": "No meals", "level": "early", "i_do": "Walk"}),
    ("preference", {"kind": "refuses", "words": "No lithium"}),
    ("staying_well", {"when_well": "I cook."}),
    ("reported_medicine", {"name": "Mirtazapine"}),
]


@pytest.mark.parametrize(("kind", "given"), OWN_FORMS)
def test_each_part_of_her_own_has_a_form_that_works(team, kind, given):
    maya = signed_in(team.maya)
    page(maya, at(team, f"own/{kind}/"))
    done = maya.post(at(team, f"own/{kind}/"), {**given, "base_number": "0"})
    assert done.status_code == 302, done.content.decode()
    assert team.plan.number == 1


SUGGESTED = [
    ("sam", "therapy_start", {"type_id": "act", "focus": "worry", "every_days": "7"}),
    ("ada", "phase", {"phase": "heal", "because": "Remission."}),
    ("sam", "review_date", {"review_on": "2027-01-10"}),
    ("sam", "quiet_run", {"run": "3", "owner": "therapist"}),
    ("sam", "goal", {"words": "Sleep through"}),
]


@pytest.mark.parametrize(("who", "kind", "given"), SUGGESTED)
def test_each_other_kind_is_suggested_by_form_and_check(
    team, sertraline, who, kind, given
):
    client = signed_in(getattr(team, who))
    address = f"/c/people/{team.patient.pk}/propose/{kind}/"
    page(client, address)
    kept = client.post(
        address,
        {**given, "words-why": "It helps.", "words-look_again_on": "2027-01-10"},
    )
    assert kept.status_code == 302, kept.content.decode()
    assert "What Maya Raman reads" in page(client, kept.url)
    assert client.post(kept.url, {"send": "1"}).status_code == 302
    with team.acting(team.maya):
        assert Proposal.objects.filter(state="proposed").exists()


BAD = ["", "x" * 10_000, "\x00", "🙂", "00000000-0000-0000-0000-000000000000"]


@pytest.mark.parametrize("value", BAD)
def test_bad_input_gives_a_sentence_and_never_an_error(team, sertraline, value):
    ada, maya = signed_in(team.ada), signed_in(team.maya)
    form = medicine_form(team, sertraline)
    for field in form:
        if field.startswith("step-") and field.endswith("FORMS"):
            continue
        answer = ada.post(
            f"/c/people/{team.patient.pk}/propose/medicine/", {**form, field: value}
        )
        assert answer.status_code in (302, 409, 422), field
    for kind, _given in OWN_FORMS:
        given = dict.fromkeys(
            ("words", "kind", "aim", "level", "i_do", "name", "when_well"), value
        )
        answer = maya.post(at(team, f"own/{kind}/"), {**given, "base_number": value})
        assert answer.status_code in (302, 409, 422), kind
