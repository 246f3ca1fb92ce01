"""L7: what in a journal shows a sign is one short line, written and read the same."""

from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careplan.plan import ties
from careplan.plan.models import EarlySign, PlanVersionSection
from tests.plan import cast as c

TRACKER = f"tracker:{UUID(int=7)}"
SOURCES = ("mood", "low", "high", "sleep", TRACKER, "effect:insomnia", "measure:phq9")


@given(
    source=st.sampled_from(SOURCES),
    way=st.sampled_from(sorted(ties.WAYS)),
    limit=st.decimals(0, 9999, places=2),
)
def test_what_is_written_is_read_back(source, way, limit):
    """L7: mood, sleep, a tracker, a side effect, a form; it fits its column."""
    text = ties.written(source, way, limit)
    found = ties.read(text)
    assert (found.source, found.is_below, found.limit) == (
        source,
        way == "below",
        limit,
    )
    assert len(text) <= EarlySign._meta.get_field("tied_to").max_length


@pytest.mark.parametrize(
    ("source", "way"),
    [("weight", "below"), ("mood", "sideways"), ("tracker", "above"), ("", "below")],
)
def test_what_nobody_can_read_is_not_written(source, way):
    """L7."""
    with pytest.raises(ValueError, match=":"):
        ties.written(source, way, Decimal(3))


@pytest.mark.parametrize(
    "text", ["", "effect_above:1", "mood_below:3:4", "sleep_below:"]
)
def test_anything_else_is_a_sign_that_people_look_out_for(text):
    """L7."""
    assert ties.read(text) is None
    assert ties.words(text) == ""


@pytest.mark.django_db
def test_the_signed_text_says_what_shows_the_sign():
    """L7, L8: the version names the tracker and the number."""
    team = c.cast()
    c.own(
        team, "early_sign", words="I stop calling", level="early", i_do="Call Priya",
        tied_to=f"{TRACKER.replace('tracker:', 'tracker_below:')}:2", tied_name="Calls",
    )  # fmt: skip
    with team.acting(team.maya):
        text = PlanVersionSection.objects.get(topic="plan").content
    assert "Calls below 2" in text
