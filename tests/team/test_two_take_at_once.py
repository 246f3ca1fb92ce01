"""S6: however many reach for an alert in the same moment, one has it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections, transaction

from careplan.team import alerts
from careplan.team.models import Alert
from tests.team.people import NOW, Three, as_user

pytestmark = pytest.mark.django_db(transaction=True)
TAKERS = 6


def test_one_of_many_has_it_and_the_others_are_told_who():
    three = Three()
    alert = three.alert()
    start = Barrier(TAKERS)

    def take(n: int) -> str:
        user = (three.sam, three.ada)[n % 2]
        try:
            start.wait(timeout=30)
            with as_user(user):
                return str(alerts.take(alert, by=user, now=NOW).taken_by_id)
        except alerts.AlreadyTaken as refusal:
            return str(refusal)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(TAKERS) as pool:
        said = list(pool.map(take, range(TAKERS)))
    with as_user(three.me), transaction.atomic():
        winner = Alert.objects.select_related("taken_by").get()
    refusals = [words for words in said if "took this at" in words]
    assert len(refusals) == TAKERS // 2  # the winner's own second press is no refusal
    assert all(words.startswith(winner.taken_by.called) for words in refusals)
    assert set(said) - set(refusals) == {str(winner.taken_by_id)}
