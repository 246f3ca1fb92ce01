"""A row in every table of a record, with a canary in every text column.

A canary is a word that stands nowhere else: `CANARY-Maya-journal.EntryNote-words`.
Found in bytes that a person may not read, it says exactly what leaked. Rows are made
from the models themselves, so that a new table is in the world the day it exists.
"""

import datetime as dt
import hashlib
import json
import uuid
from decimal import Decimal

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models, transaction

from careplan.common.postgresql.owner import as_owner
from patients.models import Patient, User
from patients.sealed import SealedText
from tests.access.fitting import FITTING, MEANT, TWINS

NOW = dt.datetime(2026, 11, 20, 9, 0, tzinfo=dt.UTC)
TODAY = NOW.date()
# Every canary made, and what a shortened one stands for: record and table.
WORDS: dict[str, tuple[str, str]] = {}
SHORT: dict[str, tuple[str, str]] = {}
OURS = {"patients", "journal", "careplan", "team", "outbox", "checkins", "review"}


def patient_models() -> list[type[models.Model]]:
    """Give every model with a patient, in an order in which they can be made."""
    found = [
        model
        for model in apps.get_models()
        if model._meta.app_label in OURS
        and any(f.column == "patient_id" for f in model._meta.local_fields)
    ]
    ordered: list[type[models.Model]] = []

    def add(model: type[models.Model], path: tuple = ()) -> None:
        if model in ordered or model in path:
            return
        for field in model._meta.local_fields:
            if field.remote_field and not field.null and field.related_model in found:
                add(field.related_model, (*path, model))
        ordered.append(model)

    for model in found:
        add(model)
    return ordered


class World:
    """One record's rows, by model label; `canary(...)` names what a text holds."""

    def __init__(self, name: str, patient: Patient, people: dict[str, User]) -> None:
        self.name = name
        self.patient = patient
        self.people = people
        self.rows: dict[str, models.Model] = {
            "patients.Patient": patient,
            "patients.User": patient.user,
        }

    def fill(self) -> None:
        """Make one row in every table that has none yet."""
        self._keep_what_stands()
        for model in patient_models():
            label = model._meta.label
            if label not in self.rows:
                self.rows[label] = self._made(model)

    def _keep_what_stands(self) -> None:
        """Take rows that the product's own rules have made already.

        Not those of whoever has left the team: which of them is last is chance.
        """
        for model in patient_models():
            if model._meta.label == "patients.KeptCopy":
                continue
            row = model.objects.filter(patient_id=self.patient.pk).last()
            if row is not None:
                self.rows[model._meta.label] = row

    def hide(self, model: type[models.Model]) -> None:
        """Make one private row of this table, under this world's own canaries."""
        fixed: dict[str, object] = {"is_private": True}
        if any(field.name == "local_date" for field in model._meta.local_fields):
            fixed["local_date"] = TODAY - dt.timedelta(days=1)
        fixed |= TWINS.get(model._meta.label, {})
        self.rows[model._meta.label] = self._made(model, **fixed)

    def again(self, model: type[models.Model], *, days: int) -> models.Model:
        """Make one more row like the one there is, some days earlier."""
        fixed: dict[str, object] = {}
        for field in model._meta.local_fields:
            if field.name in {"local_date", "day", "on", "date"}:
                fixed[field.name] = TODAY - dt.timedelta(days=days)
            if field.name in {"order", "number", "week"}:
                fixed[field.name] = 1 + days
        return self._made(model, **fixed)

    def another(self, label: str, **fixed: object) -> models.Model:
        """Make one more row of a table, with some values fixed."""
        return self._made(apps.get_model(label), **fixed)

    def _made(self, model: type[models.Model], **fixed: object) -> models.Model:
        label = model._meta.label
        values = {}
        for field in model._meta.local_fields:
            value = self._value(field, label)
            if value is not models.NOT_PROVIDED:
                values[field.attname if field.remote_field else field.name] = value
        values.update(FITTING.get(label, lambda _world: {})(self))
        values.update(fixed)
        row = model(**values)
        with transaction.atomic():
            row.save(force_insert=True)
        return row

    def _value(self, field: models.Field, label: str):
        if field.remote_field:
            return self._pointed_at(field)
        if field.name in MEANT and MEANT[field.name] is not None:
            return MEANT[field.name]
        if isinstance(field, SealedText) or (
            isinstance(field, models.CharField | models.TextField)
            and not field.choices
            and not isinstance(field, models.EmailField | models.UUIDField)
        ):
            return self.canary(label, field)
        if field.has_default() or field.null or field.primary_key:
            return models.NOT_PROVIDED
        return self._plain(field)

    def canary(self, label: str, field: models.Field) -> str:
        """Give the word for one column, short enough for it."""
        word = f"CANARY-{self.name}-{label}-{field.name}"
        WORDS[word] = (self.name, label)
        longest = getattr(field, "max_length", None)
        if longest is None or len(word) <= longest:
            return word
        if longest >= 12:
            mark = hashlib.sha256(word.encode()).hexdigest()[: longest - 4]
            SHORT[f"CNRY{mark}"] = (self.name, label)
            return f"CNRY{mark}"
        return ""

    def _pointed_at(self, field: models.Field):
        target = field.related_model._meta.label
        if target == "patients.Patient":
            return self.patient.pk
        if target == "patients.User":
            return None if field.null else self.people["prescriber"].pk
        row = self.rows.get(target)
        if row is None:
            return None if field.null else models.NOT_PROVIDED
        return row.pk

    def _plain(self, field: models.Field):
        if field.choices:
            return field.flatchoices[0][0]
        plain = {
            models.DateTimeField: NOW,
            models.DateField: TODAY,
            models.TimeField: dt.time(9),
            models.BooleanField: False,
            models.DecimalField: Decimal(1),
            models.UUIDField: uuid.uuid4(),
            models.JSONField: {},
            models.BinaryField: b"",
            models.DurationField: dt.timedelta(hours=1),
            models.EmailField: "canary@example.org",
        }
        for kind, value in plain.items():
            if isinstance(field, kind):
                return value
        if isinstance(field, ArrayField):
            return []
        if isinstance(field, models.IntegerField):
            return 1
        message = f"no value for {field}"
        raise LookupError(message)


def as_one_who_may_write() -> object:
    """Act as the tables' owner with the migrations' identity, for building a world."""
    return _Builder()


class _Builder:
    def __enter__(self) -> None:
        self.owner = as_owner(connection)
        self.owner.__enter__()
        with connection.cursor() as cursor:
            cursor.execute("SET app.migrating = 'on'")

    def __exit__(self, *error: object) -> None:
        self.owner.__exit__(*error)


def canonical(content: dict) -> str:
    return json.dumps(content, sort_keys=True, separators=(",", ":"))
