"""A4, B1: the database itself shows the room's rows to nobody they are not for."""

import pytest
from django.db import transaction
from django.db.utils import ProgrammingError

from careplan.celery import app
from careplan.common.identity import NOBODY, acting_as, person, system
from careplan.team import models as m
from tests import factory
from tests.team.people import Three, as_user

pytestmark = pytest.mark.django_db
TABLES = (
    m.Alert, m.AlertRecipient, m.HeadsUp, m.StoppingNotice, m.Concern, m.ConcernNote,
    m.Conversation, m.Post,
)  # fmt: skip


@pytest.fixture
def full(three):
    three.answers(three.asks())
    three.writes()
    three.writes(by=three.sam, kind="clinicians")
    three.heads_up()
    three.thinks_of_stopping()
    three.alert()
    return three


def counts(identity) -> dict[str, int]:
    with acting_as(identity), transaction.atomic():
        return {table.__name__: table.objects.count() for table in TABLES}


def seen_by(user, *, second_factor=True) -> dict[str, int]:
    return counts(person(user.pk, second_factor=second_factor))


NOTHING = {table.__name__: 0 for table in TABLES}


def test_the_patient_and_both_clinicians_see_every_row(full):
    for user in (full.me, full.sam, full.ada):
        found = seen_by(user)
        assert all(found.values()), found


def test_nobody_else_sees_a_row(full):
    other = Three()
    outsiders = [seen_by(user) for user in (other.me, other.sam, other.ada)]
    outsiders += [seen_by(factory.operator()), counts(NOBODY), counts(system("tick"))]
    outsiders.append(seen_by(full.sam, second_factor=False))
    full.ends(full.ada)
    outsiders.append(seen_by(full.ada))
    assert outsiders == [NOTHING] * len(outsiders)


def test_consent_narrowed_narrows_the_rows(full):
    full.shares(full.sam, "mood")
    full.says(talk=False)
    open_to_team = {"Conversation": 1, "Post": 1}
    assert seen_by(full.sam) == {**NOTHING, **open_to_team}


def test_nobody_writes_in_another_persons_record(full):
    other = Three()
    with as_user(other.sam), pytest.raises(ProgrammingError), transaction.atomic():
        m.Conversation(patient=full.maya, kind="team", started_by=other.sam).save(
            force_insert=True
        )
    with as_user(full.sam), pytest.raises(ProgrammingError), transaction.atomic():
        m.StoppingNotice(
            patient=full.maya, source="said", medicine_label="Sertraline"
        ).save(force_insert=True)


def test_read_marks_covers_and_times_are_their_owners_alone(full):
    with as_user(full.sam):
        m.DigestTime.objects.create(user=full.sam, at="13:30")
        assert set(m.ReadUpTo.objects.values_list("user", flat=True)) == {full.sam.pk}
    with as_user(full.ada):
        assert not m.DigestTime.objects.exists()
        assert not m.ReadUpTo.objects.filter(user=full.sam).exists()
    with as_user(full.ada), pytest.raises(ProgrammingError), transaction.atomic():
        m.CoverPeriod.objects.create(
            away=full.sam, cover=full.ada, starts_on="2026-11-20", ends_on="2026-11-21"
        )


def test_the_clock_knows_the_task_that_passes_alerts_on():
    app.loader.import_default_modules()
    entry = app.conf.beat_schedule["pass on"]
    assert entry["task"] in app.tasks
    assert entry["schedule"] <= 60
