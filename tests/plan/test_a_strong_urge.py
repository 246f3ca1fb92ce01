"""S2, T2: 4 or 5 of 5 on the daily card tells the team, and says so before."""

import pytest

from careplan.team.models import Alert, AlertRecipient
from patients.topics import Topic
from tests import factory
from tests.kept import kept
from tests.plan import cast as c
from tests.plan.test_plan_pages import at, page, signed_in
from tests.plan.test_worksheets import given, therapy

pytestmark = pytest.mark.django_db
WITHOUT_SAFETY = [topic for topic in Topic.values if topic != Topic.SAFETY]


@pytest.fixture(autouse=True)
def _same_day(time_machine):
    time_machine.move_to(c.NOW, tick=False)


team = kept(c.cast, at=c.NOW)


@pytest.fixture
def card(team) -> str:
    """Give the address of a daily card."""
    row = given(team, therapy(team), "diary_card")
    return at(team, f"therapy/homework/{row.pk}/")


def fills(team, card: str, urge: str, day: str = "2026-11-20"):
    client = signed_in(team.maya)
    return client, client.post(card, {"day": day, "urge_self_harm": urge})


def alerts_seen_by(team, user) -> list[tuple[str, str]]:
    """Give level and exact words, opened as this person."""
    with team.acting(user):
        return [(one.level, one.exact) for one in Alert.objects.order_by("raised_at")]


@pytest.mark.parametrize("urge", ["4", "5"])
def test_a_strong_urge_is_told_to_both_with_the_exact_answer(team, card, urge):
    fills(team, card, urge)
    for user in (team.sam, team.ada):
        ((level, exact),) = alerts_seen_by(team, user)
        assert level == "same_day"
        assert f"Urge to hurt yourself: {urge} of 5" in exact
        assert "20 November" in exact
    with team.acting(team.ada):
        told = set(AlertRecipient.objects.values_list("user", flat=True))
    assert told == {team.sam.pk, team.ada.pk}


def test_the_alert_stands_in_the_inbox_of_its_owner(team, card):
    fills(team, card, "4")
    assert "A safety answer" in page(signed_in(team.ada), "/c/inbox/")


@pytest.mark.parametrize("urge", ["0", "3"])
def test_an_urge_below_4_raises_nothing(team, card, urge):
    fills(team, card, urge)
    assert alerts_seen_by(team, team.ada) == []


def test_a_second_strong_day_is_told_as_well(team, card):
    fills(team, card, "4", "2026-11-19")
    fills(team, card, "5", "2026-11-20")
    told = " ".join(exact for _level, exact in alerts_seen_by(team, team.ada))
    assert "19 November" in told
    assert "20 November" in told


def test_a_card_that_is_refused_tells_nobody(team, card):
    """The day is missing: nothing is kept, the typed answer stays on the page."""
    _maya, answer = fills(team, card, "5", day="")
    assert answer.status_code == 422
    assert alerts_seen_by(team, team.ada) == []


def test_who_is_told_is_said_before_and_after(team, card):
    names = "Dr Ada Okafor and Sam Lind"
    assert f"{names} can see it at once" in page(signed_in(team.maya), card)
    maya, answer = fills(team, card, "4")
    words = page(maya, answer.url)
    assert f"{names} can see it now" in words
    assert "not watched live" in words


def test_nobody_is_told_whom_she_does_not_show_safety():
    """The card is kept, help is shown, and no promise is made."""
    team = c.cast(therapist=False, prescriber=False)
    post = factory.clinician("therapist", "Sam Lind")
    factory.member(team.patient, post, topics=WITHOUT_SAFETY)
    team.sam = post.user
    row = given(team, therapy(team), "diary_card")
    card = at(team, f"therapy/homework/{row.pk}/")
    assert "Nobody on your team can be told yet." in page(signed_in(team.maya), card)
    maya, answer = fills(team, card, "5")
    assert answer.url == "/support/"
    assert "Nobody on your team can be told yet." in page(maya, answer.url)
    assert alerts_seen_by(team, team.maya) == []
    assert "5 of 5" in page(signed_in(team.sam), card)
