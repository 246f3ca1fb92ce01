"""A sign she named that shows now is told to her, in her words, and only that (N13)."""

import re

import pytest

from careplan.plan import own_part, plans
from careplan.plan.medications import By
from careplan.plan.proposals import Change
from tests.kept import kept
from tests.review import made

pytestmark = pytest.mark.django_db

PAGES = ("/today/", "/plan/", "/plan/staying-well/", "/timeline/")
ALONE = "Your team does not see it."
FLAGS = r"flag|alert|warning|risk|threshold|limit|score|decision|\bmet\b|relapse"


@pytest.fixture(autouse=True)
def _same_day(time_machine):
    time_machine.move_to(made.NOW, tick=False)


def with_a_sign():
    team = made.cast()
    named(team)
    return team


def named(team, **more):
    """A sign she wrote into her own part of the plan."""
    values = {
        "words": "I stay in bed all morning", "level": "early",
        "i_do": "Ring Priya and open the curtains", "tied_to": "mood_below:3", **more,
    }  # fmt: skip
    with made.as_user(team.maya):
        plan = plans.plan_of(team.patient)
        own_part.change(
            plan, by=By(team.maya, "patient"), changes=[Change("early_sign", values)],
            base_number=plan.number, now=made.NOW,
        )  # fmt: skip


team = kept(with_a_sign, at=made.NOW)


def page(user, path) -> str:
    response = made.signed_in(user).get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def card(body: str) -> str:
    found = re.search(
        r'<section class="card voice" aria-labelledby="own-signs">.*?</section>',
        body,
        re.S,
    )
    return found.group(0) if found else ""


@pytest.mark.parametrize("path", PAGES)
def test_she_reads_her_own_words_and_what_she_wanted_to_do_then(team, path):
    made.entries(team.patient, range(5), mood=lambda _day: 2)
    told = card(page(team.maya, path))
    assert "You wrote:" in told
    assert "I stay in bed all morning" in told
    assert "What you wanted to do then:" in told
    assert "Ring Priya and open the curtains" in told
    assert ALONE not in told


@pytest.mark.parametrize("path", PAGES)
def test_it_names_no_figure_no_flag_and_no_alarm(team, path):
    made.entries(team.patient, range(5), mood=lambda _day: 2)
    told = card(page(team.maya, path))
    said = re.sub(r"<[^>]*>", " ", told)
    assert said.strip()
    assert not re.search(r"[0-9]", said)
    assert not re.search(FLAGS, said, re.IGNORECASE)
    assert not re.search(r'class="[^"]*(attend|error|support)', told)


@pytest.mark.parametrize("path", PAGES)
def test_a_good_week_too_few_days_or_no_tie_say_nothing(team, path):
    named(team, words="I snap at people", tied_to="")
    made.entries(team.patient, range(2), mood=lambda _day: 1)
    assert not card(page(team.maya, path))
    made.entries(team.patient, range(2, 7), mood=lambda _day: 6)
    assert not card(page(team.maya, path))


@pytest.mark.parametrize("path", PAGES)
def test_what_she_keeps_private_counts_for_her_and_says_so(team, path):
    """It is hers; nobody else reads the page, and the page says what others see."""
    made.entries(team.patient, range(5), mood=lambda _day: 2, private=True)
    told = card(page(team.maya, path))
    assert "I stay in bed all morning" in told
    assert ALONE in told


def test_what_she_keeps_private_counts_for_nobody_else(team):
    made.entries(team.patient, range(5), mood=lambda _day: 2, private=True)
    record = f"/p/{team.patient.pk}"
    for user in (team.sam, team.ada):
        assert "sign is met" not in page(user, f"{record}/timeline/")
        for path in ("plan/", "plan/staying-well/"):
            assert not card(page(user, f"{record}/{path}"))


def test_hers_is_not_on_a_clinicians_copy_of_the_same_pages(team):
    made.entries(team.patient, range(5), mood=lambda _day: 2)
    record = f"/p/{team.patient.pk}"
    for user in (team.sam, team.ada):
        assert "An agreed sign is met" in page(user, f"{record}/timeline/")
        for path in ("timeline/", "plan/", "plan/staying-well/"):
            assert not card(page(user, f"{record}/{path}"))


def test_deleted_days_do_not_show_it(team):
    rows = made.entries(team.patient, range(5), mood=lambda _day: 2)
    with made.as_user(team.maya):
        type(rows[0]).objects.update(deleted_at=made.NOW)
    assert not card(page(team.maya, "/today/"))


def test_a_sign_she_called_time_to_get_help_leads_there(team):
    named(team, words="I hear them again", level="urgent", tied_to="mood_below:4")
    made.entries(team.patient, range(5), mood=lambda _day: 3)
    told = card(page(team.maya, "/today/"))
    assert "I hear them again" in told
    assert 'href="/support/"' in told
