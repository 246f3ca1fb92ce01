"""Bringing in a copy of one's own record (X3, security.md G5).

What the person wrote herself comes back: the whole journal and what she told about
herself, private where it was private. What several agreed, and what others wrote or
signed, does not: nobody can sign for another. It stays readable in the file.

Every row gets an id made of its old one and the record it comes into, so that the same
copy brought in twice adds nothing, and one record's rows never meet another's.
"""

import datetime as dt
import hashlib
import io
import json
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import DatabaseError, models, transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from careplan.common.errors import DomainError
from patients import export
from patients.models import BroughtIn, Patient, User
from patients.sealed import SealedText

# What one person alone wrote, in an order in which it can be written again.
HERS = (
    "patients.ContactDetails",
    "journal.Entry",
    "journal.EntryNote",
    "journal.EntryVersion",
    "journal.SleepLog",
    "journal.PracticeLog",
    "journal.SubstanceLog",
    "journal.Tracker",
    "journal.TrackerValue",
    "journal.LifeEvent",
    "journal.DoseAnswer",
    "journal.SideEffectReport",
    "journal.BaselineChecklist",
    "journal.MeasureAssignment",
    "journal.MeasureResponse",
    "journal.Insight",
    "journal.HomeworkAnswer",
    "journal.CheckinTiming",
)
LARGEST = 100 * 1024 * 1024  # bytes of JSON; 10,000 entries are about a seventh of it
NAME = "record.json"
AT_ONCE = 500
# What a file that no page of ours has made may run into.
UNFIT = (
    ValidationError,
    DatabaseError,
    TypeError,
    ValueError,
    LookupError,
    AttributeError,
    ArithmeticError,
)


class NotACopy(DomainError):
    """The file is no copy that this service has made."""

    code = "not_a_copy"
    sentence = _("We cannot read this file. Choose the file you saved under My data.")


