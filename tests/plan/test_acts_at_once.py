"""Two acts on one medicine in the same moment: each sees what the other did."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction

from careplan.common.identity import acting_as, system
from careplan.plan import errors, medications, proposals
from careplan.plan.models import DoseStep, Proposal
from tests.plan import cast as c

pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)


@pytest.fixture
def team():
    with transaction.atomic():
        return c.cast()


@pytest.fixture
def medicine(team):
    """Sertraline 50 mg, then 75 and 100 agreed; the 75 comes today, released."""
    with transaction.atomic():
        row = c.on_sertraline(team)
        steps = c.step("75", c.TODAY + 3 * DAY), c.step("100", c.TODAY + 17 * DAY)
        c.all_agree(team, c.suggest(team, team.ada, c.new_dose(row, *steps)))
    return row


def both(first, second):
    """Begin `first`; let `second` meet its locks on a connection of its own; end both."""

    def run():
        try:
            with transaction.atomic():
                return second()
        except errors.DomainError as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            other = pool.submit(run)
            until_it_waits(other)
        return other.result(timeout=60)


WAITS_FOR_ME = """SELECT count(*) FROM pg_locks
  WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"""


def until_it_waits(other) -> None:
    for _ in range(1_000):
        with connection.cursor() as cursor:
            cursor.execute(WAITS_FOR_ME)
            if cursor.fetchone()[0] or other.done():
                return
        time.sleep(0.02)
    raise AssertionError("the second act neither waited nor ended")


def states(team) -> list[tuple[int, str]]:
    with team.acting(team.maya), transaction.atomic():
        steps = DoseStep.objects.exclude(state="cancelled").order_by("order")
        return [(int(step.amount), step.state) for step in steps]


def step_of(dose: str) -> DoseStep:
    with acting_as(system("steps")), transaction.atomic():
        return DoseStep.objects.get(amount=dose)


def day_comes():
    medications.start_released_steps(c.later(3))


def suggested(team, medicine) -> Proposal:
    change = c.new_dose(medicine, c.step("62.5", c.TODAY + 3 * DAY))
    return c.suggest(team, team.ada, change)


def hold(team, medicine):
    with team.acting(team.maya) as by:
        return medications.hold(medicine, by=by, now=c.later(3))


def test_a_hold_beside_the_day_that_comes_leaves_one_dose_in_force(team, medicine):
    both(day_comes, lambda: hold(team, medicine))
    assert states(team) == [(50, "past"), (75, "current"), (100, "held")]


def test_a_day_that_comes_beside_a_hold_starts_nothing(team, medicine):
    both(lambda: hold(team, medicine), day_comes)
    medications.start_released_steps(c.later(3))
    assert states(team) == [(50, "current"), (75, "held"), (100, "held")]


def test_a_hold_beside_a_release_leaves_one_dose_in_force(team, medicine):
    day_comes()
    step = step_of("100")

    def release():
        with team.acting(team.ada) as by:
            medications.release(step, by=by, now=c.later(17))

    answer = both(release, lambda: hold(team, medicine))
    assert isinstance(answer, errors.NothingToHold)
    assert states(team) == [(50, "past"), (75, "past"), (100, "current")]


def test_an_agreement_beside_the_day_that_comes_finds_its_ground_gone(team, medicine):
    with transaction.atomic():
        proposal = suggested(team, medicine)
        c.agree(team, team.sam, proposal, c.later(1))
    answer = both(day_comes, lambda: c.agree(team, team.maya, proposal, c.later(3)))
    assert isinstance(answer, errors.StaleVersion)
    assert states(team) == [(50, "past"), (75, "current"), (100, "planned")]


def test_a_start_for_safety_writes_over_no_answer_of_the_same_moment(team, medicine):
    with transaction.atomic():
        proposal = suggested(team, medicine)

    def decline():
        with team.acting(team.maya) as by:
            proposals.decline(
                proposal, by=by, read_hash=proposal.text_hash, now=c.later(1)
            )

    def start_now():
        plan = team.plan
        with team.acting(team.ada) as by:
            return proposals.start_now(
                plan,
                by=by,
                changes=[
                    c.Change(
                        "hold", {"medication": str(medicine.pk), "because": "Rash"}
                    )
                ],
                wording=c.wording(),
                reason="A rash",
                base_number=plan.number,
                now=c.later(1),
            )

    both(decline, start_now)
    with team.acting(team.maya), transaction.atomic():
        assert Proposal.objects.get(pk=proposal.pk).state == "declined"
