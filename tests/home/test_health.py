"""The two health addresses: alive whatever happens, ready with PostgreSQL."""

import pytest
from django.db import connection
from django.db.utils import OperationalError


@pytest.mark.django_db
def test_a_process_that_answers_is_alive(client):
    assert client.get("/health/live/").content == b"ok\n"


@pytest.mark.django_db
def test_a_process_with_its_database_is_ready(client):
    assert client.get("/health/ready/").status_code == 200


@pytest.mark.django_db
def test_a_process_without_its_database_is_alive_but_not_ready(client):
    def refuse(*_: object) -> None:
        raise OperationalError

    with connection.execute_wrapper(refuse):
        assert client.get("/health/live/").status_code == 200
        assert client.get("/health/ready/").status_code == 503
