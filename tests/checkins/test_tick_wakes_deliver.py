"""D11: what the tick has queued leaves at once, and no broker is needed to plan."""

import pytest

from careplan.celery import app
from careplan.checkins import tasks, ticking
from careplan.outbox import tasks as outbox_tasks
from careplan.outbox.deliver import Spoken


@pytest.fixture
def woken(monkeypatch):
    found = []
    monkeypatch.setattr(
        outbox_tasks.deliver, "apply_async", lambda args, **_: found.append(args[0])
    )
    return found


@pytest.mark.parametrize(("planned", "expected"), [(3, 3), (0, 0)])
def test_deliver_is_woken_when_something_was_queued(
    monkeypatch, woken, planned, expected
):
    monkeypatch.setattr(ticking, "tick", lambda: planned)
    assert tasks.tick() == planned
    assert len(woken) == expected


def test_without_a_broker_the_tick_ends_well(monkeypatch, tmp_path, celery_anew):
    nowhere = f"redis+socket://{tmp_path}/gone.sock"
    monkeypatch.setattr(app.conf, "broker_url", nowhere)
    monkeypatch.setattr(ticking, "tick", lambda: 1)
    with app.connection_for_write(nowhere) as gone:
        monkeypatch.setattr(app, "connection_for_write", lambda *_, **__: gone)
        assert tasks.tick() == 1


@pytest.mark.parametrize(("more", "expected"), [(True, ["email"]), (False, [])])
def test_a_turn_that_ends_before_its_work_lines_up_again(
    monkeypatch, woken, more, expected
):
    """D1: a backlog is worked off by every worker there is, not by a new one each
    five seconds."""
    ended = Spoken(7, more=more)
    monkeypatch.setattr(outbox_tasks, "deliver_all", lambda name, seconds: ended)
    assert outbox_tasks.deliver("email") == 7
    assert woken == expected
