"""The access log holds: append-only and chained (security.md B2, B3; decisions 25)."""

import datetime as dt
import random
import threading
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from careplan.common.identity import acting_as, person
from careplan.common.postgresql.owner import as_owner
from patients import access, chain, leaving, seals
from patients.chain import Event, Head, What
from patients.models import AccessEvent, AuditSeal, Patient
from tests import factory
from tests.patients.test_data import erasing


def event(patient: UUID, n: int) -> Event:
    at = dt.datetime(2026, 11, 21, tzinfo=dt.UTC) + dt.timedelta(minutes=n)
    return Event(
        str(uuid4()),
        str(patient),
        str(uuid4()),
        "therapist",
        "plan",
        "page",
        "",
        at.isoformat(),
        at.isoformat(),
    )


def world(size: int = 12):
    """Make a sound chain: events by id, and seals over three of them each."""
    patient = uuid4()
    events = [event(patient, n) for n in range(size)]
    made, before = [], chain.NOTHING_BEFORE
    for number, start in enumerate(range(0, size, 3), start=1):
        made.append(chain.sealed(patient, number, before, events[start : start + 3]))
        before = made[-1].hash
    return patient, made, {e.id: e for e in events}


def tampered(dice: random.Random, patient, made, events):
    """Do one harm, chosen by the dice; give seals, events and the head kept outside."""
    head = Head(patient, made[-1].number, made[-1].hash)
    made, events = list(made), dict(events)
    one, other = dice.sample(sorted(events, key=str), 2)
    match dice.randrange(8):
        case 0:
            field = dice.choice(["part", "role", "why", "seen_at", "created_at"])
            events[one] = events[one]._replace(**{field: f"x{dice.random()}"})
        case 1:
            events[one] = events[one]._replace(viewer=str(uuid4()))
        case 2:
            del events[one]
        case 3:
            a, b = events[one], events[other]
            events[one], events[other] = b._replace(id=one), a._replace(id=other)
        case 4:
            new = event(patient, dice.randrange(12))
            events[new.id] = new
        case 5:
            for seal in made[dice.randrange(1, len(made)) :]:
                made.remove(seal)
                for gone in seal.events:
                    events.pop(gone, None)
        case 6:
            del made[dice.randrange(len(made))]
        case 7:
            place = dice.randrange(len(made))
            made[place] = replace(made[place], hash=f"{dice.random()}")
    return made, events, head


def test_a_sound_chain_has_no_fault():
    patient, made, events = world()
    assert chain.faults(patient, made, events) == []
    assert chain.faults(patient, [], {}) == []


def test_ten_thousand_random_tamperings_are_all_found():
    dice = random.Random(20261121)
    patient, made, events = world()
    missed = 0
    for _n in range(10_000):
        seals_, events_, head = tampered(dice, patient, made, events)
        if not chain.faults(patient, seals_, events_, heads=[head]):
            missed += 1
    assert missed == 0


def test_a_cut_tail_shows_only_against_a_head_kept_outside():
    patient, made, events = world()
    head = Head(patient, made[-1].number, made[-1].hash)
    kept = {i: e for i, e in events.items() if i not in made[-1].events}
    assert chain.faults(patient, made[:-1], kept) == []
    cut = chain.faults(patient, made[:-1], kept, heads=[head])
    assert [fault.what for fault in cut] == [What.CUT]


def look(maya, member, part="plan", times=1):
    actor = access.Actor(member.user, second_factor=True)
    with acting_as(actor.identity), transaction.atomic():
        record = Patient.objects.get(pk=maya.pk)
        for _n in range(times):
            access.seen(actor, record, part)


def as_patient(patient):
    return acting_as(person(patient.user_id, second_factor=False))


