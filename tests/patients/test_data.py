"""One's own data out, the account gone (O6; security.md E5, G5)."""

import cProfile
import csv
import io
import json
import os
import zipfile
from urllib.parse import urlsplit

import psycopg
import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from careplan.common.identity import acting_as, person
from careplan.outbox import queue
from patients import about, export, leaving
from patients.about import Contact
from patients.models import ContactDetails, Patient, PatientKey, User
from tests import factory

pytestmark = pytest.mark.django_db


def as_patient(patient):
    return acting_as(person(patient.user_id, second_factor=False))


def told(patient, words="Canary words, private"):
    with as_patient(patient):
        about.set_contact(
            patient,
            Contact("=1+1", words, "any", "🙂"),
            by=patient.user,
            now=timezone.now(),
        )


def test_every_column_of_every_table_of_a_record_is_in_the_export():
    maya = factory.patient()
    with as_patient(maya):
        found = {t.label: set(t.columns) for t in export.tables(maya)}
    in_database = leaving.table_names_with_patient()
    known = {m._meta.db_table: m for m in apps.get_models(include_auto_created=True)}
    for table in in_database - {"patients_patientkey"}:
        model = known.get(table)
        if model is None or model not in export.patient_models():
            continue
        columns = {field.attname for field in model._meta.concrete_fields}
        assert found[model._meta.label] == columns
    missing = {
        table
        for table in in_database
        if table in known and known[table] not in {*export.patient_models(), PatientKey}
    }
    assert missing <= {"outbox_message"}, "a table of patients is in no export"


def test_texts_come_out_readable_in_all_three_forms_and_formulas_as_text(browser):
    maya = factory.patient()
    told(maya)
    client = browser(maya.user)
    saved = client.post("/data/download/", {"as": "zip"})
    assert saved["Content-Type"] == "application/zip"
    pack = zipfile.ZipFile(io.BytesIO(saved.content))
    whole = json.loads(pack.read("record.json"))
    assert (
        whole["tables"]["patients.ContactDetails"][0]["address"]
        == "Canary words, private"
    )
    assert "Canary words, private" in pack.read("read-me-first.html").decode()
    rows = csv.DictReader(
        io.StringIO(pack.read("tables/patients.ContactDetails.csv").decode())
    )
    assert next(rows)["phone"] == "'=1+1"


def test_markup_that_somebody_wrote_is_read_as_text_and_its_lines_stay_lines():
    maya = factory.patient()
    told(maya, "<script>alert(1)</script>\nsecond line")
    with as_patient(maya):
        found = export.tables(maya)
        page = export.as_page(maya, found, {}, now=timezone.now())
    assert "&lt;script&gt;alert(1)&lt;/script&gt;<br>second line" in page
    assert "<script" not in page


def test_a_row_more_costs_the_export_little():
    """G5: within a minute for 10,000 entries; counted, since a clock depends on others."""
    maya = factory.patient()
    for number in range(30):
        told(maya, f"Words {number}")
    with as_patient(maya):
        found = export.tables(maya)
    rows = sum(len(table.rows) for table in found)
    export.as_page(maya, found, {}, now=timezone.now())  # its template is read once
    whole = calls(lambda: export.as_json(maya, now=timezone.now(), found=found))
    page = calls(lambda: export.as_page(maya, found, {}, now=timezone.now()))
    assert rows > 30
    assert (whole + page) / rows < MOST_CALLS, (whole, page, rows)


MOST_CALLS = 180  # of functions for each row more, in both forms together


def calls(act) -> int:
    """Count the calls of functions that an act makes, in Python and below."""
    counting = cProfile.Profile()
    counting.runcall(act)
    return sum(line.callcount for line in counting.getstats())


def test_the_key_is_never_in_it():
    maya = factory.patient()
    with as_patient(maya):
        assert "PatientKey" not in export.as_json(maya, now=timezone.now())


def test_nobody_elses_rows_are_in_it():
    maya, noor = factory.patient(), factory.patient("Noor")
    told(noor, "Noor's words")
    with as_patient(maya):
        assert "Noor's words" not in export.as_json(maya, now=timezone.now())


def test_only_the_person_downloads_and_only_after_a_proof(browser):
    maya = factory.patient()
    sam = factory.member(maya, factory.clinician())
    assert (
        browser(sam.user, second_factor=True).post("/data/download/").status_code == 404
    )
    client = browser(maya.user)
    session = client.session
    session["account_authentication_methods"][0]["at"] -= 400
    session.save()
    assert client.post("/data/download/").url.startswith("/sign-in/again/")
    assert client.get("/data/download/").status_code == 405


