"""Pages at the sizes of performance.md: 50 and 500 people, 90 and 365 days of five
entries a day. Counts only, never a wall time.

The crowd of `manage.py prove pages` is laid out once, inside PostgreSQL.
"""

import cProfile
import pstats
import re
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import TransactionTestCase

from careplan.common import clock
from careplan.common.identity import acting_as
from careplan.home.proofs import crowd, gauges
from careplan.home.proofs.plan_edits import client_of
from patients import access


@pytest.fixture(scope="module")
def laid_out(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        try:
            yield crowd.lay_out(quiet=0)
        finally:
            TransactionTestCase._fixture_teardown(None)  # empties every table


# The page round a list: session, person, rail, banner, filters, head and foot.
FRAME = 21_000


def page(user, address):
    """What one warm page costs, and what it holds."""
    client = client_of(user)
    cost = gauges.cost(lambda: client.get(address))
    answer = client.get(address)
    assert answer.status_code == 200
    return cost, answer.content


def test_a_caseload_of_500_asks_what_one_of_50_asks(laid_out):
    """Queries equal, calls at most tenfold, <= 1.2 kB a row, pages of a hundred."""
    small, few = page(laid_out.therapist, "/c/caseload/")
    large, many = page(laid_out.prescriber, "/c/caseload/")
    assert (small.content, small.statements) == (large.content, large.statements)
    assert large.content <= 6
    assert large.calls <= 10 * small.calls
    # A row of a page and the person in it; whoever stands on another page.
    assert small.calls <= FRAME + 400 * 50
    assert large.calls <= FRAME + 400 * 100 + 110 * 400
    # Each table is read once and not once a person, even without statistics.
    assert large.buffers <= 8_000
    for body, shown in ((few, 50), (many, 100)):
        rows = re.findall(rb"<tr><th scope=.row.*?</tr>", body, re.S)
        assert len(rows) == shown
        assert max(map(len, rows)) <= 1200


def test_a_year_on_the_timeline_asks_what_three_months_ask(laid_out):
    """Queries equal, bytes <= 1.5 times, calls <= 1.1 times and <= 60,000."""
    address = f"/p/{laid_out.patient.pk}/timeline/?months="
    short, _body = page(laid_out.prescriber, f"{address}3")
    long, _body = page(laid_out.prescriber, f"{address}12")
    assert (short.content, short.statements) == (long.content, long.statements)
    assert long.content <= 8
    assert long.statements <= 14
    assert long.size <= 1.5 * short.size
    assert long.calls <= 1.1 * short.calls
    assert long.calls <= 60_000


def test_a_brief_costs_no_more_calls_than_a_timeline_may(laid_out):
    """Its three drawings share one reading of the record."""
    address = f"/c/people/{laid_out.patient.pk}/review/"
    cost, _body = page(laid_out.prescriber, address)
    assert cost.calls <= 60_000


def test_today_is_light_after_two_years(laid_out):
    """<= 8 content queries, <= 14 in all, <= 25 kB."""
    cost, _body = page(laid_out.patient.user, "/today/")
    assert cost.content <= 8
    assert cost.statements <= 14
    assert cost.size <= 25_000


def test_a_check_in_of_two_taps_reads_no_medicine(laid_out):
    """<= 8 content queries, <= 14 in all; here it is four and what the house asks.

    Calls <= 12,000 (performance.md).
    """
    client = client_of(laid_out.patient.user)

    def tap():
        return client.post("/check-in/", {"mood": "5", "client_id": str(uuid4())})

    assert tap().status_code == 302
    cost = gauges.cost(tap)
    assert cost.content <= 4
    assert cost.statements <= 8
    assert cost.calls <= 12_000
    assert not any(name.startswith("careplan_") for name in cost.indexes)


@pytest.mark.parametrize("reader", ["patient", "prescriber"])
def test_a_plan_is_read_in_eight_questions(laid_out, reader):
    """<= 8 content queries, <= 60 kB, for the patient and for who has 500 people."""
    who = laid_out.patient.user if reader == "patient" else laid_out.prescriber
    cost, _body = page(who, f"/p/{laid_out.patient.pk}/plan/")
    assert cost.content <= 8
    assert cost.size <= 60_000


def test_what_a_reader_of_500_pays_for_one_record_is_little(laid_out):
    """Row security looks at their places once a table, not once a person (blocks)."""
    cost, _body = page(laid_out.prescriber, f"/p/{laid_out.patient.pk}/plan/")
    assert cost.buffers <= 1500


def test_noting_who_was_listed_costs_little_a_person(laid_out):
    """One insert from columns: as models, each person took two hundred calls."""
    actor = access.Actor(laid_out.prescriber, second_factor=True)
    with acting_as(actor.identity):
        places = list(access.places_of(actor)[:50])

    def calls(count):
        part = f"list of {count}"
        profile = cProfile.Profile()
        with acting_as(actor.identity), transaction.atomic():
            told = (actor, places[:count], part)
            profile.runcall(access.seen_in_list, *told, now=clock.now())
        return pstats.Stats(profile).total_calls

    calls(5)
    assert calls(50) - calls(6) <= 40 * 44