@pytest.mark.django_db
@pytest.mark.parametrize("micros", [0, 5, 120_000, 999_999])
def test_a_seal_over_rows_as_python_spells_them_holds_for_the_database(micros):
    """Seals from before PostgreSQL did the spelling must go on holding."""
    maya = factory.patient()
    sam = factory.member(maya, factory.clinician()).user
    zone = dt.timezone(dt.timedelta(hours=5, minutes=45))
    at = dt.datetime(2026, 3, 29, 1, 30, 7, micros, tzinfo=zone)
    row = AccessEvent(
        patient=maya,
        viewer=sam,
        role="therapist",
        part="plan",
        why='tea "7" é\n|',
        seen_at=at,
        created_at=at,
    )
    with acting_as(person(sam.pk, second_factor=True)), transaction.atomic():
        row.save(force_insert=True)
    spelled = at.astimezone(dt.UTC).isoformat()
    ids = (str(row.pk), str(maya.pk), str(sam.pk))
    said = Event(*ids, row.role, "plan", "page", row.why, spelled, spelled)
    made = chain.sealed(maya.pk, 1, chain.NOTHING_BEFORE, [said])
    seals.seal_waiting(now=timezone.now())
    with as_patient(maya), transaction.atomic():
        assert AuditSeal.objects.get().hash == made.hash


@pytest.mark.django_db
def test_what_was_looked_at_is_sealed_once_and_in_order():
    maya = factory.patient()
    member = factory.member(maya, factory.clinician())
    look(maya, member, times=3)
    assert seals.seal_waiting(now=timezone.now()) == 3
    assert seals.seal_waiting(now=timezone.now()) == 0
    look(maya, member, "journal")
    seals.seal_waiting(now=timezone.now())
    with as_patient(maya):
        assert [s.number for s in AuditSeal.objects.order_by("number")] == [1, 2]
    assert seals.verify() == []


@pytest.mark.django_db
def test_rows_that_still_wait_are_no_fault():
    maya = factory.patient()
    look(maya, factory.member(maya, factory.clinician()))
    assert seals.verify() == []


@pytest.mark.django_db
def test_nobody_but_the_system_reads_or_empties_the_queue():
    maya = factory.patient()
    look(maya, factory.member(maya, factory.clinician()))
    with as_patient(maya), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM app.unsealed()")
        assert cursor.fetchone() == (0,)
        with pytest.raises(Exception, match="permission denied"), transaction.atomic():
            cursor.execute("DELETE FROM app.seal_queue")


@pytest.mark.django_db(transaction=True)
def test_an_owner_who_goes_round_the_triggers_is_found_by_the_command(capsys, tmp_path):
    maya = factory.patient()
    look(maya, factory.member(maya, factory.clinician()), times=2)
    seals.seal_waiting(now=timezone.now())
    call_command("access_log", "heads", heads=tmp_path / "heads")
    call_command("access_log", "verify", heads=tmp_path / "heads")
    with as_owner(connection), connection.cursor() as cursor:
        cursor.execute("SET app.migrating = 'on'")
        cursor.execute("ALTER TABLE patients_accessevent DISABLE TRIGGER USER")
        cursor.execute("UPDATE patients_accessevent SET part = 'nothing'")
        cursor.execute("ALTER TABLE patients_accessevent ENABLE TRIGGER USER")
    with pytest.raises(SystemExit):
        call_command("access_log", "verify", heads=tmp_path / "heads")
    assert What.CHANGED in capsys.readouterr().out


@pytest.mark.django_db(transaction=True)
def test_a_record_erased_before_its_last_rows_were_sealed_stops_nobody_elses_chain():
    gone, stays = factory.patient(), factory.patient("Noor")
    for record in (gone, stays):
        look(record, factory.member(record, factory.clinician()))
    now = timezone.now()
    with as_patient(gone):
        leaving.close(gone, by=gone.user, now=now)
    with erasing() as connected:
        assert leaving.erase_due(connected, now=now + leaving.WAIT * 2).records == 1
    seals.seal_waiting(now=now)
    assert seals.seal_waiting(now=now) == 0
    assert [head.patient for head in seals.heads()] == [stays.pk]
    assert seals.verify() == []


@pytest.mark.django_db(transaction=True)
def test_many_writers_and_two_sealers_make_one_chain_without_a_fork_or_a_gap():
    maya = factory.patient()
    members = [factory.member(maya, factory.clinician()) for _n in range(5)]

    def run(work):
        try:
            for _n in range(10):
                work()
        finally:
            connection.close()

    works = [lambda m=m: look(maya, m) for m in members]
    works += [lambda: seals.seal_waiting(now=timezone.now())] * 2
    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seals.seal_waiting(now=timezone.now())
    assert seals.verify() == []
    with as_patient(maya), transaction.atomic():
        assert AccessEvent.objects.count() == 50
        covered = [e for s in AuditSeal.objects.all() for e in s.events]
    assert len(covered) == len(set(covered)) == 50
