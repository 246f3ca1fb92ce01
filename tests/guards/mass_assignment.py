"""A5: a form changes what it offers and nothing else; another's ids reach nothing.

Each form of each page is posted three times: as it stands, with every column name of
every table added that it does not offer (patient, owner, role, state, is_private, hash
...), and with another person's ids wherever it holds one. What reaches the database is
compared statement by statement.
"""

import datetime as dt
import re
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.db import connection, models, transaction

from tests.access import canaries
from tests.access.scene import Scene
from tests.access.thrift import plain_templates
from tests.guards.bad_input import Form, Words, _somebody_elses, _typed, forms_of
from tests.guards.walk import Walk

HOSTILE = "HOSTILE-WORDS"
URL_ENCODED = "application/x-www-form-urlencoded"
WRITES = re.compile(r"\s*(INSERT INTO|UPDATE|DELETE FROM) \"?(\w+)")
HEX = re.compile(r"[0-9a-f]{20,}")  # a hash, also where a long value is cut short
# Rows about the request itself: they differ with every request.
ABOUT_THE_REQUEST = {
    "django_session",
    "usersessions_usersession",
    "patients_cache",
    "patients_device",
    "journal_checkintiming",
}
# Read by the shell of every page, not by a form: where to go on, how to show it.
NOT_COLUMNS = {"next", "id"}


class Written:
    """Keeps what a request wrote, with values that differ by nature made alike."""

    def __init__(self) -> None:
        self.found: list[tuple[str, tuple[str, ...]]] = []
        self.raw: list[str] = []

    def __call__(self, execute, statement, params, many, context):
        result = execute(statement, params, many, context)
        match = WRITES.match(str(statement))
        if match and match[2] not in ABOUT_THE_REQUEST:
            flat = list(_flat(params))
            self.raw += [str(value) for value in flat]
            self.found.append((match[0].strip(), tuple(_alike(v) for v in flat)))
        return result


def _flat(params: Any) -> Iterator[Any]:
    if isinstance(params, dict):
        params = params.values()
    for value in params or ():
        if isinstance(value, list | tuple):
            yield from _flat(value)
        else:
            yield value


def _alike(value: Any) -> str:
    match value:
        case uuid.UUID() | bytes() | memoryview() | dt.datetime():
            return f"{type(value).__name__} {bool(value)}"
        case str() if HEX.search(value) or len(value) > 200:
            return "a hash"
        case _:
            spelled = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "an id", str(value))
            return HEX.sub("a hash", spelled)


def columns(scene: Scene) -> dict[str, str]:
    """Give every column name there is, with a value that would do harm."""
    theirs = scene.worlds["noor"]
    found: dict[str, str] = {}
    for model in apps.get_models():
        if model._meta.app_label not in canaries.OURS:
            continue
        for field in model._meta.concrete_fields:
            value = _harm(field, theirs)
            found.setdefault(field.name, value)
            found.setdefault(field.attname, value)
    return found | {"version": "99", "base_number": "99", "owner": str(uuid.uuid4())}


def _harm(field: Any, theirs: Any) -> str:
    if field.is_relation:
        row = theirs.rows.get(field.related_model._meta.label)
        return str(row.pk) if row is not None else str(uuid.uuid4())
    if field.choices:
        return str(field.flatchoices[-1][0])
    if isinstance(field, models.BooleanField):
        return "on"
    if isinstance(field, models.DateTimeField | models.DateField):
        return "2031-01-01"
    if isinstance(field, models.IntegerField | models.DecimalField):
        return "7"
    if isinstance(field, models.UUIDField):
        return str(theirs.patient.pk)
    return HOSTILE


def data_of(form: Form, scene: Scene, fill: Words) -> dict[str, list[str]]:
    """Fill a form; of radio buttons of which none is chosen, choose the first."""
    data: dict[str, list[str]] = {}
    for control in form.fields:
        value = fill(control, scene)
        if value is None and control.kind == "radio off" and control.name not in data:
            value = control.value
        if value is not None:
            data.setdefault(control.name, []).append(value)
    return data


def posted(scene: Scene, who: str, form: Form, data: dict[str, list[str]]) -> Written:
    """Post it inside a transaction that is undone, in the way in which a browser does.

    Six hundred fields in six hundred parts, as Django's client sends them, would take
    ten times as long to read.
    """
    client = scene.clients[who]
    cookies = client.cookies.copy()
    has_file = any(control.kind == "file" for control in form.fields)
    sent = (data,) if has_file else (urlencode(data, doseq=True), URL_ENCODED)
    with transaction.atomic():
        with connection.execute_wrapper(written := Written()):
            client.post(form.action, *sent)
        transaction.set_rollback(True)
    client.cookies = cookies
    return written


def ids_of(scene: Scene, record: str) -> set[str]:
    rows = scene.worlds[record].rows.values()
    return {str(row.pk) for row in rows} | {str(scene.worlds[record].patient.pk)}


def check(scene: Scene, walk: Walk) -> tuple[list[str], int, int]:
    """Post every form: what is wrong, how many wrote, how many columns were added."""
    forms = list(forms_of(walk))
    offered: dict[str, set[str]] = {}
    for _cell, form in forms:
        offered.setdefault(form.action, set()).update(f.name for f in form.fields)
    every, theirs = columns(scene), ids_of(scene, "noor") - ids_of(scene, "maya")
    assert {"patient", "is_private", "role", "state", "hash", "owner"} <= set(every)
    wrong, wrote, added = [], 0, 0
    for cell, form in forms:
        extra = {
            name: [value]
            for name, value in every.items()
            if name not in offered[form.action] and name not in NOT_COLUMNS
        }
        added += len(extra)
        with plain_templates():
            found, has_written = _wrong_with(scene, cell.who.name, form, extra, theirs)
        wrong += found
        wrote += has_written
    return wrong, wrote, added


def _wrong_with(
    scene: Scene, who: str, form: Form, extra: dict[str, list[str]], theirs: set[str]
) -> tuple[list[str], bool]:
    plain = data_of(form, scene, _typed("Some words"))
    before = posted(scene, who, form, plain)
    after = posted(scene, who, form, plain | extra)
    foreign = posted(scene, who, form, data_of(form, scene, _somebody_elses))
    wrong = []
    if after.found != before.found or HOSTILE in " ".join(after.raw):
        wrong.append(f"{form.action} ({who}) takes what it does not offer")
    if theirs & {*after.raw, *foreign.raw}:
        wrong.append(f"{form.action} ({who}) writes to another's rows")
    return wrong, bool(before.found)
