"""Floors: the least that such a page can cost in Django, to be measured against.

Hand-written views with Django's own default middleware, raw SQL and a template without
a style, over the same rows under the same row security. They keep no access row, check
no consent in Python, speak one language and draw one line.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine
from django.urls import path

from careplan.common import clock
from careplan.common.identity import acting_as, person

Answer = Callable[[HttpRequest], HttpResponse]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "careplan.home.proofs.floors.Addresses",
]
DAYS = """
SELECT local_date, avg(mood), count(*) FROM journal_entry WHERE patient_id = %s
  AND local_date > %s AND NOT is_private AND deleted_at IS NULL
GROUP BY local_date ORDER BY local_date
"""
DOSES = """
SELECT local_date, answer FROM journal_doseanswer WHERE patient_id = %s
  AND local_date > %s AND answer <> 'taken' AND deleted_at IS NULL ORDER BY local_date
"""
SCORES = """
SELECT local_date, instrument, score FROM journal_measureresponse WHERE patient_id = %s
  AND local_date > %s AND state = 'sent' ORDER BY local_date
"""
PEOPLE = """
SELECT u.name, p.id, ph.score, en.last_on FROM patients_careteammember m
JOIN patients_patient p ON p.id = m.patient_id JOIN patients_user u ON u.id = p.user_id
LEFT JOIN LATERAL (SELECT score FROM journal_measureresponse r
  WHERE r.patient_id = p.id AND r.instrument = 'phq9' AND r.state = 'sent'
  ORDER BY sent_at DESC LIMIT 1) ph ON true
LEFT JOIN LATERAL (SELECT local_date AS last_on FROM journal_entry e
  WHERE e.patient_id = p.id ORDER BY local_date DESC LIMIT 1) en ON true
WHERE m.user_id = %s AND m.state = 'active' ORDER BY u.name LIMIT 100
"""
ENTRY = """
INSERT INTO journal_entry (id, patient_id, client_id, occurred_at, local_date, zone,
  written_at, created_at, source, scale, mood, is_private)
VALUES (%s, %s, %s, %s, %s, 'UTC', %s, %s, 'web', 'standard', 4, false)
"""

engine = Engine()
LIST = engine.from_string(
    "<!doctype html><title>People</title><table>{% for row in rows %}<tr>"
    '<td><a href="/p/{{ row.1 }}/">{{ row.0 }}</a><td>{{ row.2 }}<td>{{ row.3|date:"j M" }}'
    "{% endfor %}</table>"
)
CHART = engine.from_string(
    "<!doctype html><title>Timeline</title><svg><polyline points='{{ line }}'/></svg>"
    '<table>{% for row in days %}<tr><td>{{ row.0|date:"j M" }}<td>{{ row.1|floatformat }}'
    '{% endfor %}</table><ul>{% for row in marks %}<li>{{ row.0|date:"j M" }} {{ row.1 }}'
    "{% endfor %}</ul>"
)


class Addresses:
    """Let the floor have addresses of its own beside the product's."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.urlconf = __name__
        with acting_as(person(request.user.pk, second_factor=True)):
            return self.get_response(request)


def _rows(sql: str, *values: object) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def timeline(request: HttpRequest, record: UUID, days: int) -> HttpResponse:
    """Daily means as a line and a list, missed doses and scores."""
    since = clock.now().date() - dt.timedelta(days=days)
    told = _rows(DAYS, record, since)
    marks = _rows(DOSES, record, since) + _rows(SCORES, record, since)
    line = " ".join(f"{n},{70 - 10 * row[1]:.0f}" for n, row in enumerate(told))
    context = Context({"days": told, "marks": marks, "line": line})
    return HttpResponse(CHART.render(context))


def caseload(request: HttpRequest) -> HttpResponse:
    """A hundred people with their newest score and day."""
    return HttpResponse(LIST.render(Context({"rows": _rows(PEOPLE, request.user.pk)})))


def check_in(request: HttpRequest, record: UUID) -> HttpResponse:
    """One entry and one row that says who wrote it."""
    now, key = clock.now(), uuid4()
    values = (key, record, uuid4(), now, now.date(), now, now)
    with connection.cursor() as cursor:
        cursor.execute(ENTRY, values)
    return HttpResponse(status=302, headers={"Location": "/"})


urlpatterns = [
    path("timeline/<uuid:record>/<int:days>/", timeline),
    path("caseload/", caseload),
    path("check-in/<uuid:record>/", check_in),
]
