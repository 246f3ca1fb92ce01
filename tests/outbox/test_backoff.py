"""C5: doubling with a ceiling; the provider's wish counts; then an end."""

from datetime import UTC, datetime, timedelta

from careplan.outbox.backoff import MOST_ATTEMPTS, Trouble, next_try

NOW = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)


def pause(attempts, trouble=Trouble.QUICK, wish=None, spread=0):
    at = next_try(attempts=attempts, trouble=trouble, wish=wish, spread=spread, now=NOW)
    return (at - NOW).total_seconds()


def test_quick_trouble_doubles_up_to_an_hour():
    found = [pause(n) for n in range(1, 9)]
    assert found == [10, 30, 60, 300, 900, 1800, 3600, 3600]


def test_mailbox_trouble_is_given_more_time():
    found = [pause(n, Trouble.MAILBOX) for n in range(1, 7)]
    assert found == [60, 300, 600, 1200, 1800, 3600]


def test_retry_after_is_honoured_and_bounded():
    assert pause(1, wish=timedelta(seconds=90)) == 90
    assert pause(5, wish=timedelta(seconds=1)) == 900
    assert pause(1, wish=timedelta(days=9)) == 6 * 3600


def test_rows_are_spread_by_a_tenth_at_most():
    assert 300 <= pause(4, spread=99) <= 330


def test_there_is_an_end():
    end = next_try(
        attempts=MOST_ATTEMPTS, trouble=Trouble.QUICK, wish=None, spread=0, now=NOW
    )
    assert end is None