class TooLarge(DomainError):
    """More than anybody writes."""

    code = "too_large"
    sentence = _("This file is too large.")


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows of one table come in, or stay in the file."""

    title: str
    rows: int


def read(held: bytes) -> dict[str, Any]:
    """Read a copy, JSON or the packed one. Refuses everything else."""
    text = _unpacked(held) if held[:2] == b"PK" else held
    if len(text) > LARGEST:
        raise TooLarge
    try:
        whole = json.loads(text)
        known = whole["format"] == export.FORMAT and whole["version"] == export.VERSION
        lists = all(isinstance(rows, list) for rows in whole["tables"].values())
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise NotACopy from error
    if not known or not lists or _saved_at(whole) is None:
        raise NotACopy
    return dict(whole)


def _unpacked(held: bytes) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(held)) as pack:
            if pack.getinfo(NAME).file_size > LARGEST:
                raise TooLarge
            with pack.open(NAME) as inner:
                return inner.read(LARGEST + 1)
    except (zipfile.BadZipFile, KeyError, OSError, RuntimeError) as error:
        raise NotACopy from error


def _saved_at(whole: Mapping[str, Any]) -> dt.datetime | None:
    try:
        moment = parse_datetime(str(whole["exported_at"]))
    except (KeyError, ValueError):
        return None
    return moment if moment and timezone.is_aware(moment) else None


@transaction.atomic
def offer(patient: Patient, held: bytes, *, now: dt.datetime) -> BroughtIn:
    """Keep a copy, sealed, until the person has said yes to it. Writes nothing else.

    The same file again is the same offer. Refuses what is no copy.
    """
    whole = read(held)
    saved_at = _saved_at(whole)
    if saved_at is None:  # `read` has asked
        raise NotACopy
    digest = hashlib.sha256(held).hexdigest()
    there = BroughtIn.objects.filter(patient=patient, digest=digest).first()
    if there is not None:
        return there
    account = whole.get("account") or {}
    offered = BroughtIn(
        patient=patient,
        saved_at=saved_at,
        called=str(account.get("name", ""))[:150],
        content=json.dumps(whole, ensure_ascii=False),
        digest=digest,
        created_at=now,
    )
    offered.save(force_insert=True)
    return offered


def counts(offered: BroughtIn) -> tuple[list[Count], list[Count]]:
    """Say what would come in and what stays in the file, table by table."""
    tables = json.loads(offered.content)["tables"]
    comes = [_count(label, tables[label]) for label in HERS if tables.get(label)]
    stays = [
        _count(label, rows)
        for label, rows in tables.items()
        if rows and _is_kept(label)
    ]
    return comes, stays


# Machinery and the account itself: nobody misses it.
NOT_SAID = {
    "patients.Patient",
    "patients.TermsAnswer",
    "patients.AuditSeal",
    "patients.ChangeEvent",
    "patients.BroughtIn",
    "journal.KeptForm",
    "checkins.Prompt",
}


def _is_kept(label: str) -> bool:
    return label not in HERS and label not in NOT_SAID and _model(label) is not None


def _model(label: str) -> type[models.Model] | None:
    try:
        return apps.get_model(label)
    except (LookupError, ValueError):
        return None


def _count(label: str, rows: list[Any]) -> Count:
    model = apps.get_model(label)
    return Count(str(model._meta.verbose_name_plural), len(rows))


@transaction.atomic
def accept(offered: BroughtIn, *, by: User, now: dt.datetime) -> Counter[str]:
    """Write the person's own rows, and forget the file. Says how many of each table.

    Rows that are there already stay as they are. Refuses a copy that holds what no
    page of ours would have let through; nothing is written then.
    """
    if offered.brought_at is not None:
        return Counter(offered.counts)
    whole = json.loads(offered.content)
    try:
        writer = _Writer(offered.patient, by, whole)
        with transaction.atomic():
            for label in HERS:
                writer.write(label)
    except UNFIT as error:
        raise NotACopy from error
    offered.brought_at, offered.content = now, ""
    offered.counts, offered.rows = dict(writer.written), writer.ids
    offered.save(update_fields=["brought_at", "content", "counts", "rows"])
    return writer.written


@transaction.atomic
def drop(offered: BroughtIn) -> None:
    """Forget a copy that was not brought in."""
    if offered.brought_at is None:
        offered.delete()


def new_id(patient_id: UUID, old: Any) -> UUID:
    """Give the id a row of a copy has in this record."""
    return uuid5(patient_id, str(old))


class _Writer:
    """Writes the rows of one copy into one record."""

    def __init__(self, patient: Patient, by: User, whole: Mapping[str, Any]) -> None:
        self._patient = patient
        self._by = by
        self._tables = whole["tables"]
        (before,) = self._tables.get("patients.Patient") or [{}]
        self._her_old_id = before.get("user_id")
        self._known = {
            label: {str(row["id"]) for row in self._tables.get(label, ())}
            for label in HERS
        }
        self._there: dict[str, UUID | None] = {}
        self.written: Counter[str] = Counter()
        self.ids: list[UUID] = []

    def write(self, label: str) -> None:
        """Write one table's rows, what is there already left alone."""
        model = apps.get_model(label)
        made = [self._made(model, row) for row in self._tables.get(label, ())]
        rows = [row for row in made if row is not None]
        there = set(
            model._default_manager.filter(pk__in=[row.pk for row in rows]).values_list(
                "pk", flat=True
            )
        )
        fresh = [row for row in rows if row.pk not in there]
        model._default_manager.bulk_create(fresh, AT_ONCE, ignore_conflicts=True)
        self.written[label] += len(fresh)
        self.ids += [row.pk for row in fresh]

    def _made(
        self, model: type[models.Model], row: Mapping[str, Any]
    ) -> models.Model | None:
        values: dict[str, Any] = {"id": new_id(self._patient.pk, row["id"])}
        for field in model._meta.concrete_fields:
            if field.attname in values or field.attname not in row:
                continue
            value = self._value(field, row[field.attname])
            if value is None and not field.null:
                return None  # somebody else's, or about something that is not here
            values[field.attname] = value
        made = model(**values)
        made.clean_fields(exclude=[f.name for f in _unjudged(model, values)])
        return made

    def _value(self, field: "models.Field[Any, Any]", value: Any) -> Any:
        if field.attname == "patient_id":
            return self._patient.pk
        if value is None:
            return None
        if field.is_relation:
            return self._pointed_at(field, str(value))
        if isinstance(field, SealedText):
            return str(value)
        if isinstance(field, models.DurationField):
            return dt.timedelta(seconds=float(value))
        return field.to_python(value)

    def _pointed_at(self, field: Any, old: str) -> Any:
        target = field.related_model
        if target is User:
            return self._by.pk if old == self._her_old_id else None
        if old in self._known.get(target._meta.label, ()):
            return new_id(self._patient.pk, old)
        if old not in self._there:
            here = target._default_manager.filter(patient_id=self._patient.pk)
            self._there[old] = UUID(old) if here.filter(pk=old).exists() else None
        return self._there[old]


def _unjudged(
    model: type[models.Model], values: Mapping[str, Any]
) -> Iterator["models.Field[Any, Any]"]:
    """Links and sealed texts are not validated as values; nothing said needs none."""
    for field in model._meta.concrete_fields:
        empty = values.get(field.attname) in (None, "", [], {})
        if field.is_relation or isinstance(field, SealedText) or empty:
            yield field


def waiting(patient: Patient) -> BroughtIn | None:
    """Give the copy that waits for a yes, if there is one."""
    open_ = BroughtIn.objects.filter(patient=patient, brought_at=None)
    return open_.order_by("-created_at").first()


def brought(patient: Patient) -> list[BroughtIn]:
    """Give the copies that were brought in, the latest first."""
    done = BroughtIn.objects.filter(patient=patient, brought_at__isnull=False)
    return list(done.defer("content").order_by("-brought_at"))
