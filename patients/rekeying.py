"""Changing the service's key: every patient's own key is sealed anew (E8).

A text is sealed with its patient's key, and that key with the service's. So a change
of the service's key rewrites one row a patient, online, in small transactions; texts
are not touched and stay readable throughout. Both keys stand in CAREPLAN_FIELD_KEYS
while it runs, the new one first; afterwards the old one can go.
"""

from collections.abc import Iterator

from django.db import transaction
from django.db.models import BinaryField
from django.db.models.functions import Substr

from careplan.common.identity import acting_as, system
from patients.models import PatientKey
from patients.sealed import key_place, service_keys

BATCH = 500


def reseal_all() -> Iterator[int]:
    """Seal each key that an older service key holds with the newest. Yields counts.

    May be stopped and begun again: what is done is not done twice. A key that no
    present service key opens raises CannotOpen and is left as it is.
    """
    newest = service_keys().newest.encode() + b":"
    while done := _reseal_some(newest):
        yield done


def left() -> int:
    """Count the keys that are not sealed with the newest service key."""
    newest = service_keys().newest.encode() + b":"
    with acting_as(system("rekey")), transaction.atomic():
        return sum(
            not bytes(sealed).startswith(newest)
            for sealed in PatientKey.objects.values_list("sealed", flat=True).iterator()
        )


@transaction.atomic
def _reseal_some(newest: bytes) -> int:
    ring = service_keys()
    with acting_as(system("rekey")):
        begins = Substr("sealed", 1, len(newest), output_field=BinaryField())
        rows = PatientKey.objects.annotate(begins=begins).exclude(begins=newest)
        some = list(rows.select_for_update(skip_locked=True)[:BATCH])
        for row in some:
            place = key_place(row.patient_id)
            row.sealed = ring.seal(
                ring.open(bytes(row.sealed), place=place), place=place
            )
        PatientKey.objects.bulk_update(some, ["sealed"])
    return len(some)
