"""The plan page: few queries and few bytes, whatever its history (issue 4, 7)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.plan import cast as c
from tests.plan.test_plan_pages import at, signed_in

pytestmark = pytest.mark.django_db


def measured(team) -> tuple[int, int]:
    client = signed_in(team.maya)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        answer = client.get(at(team))
    content = [q for q in seen if "careplan_" in q["sql"] and "INSERT" not in q["sql"]]
    return len(content), len(answer.content)


def grow(team, rounds: int) -> None:
    for number in range(rounds):
        c.own(team, "goal", words=f"Goal {number}")
        c.own(team, "early_sign", words=f"Sign {number}", level="early", i_do="Walk")


def test_queries_do_not_grow_with_the_plan_and_bytes_stay_small():
    team = c.cast()
    medicine = c.on_sertraline(team)
    day = c.TODAY + timedelta(days=9)
    c.suggest(team, team.ada, c.new_dose(medicine, c.step("75", day)))
    grow(team, 2)
    queries, _ = measured(team)
    grow(team, 8)
    after, size = measured(team)
    assert after == queries
    assert queries <= 8
    assert size <= 60_000