def test_leaving_closes_the_account_and_the_record_at_once(browser):
    maya = factory.patient()
    sam = factory.member(maya, factory.clinician())
    client = browser(maya.user)
    assert "Tick the box" in client.post("/data/leave/", {}).content.decode()
    assert client.post("/data/leave/", {"sure": "on"}).url == "/data/left/"
    assert client.get("/sharing/").status_code == 302
    maya.user.refresh_from_db()
    assert not maya.user.is_active
    with acting_as(person(sam.user_id, second_factor=True)):
        assert not Patient.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_month_later_nothing_is_left_and_nothing_else_is_touched():
    maya, noor = factory.patient(), factory.patient("Noor")
    factory.member(maya, factory.clinician())
    for patient in (maya, noor):
        told(patient)
    with as_patient(maya):
        leaving.close(maya, by=maya.user, now=timezone.now())
    with erasing() as connected:
        early = leaving.erase_due(connected, now=timezone.now())
        assert early.records == 0
        late = leaving.erase_due(connected, now=timezone.now() + leaving.WAIT * 2)
        assert late.records == 1
        for table in leaving.tables_in_order():
            query = f"SELECT count(*) FROM {table} WHERE patient_id = %s"
            assert connected.execute(query, [maya.pk]).fetchone() == (0,), table
    gone = User.objects.get(pk=maya.user_id)
    assert (gone.name, gone.has_usable_password()) == ("", False)
    assert "erased" in gone.email
    with as_patient(noor), transaction.atomic():
        assert ContactDetails.objects.get().address == "Canary words, private"


def erasing() -> psycopg.Connection:
    """Connect to the test database as the erasing role."""
    url = os.environ["DATABASE_OWNER_URL"].replace("careplan_owner", "careplan_erase")
    name = connection.settings_dict["NAME"]
    return psycopg.connect(url, dbname=name, autocommit=True)


def test_the_erasing_role_writes_nothing_and_the_app_role_erases_nothing():
    maya = factory.patient()
    told(maya)
    with erasing() as connected, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connected.execute("UPDATE patients_contactdetails SET safe_channel = 'any'")
    with as_patient(maya), connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_table_privilege('patients_contactdetails', 'DELETE')"
        )
        assert cursor.fetchone() == (False,)


def erase(url: str) -> str:
    out = io.StringIO()
    with override_settings(DATABASE_ERASE_URL=url):
        call_command("erase_records", stdout=out)
    return out.getvalue()


@pytest.mark.django_db(transaction=True)
def test_the_daily_job_erases_what_is_due_and_may_run_twice(browser):
    """O6: the command itself, as the one role that may."""
    maya, noor = factory.patient(), factory.patient("Noor")
    told(maya)
    with as_patient(maya), transaction.atomic():
        long_ago = timezone.now() - leaving.WAIT * 2
        leaving.close(maya, by=maya.user, now=long_ago)
    url = os.environ["DATABASE_OWNER_URL"].replace("careplan_owner", "careplan_erase")
    parts = urlsplit(url)
    ours = parts._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    assert erase(ours).startswith("1 records erased")
    assert erase(ours).startswith("0 records erased, 0 rows\n")
    with as_patient(noor), transaction.atomic():
        assert Patient.objects.filter(pk=noor.pk).exists()


def test_the_daily_job_says_what_it_lacks():
    with pytest.raises(CommandError, match="DATABASE_ERASE_URL"):
        erase("")


def test_an_export_holds_the_messages_sent_to_her_and_nobody_elses():
    """O6: what we wrote to her is hers; what we wrote to others is not."""
    maya, sam = factory.patient(), factory.clinician()
    for number, to in enumerate((maya.user, sam.user)):
        with acting_as(person(to.pk, second_factor=True)):
            queue.enqueue(
                recipient=to,
                channel="email",
                kind="team-notice",
                subject="Something new",
                body=f"words {number}",
                dedupe_key=f"x{number}",
                patient_id=maya.pk,
                now=timezone.now(),
            )
    with as_patient(maya):
        said = export.as_json(maya, now=timezone.now())
    rows = json.loads(said)["tables"]["outbox.Message"]
    assert [row["body"] for row in rows] == ["words 0"]


def test_an_export_asks_as_much_for_many_rows_as_for_few():
    """O6: one question a table, so that 10,000 entries stay within a minute."""
    maya = factory.patient()
    asked = []
    for more in (1, 30):
        for _ in range(more):
            told(maya)
        with as_patient(maya), CaptureQueriesContext(connection) as caught:
            export.as_json(maya, now=timezone.now())
        asked.append(len(caught))
    assert asked[0] == asked[1]
