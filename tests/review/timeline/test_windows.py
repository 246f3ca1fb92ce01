"""N1, V6: which days are compared with which."""

from datetime import date, timedelta

import pytest

from careplan.review.timeline.windows import windows

CHANGE = date(2026, 9, 14)


def test_before_is_the_28_days_to_the_day_before_the_change() -> None:
    before = windows(CHANGE, today=date(2026, 11, 21)).before
    assert (before.start, before.end) == (date(2026, 8, 17), date(2026, 9, 13))
    assert before.days == 28


def test_now_is_the_28_days_to_today() -> None:
    frame = windows(CHANGE, today=date(2026, 11, 21))
    assert frame.now is not None
    assert (frame.now.start, frame.now.end) == (date(2026, 10, 25), date(2026, 11, 21))
    assert not frame.so_far


@pytest.mark.parametrize(
    ("days_ago", "now_days", "so_far"),
    [
        (13, None, True),
        (14, 1, True),
        (15, 2, True),
        (55, 42, True),
        (56, 28, False),
        (57, 28, False),
        (400, 28, False),
    ],
)
def test_a_young_change_is_compared_from_its_fourteenth_day(
    days_ago: int, now_days: int | None, so_far: bool
) -> None:
    frame = windows(CHANGE, today=CHANGE + timedelta(days=days_ago))
    assert frame.so_far is so_far
    assert (frame.now.days if frame.now else None) == now_days
    if frame.now and so_far:
        assert frame.now.start == CHANGE + timedelta(days=14)


def test_a_change_that_is_still_to_come_has_no_now() -> None:
    assert windows(CHANGE, today=CHANGE - timedelta(days=3)).now is None
