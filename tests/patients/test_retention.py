"""E5: every table says how long it is kept; what is over is cleared, and nothing else."""

import datetime as dt
from pathlib import Path
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone
from django.utils.html import escape

from journal import bin as journal_bin
from patients import activity, leaving, retention
from patients.models import (
    ActivityEvent,
    ConsentText,
    Device,
    Invitation,
    TermsAnswer,
    User,
)
from tests import factory
from tests.patients.test_data import erasing

ROOT = Path(__file__).resolve().parents[2]
NOW = timezone.now()


def tables_there_are():
    """List what the database itself holds, tables of machinery too."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT CASE WHEN schemaname = 'app' THEN 'app.' ELSE '' END || tablename"
            " FROM pg_tables WHERE schemaname IN ('public', 'app')"
        )
        return {name for (name,) in cursor.fetchall()}


@pytest.mark.django_db
def test_every_table_of_the_database_says_how_long_it_is_kept_and_what_erases_it():
    assert tables_there_are() == set(retention.TABLES)
    assert all(k.until and k.because and k.erased_by for k in retention.TABLES.values())


@pytest.mark.django_db
def test_what_the_table_calls_a_record_is_what_an_erasure_deletes():
    listed = {
        t for t, k in retention.TABLES.items() if retention.ERASURE in k.erased_by
    }
    erased = {*leaving.tables_in_order(), "patients_patient", "outbox_message"}
    assert listed == erased


def test_what_the_table_says_of_the_bin_is_what_the_bin_empties():
    named = {*journal_bin.PARTS, "sideeffectreport", "entryversion", "entry"}
    listed = {t for t, k in retention.TABLES.items() if k is retention.BIN}
    assert listed == {f"journal_{name}" for name in named}


def test_the_page_and_the_notes_on_security_say_what_is_left_in_the_same_words():
    notes = " ".join((ROOT / "docs/security.md").read_text().split())
    for left in retention.LEFT.values():
        for words in (left.what, left.until, left.because):
            assert str(words) in notes
    for table, kept in retention.TABLES.items():
        if kept in (retention.RECORD, retention.BIN, retention.MACHINE):
            continue
        assert f"`{table}`" in notes, table


@pytest.mark.django_db
def test_the_page_about_leaving_lists_what_is_left_and_why(browser):
    page = browser(factory.patient().user).get("/data/leave/").content.decode()
    for left in retention.LEFT.values():
        for words in (left.what, left.until, left.because):
            assert escape(str(words)[1:]) in page  # the first letter may be a capital


def laid_out(user, ago):
    """Make one row in each table that is swept, all as old as `ago`."""
    at = NOW - ago
    Session.objects.create(session_key=uuid4().hex, session_data="", expire_date=at)
    Invitation.objects.create(
        token_hash=uuid4().hex,
        email="never.came@example.org",
        role="patient",
        invited_by=user,
        expires_at=at,
    )
    Device.objects.create(user=user, token_hash=uuid4().hex, last_seen_at=at)
    activity.note(activity.Kind.SIGNED_UP, by=user, about=user, now=at)
    TermsAnswer.objects.create(
        user=user, kind=ConsentText.Kind.TERMS, version="1", given_at=at
    )


def counted(user):
    return {
        "sessions": Session.objects.count(),
        "invitations": Invitation.objects.filter(invited_by=user).count(),
        "devices": Device.objects.filter(user=user).count(),
        "log": ActivityEvent.objects.filter(about=user).count(),
        "terms": TermsAnswer.objects.filter(user=user).count(),
    }


AGES = {
    dt.timedelta(minutes=-1): {},
    dt.timedelta(days=29): {"sessions": 0},
    dt.timedelta(days=31): {"sessions": 0, "invitations": 0},
    dt.timedelta(days=366): {"sessions": 0, "invitations": 0, "devices": 0},
    dt.timedelta(days=6 * 365 + 1): {
        "sessions": 0,
        "invitations": 0,
        "devices": 0,
        "log": 0,
    },
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("ago", AGES, ids=str)
def test_each_kind_of_row_goes_at_its_time_and_not_before(ago):
    user = User.objects.create_user("maya.raman@example.org", name="Maya Raman")
    laid_out(user, ago)
    before = counted(user)
    with erasing() as connected:
        retention.clear(connected, now=NOW)
        again = retention.clear(connected, now=NOW)
    assert counted(user) == before | AGES[ago]
    assert again == 0


@pytest.mark.django_db(transaction=True)
def test_an_invitation_that_waits_for_a_verification_is_not_cleared():
    user = User.objects.create_user("maya.raman@example.org", name="Maya Raman")
    long_ago = NOW - dt.timedelta(days=90)
    Invitation.objects.create(
        token_hash=uuid4().hex,
        email="okafor@example.org",
        role="prescriber",
        invited_by=user,
        expires_at=long_ago,
        used_at=long_ago,
        used_by=user,
    )
    with erasing() as connected:
        retention.clear(connected, now=NOW)
    assert Invitation.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_terms_of_an_erased_account_go_after_six_years_and_of_a_living_one_stay():
    gone, here = factory.patient("Maya Raman"), factory.patient("Noor")
    for patient in (gone, here):
        laid_out(patient.user, dt.timedelta(days=6 * 365 + 1))
    User.objects.filter(pk=gone.user_id).update(email=f"{gone.user_id}@erased.invalid")
    with erasing() as connected:
        retention.clear(connected, now=NOW)
    assert counted(gone.user)["terms"] == 0
    assert counted(here.user)["terms"] > 0
