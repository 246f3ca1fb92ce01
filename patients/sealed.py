"""Text at rest that only its own row, patient and key can open.

Each patient has a key of their own (`PatientKey`), sealed with the service's keys
(FIELD_KEYS: id and 32 bytes, newest first). Destroying the patient's key makes the
texts unreadable for good.
"""

import os
from collections.abc import Iterable
from contextvars import ContextVar
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models

from careplan.common import crypto

PATIENT_KEY = "p1"

# Opened keys of the request or task in hand; `forget_keys` empties it at its end.
_opened: ContextVar[dict[UUID, crypto.KeyRing] | None] = ContextVar(
    "opened_patient_keys", default=None
)


def service_keys() -> crypto.KeyRing:
    """Give the service's own keys, which seal the patients' keys."""
    return crypto.KeyRing(settings.FIELD_KEYS, next(iter(settings.FIELD_KEYS)))


def key_place(patient_id: UUID) -> str:
    """Name where a patient's key belongs, so that it opens for no other."""
    return f"patient-key/{patient_id}"


def new_patient_key(patient_id: UUID) -> bytes:
    """Make a key for a patient, sealed for `PatientKey.sealed`."""
    return service_keys().seal(os.urandom(32), place=key_place(patient_id))


def forget_keys() -> None:
    """Forget the opened keys. Called at the end of each request and task."""
    _opened.set(None)


def patient_keys(patient_id: UUID) -> crypto.KeyRing:
    """Give one patient's key ring. Raises CannotOpen when the key was destroyed."""
    cache = _opened.get()
    if cache is None:
        _opened.set(cache := {})
    if patient_id not in cache:
        cache[patient_id] = _open_patient_key(patient_id)
    return cache[patient_id]


def open_keys(patient_ids: Iterable[UUID]) -> None:
    """Open the keys of many patients with one question, before a list of theirs."""
    from patients.models import PatientKey  # models use this field: no way round

    cache = _opened.get()
    if cache is None:
        _opened.set(cache := {})
    wanted = set(patient_ids) - set(cache)
    if not wanted:
        return
    rows = PatientKey.objects.filter(patient_id__in=wanted)
    for patient_id, sealed in rows.values_list("patient_id", "sealed"):
        cache[patient_id] = _ring(patient_id, bytes(sealed))


def _open_patient_key(patient_id: UUID) -> crypto.KeyRing:
    from patients.models import PatientKey  # models use this field: no way round

    sealed = (
        PatientKey.objects.filter(patient_id=patient_id)
        .values_list("sealed", flat=True)
        .first()
    )
    if sealed is None:
        raise crypto.CannotOpen
    return _ring(patient_id, bytes(sealed))


def _ring(patient_id: UUID, sealed: bytes) -> crypto.KeyRing:
    raw = service_keys().open(sealed, place=key_place(patient_id))
    return crypto.KeyRing({PATIENT_KEY: raw}, PATIENT_KEY)


class SealedText(models.Field):
    """Text on the instance, AES-256-GCM in the database.

    What it is bound to: table, column, row id and patient. It cannot be filtered on,
    and `QuerySet.update()` refuses it, since neither knows the row. "" stays "".
    The model needs `patient_id` and an id made in Python (see `PatientRow`).
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", "")
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def get_internal_type(self) -> str:
        return "BinaryField"

    def contribute_to_class(self, cls: Any, name: str, **kwargs: Any) -> None:
        super().contribute_to_class(cls, name, **kwargs)
        setattr(cls, self.attname, _SealedAttribute(self))

    def pre_save(self, instance: Any, add: bool) -> bytes:  # noqa: FBT001 - Django's
        text = getattr(instance, self.attname) or ""
        if not text:
            return _Sealed(b"")
        ring = patient_keys(instance.patient_id)
        place = self.place(instance.pk, instance.patient_id)
        return _Sealed(ring.seal(text.encode(), place=place))

    def get_db_prep_value(
        self,
        value: Any,
        connection: Any,
        prepared: bool = False,  # noqa: FBT001, FBT002 - Django's
    ) -> Any:
        if value == "":
            return b""
        if value is not None and not isinstance(value, _Sealed):
            message = f"{self.name} is sealed: save the row, do not update or filter it"
            raise TypeError(message)
        return value

    def place(self, row_id: Any, patient_id: UUID) -> str:
        """Name where a value belongs, so that it opens nowhere else."""
        return f"{self.model._meta.db_table}/{self.column}/{row_id}/{patient_id}"

    def opened(self, sealed: Any, row_id: Any, patient_id: UUID) -> str:
        """Open what the database held in one row of one patient."""
        if not sealed:
            return ""
        place = self.place(row_id, patient_id)
        return patient_keys(patient_id).open(bytes(sealed), place=place).decode()


class _Sealed(bytes):
    """Marks bytes that were sealed for their place."""


class _SealedAttribute:
    """Opens the text at its first reading; writing replaces it."""

    def __init__(self, field: SealedText) -> None:
        self.field = field

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if instance is None:
            return self
        name = self.field.attname
        if name not in instance.__dict__:
            instance.refresh_from_db(fields=[name])
        value = instance.__dict__[name]
        if isinstance(value, bytes | memoryview):
            value = self.field.opened(value, instance.pk, instance.patient_id)
            instance.__dict__[name] = value
        return value

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value
