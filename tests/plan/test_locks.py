"""What the database itself refuses, whoever asks (issue 4, 1; decisions 13, 18)."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from careplan.common.identity import acting_as, system
from careplan.plan.models import (
    DoseStep,
    Medication,
    PlanVersion,
    PlanVersionSection,
    Proposal,
    Signature,
)
from tests.kept import kept
from tests.plan import cast as c

pytestmark = pytest.mark.django_db


people = kept(c.cast, at=c.NOW)
sertraline = kept(c.on_sertraline, on=people, at=c.NOW)


@pytest.fixture
def team(people, sertraline):
    return people


TABLES = ["planversion", "planversionsection", "signature"]


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "verb", ["UPDATE {} SET patient_id = patient_id", "DELETE FROM {}"]
)
def test_versions_sections_and_signatures_cannot_be_altered(team, table, verb):
    """L10: refused for every identity, the patient's and the system's alike."""
    for identity in (system("apply"), system("steps")):
        with acting_as(identity), pytest.raises(DatabaseError):
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(verb.format(f"careplan_{table}"))


def test_no_table_of_the_chain_can_be_emptied(team):
    for table in TABLES:
        with pytest.raises(DatabaseError), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(f"TRUNCATE careplan_{table} CASCADE")


def refused(row) -> None:
    with acting_as(system("apply")), pytest.raises(DatabaseError), transaction.atomic():
        row.save(force_insert=True)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_section_whose_hash_is_not_its_texts_is_refused(team):
    with acting_as(system("apply")):
        version = PlanVersion.objects.get()
    refused(
        PlanVersionSection(
            patient=team.patient,
            version=version,
            topic="plan",
            content="{}",
            hash="0" * 64,
        )
    )


def test_a_signature_over_another_hash_is_refused(team):
    from tests import factory

    with acting_as(system("apply")):
        version = PlanVersion.objects.get()
    refused(
        Signature(
            patient=team.patient,
            version=version,
            user=factory.user(),
            role="therapist",
            kind="agreed",
            hash="0" * 64,
            signed_at=c.NOW,
        )
    )


def test_a_version_that_stands_on_none_is_refused(team):
    plan = team.plan
    refused(
        PlanVersion(
            patient=team.patient,
            plan=plan,
            number=2,
            kind="agreed",
            hash="1" * 64,
            previous_hash="2" * 64,
            author=team.ada,
            agreed_at=c.NOW,
        )
    )


def test_two_versions_cannot_stand_on_the_same_one(team):
    c.own(team, "goal", words="Sleep")
    with acting_as(system("apply")):
        first = PlanVersion.objects.get(number=1)
    refused(
        PlanVersion(
            patient=team.patient,
            plan=team.plan,
            number=9,
            kind="agreed",
            hash="1" * 64,
            previous_hash=first.hash,
            author=team.ada,
            agreed_at=c.NOW,
        )
    )


def step(team, **more) -> DoseStep:
    with acting_as(system("apply")):
        medication = Medication.objects.get()
    return DoseStep(
        patient=team.patient,
        medication=medication,
        order=9,
        amount=10,
        released_at=c.NOW,
        released_by=team.ada,
        **more,
    )


def test_two_doses_of_one_medicine_never_overlap(team):
    """Decisions 13."""
    refused(step(team, state="current", started_on=c.TODAY + timedelta(days=3)))
    refused(
        step(
            team,
            state="past",
            started_on=c.TODAY,
            ended_on=c.TODAY + timedelta(days=1),
        )
    )


def test_an_unreleased_step_cannot_be_in_force(team):
    """R2."""
    before = c.TODAY - timedelta(days=9)
    row = step(team, state="past", started_on=before, ended_on=before)
    row.released_at = row.released_by = None
    refused(row)


def test_a_row_of_one_patient_cannot_hang_under_another(team):
    other = c.cast()
    row = step(team, state="planned")
    row.patient = other.patient
    refused(row)


def test_two_open_suggestions_about_one_medicine_are_refused(team):
    with team.acting(team.ada):
        medication = Medication.objects.get()
    first = c.suggest(
        team,
        team.ada,
        c.new_dose(medication, c.step("75", c.TODAY + timedelta(days=9))),
    )
    with acting_as(system("apply")):
        row = Proposal.objects.get(pk=first.pk)
    row.pk, row.id = None, __import__("uuid").uuid4()
    refused(row)


def test_a_person_cannot_write_a_version_or_a_step_past_the_rules(team):
    """Row security alone: only `apply` writes what was agreed."""
    for user in (team.maya, team.sam, team.ada):
        row = step(team, state="planned")
        with team.acting(user), pytest.raises(DatabaseError), transaction.atomic():
            row.save(force_insert=True)
