"""Medicines and check-ins for the journal's tests."""

import datetime as dt
from decimal import Decimal
from uuid import uuid4

from django.db import transaction

from careplan.common.identity import acting_as, person, system
from careplan.plan.models import DoseStep, DoseTime, Medication
from journal.inputs import CheckinInput

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
NOW = dt.datetime(2026, 11, 21, 14, 10, tzinfo=dt.UTC)
TODAY = NOW.date()


def as_user(user, *, second_factor=True):
    return acting_as(person(user.pk, second_factor=second_factor))


def medicine(patient, prescriber, name="Sertraline", *, doses=(50, 75), changed=6):
    """A medicine whose last change was `changed` days before today."""
    with acting_as(system("apply")), transaction.atomic():
        row = Medication(
            patient=patient,
            catalogue_id=name.lower(),
            name=name,
            state="active",
            prescriber=prescriber,
        )
        row.save(force_insert=True)
        start = TODAY - dt.timedelta(days=changed + 60 * (len(doses) - 1))
        for order, amount in enumerate(doses, start=1):
            is_last = order == len(doses)
            step = DoseStep(
                patient=patient,
                medication=row,
                order=order,
                amount=Decimal(amount),
                state="current" if is_last else "past",
                released_at=NOW,
                released_by=prescriber,
                started_on=start,
                ended_on=None if is_last else start + dt.timedelta(days=60),
            )
            step.save(force_insert=True)
            DoseTime(
                patient=patient, step=step, slot="morning", amount=Decimal(amount)
            ).save(force_insert=True)
            start += dt.timedelta(days=60)
    return row


def checkin(**said):
    """A check-in of this moment."""
    words = {"client_id": uuid4(), "at": NOW, "zone": "Europe/London", **said}
    return CheckinInput(**words)


def signed_in(client, user, *, second_factor=True):
    """Sign a user in, with the second factor done unless said otherwise."""
    client.force_login(user, backend=BACKEND)
    if second_factor:
        session = client.session
        session["account_authentication_methods"] = [{"method": "mfa"}]
        session.save()
    return client
