"""X3, G5: a copy of one's own record comes back as it was, and nobody else's with it."""

import io
import json
import zipfile

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from careplan.common.identity import acting_as, person
from journal.models import Entry, EntryNote, LifeEvent
from patients import bringing, export
from patients.models import BroughtIn
from tests import factory
from tests.access.canaries import World, as_one_who_may_write
from tests.patients.test_erasing_everything import filled

pytestmark = pytest.mark.django_db(transaction=True)


def as_patient(patient):
    return acting_as(person(patient.user_id, second_factor=False))


@pytest.fixture
def whole():
    """A copy of a record with a row in every table, private twins among them."""
    maya = factory.patient("Maya Raman")
    people = {
        "therapist": factory.clinician("therapist").user,
        "prescriber": maya.user,  # whoever wrote a row: here she herself
    }
    with as_one_who_may_write():
        world = World("Maya", maya, people)
        filled(world)
        world.hide(Entry)
        world.hide(EntryNote)
    with as_patient(maya), transaction.atomic():
        return export.as_json(maya, now=timezone.now())


def bring(patient, text):
    with as_patient(patient), transaction.atomic():
        offered = bringing.offer(patient, text.encode(), now=timezone.now())
        return bringing.accept(offered, by=patient.user, now=timezone.now())


def taken_out(patient):
    with as_patient(patient), transaction.atomic():
        return json.loads(export.as_json(patient, now=timezone.now()))["tables"]


def of(tables, label, ids):
    """A table's rows with the ids that belong to one record made comparable."""
    links = {field.attname for field in apps.get_model(label)._meta.concrete_fields}
    links = {name for name in links if name.endswith("_id")}
    rows = []
    for row in tables.get(label, []):
        kept = {k: v for k, v in row.items() if k != "id" and k not in links}
        inner = {k: ids.get(row[k]) for k in links if row[k] in ids}
        rows.append(json.dumps(kept | inner, sort_keys=True))
    return sorted(rows)


def test_what_she_wrote_comes_back_column_by_column_and_stays_private(whole):
    again = factory.patient("Maya Raman")
    written = bring(again, whole)
    before, after = json.loads(whole)["tables"], taken_out(again)
    old = [row["id"] for label in bringing.HERS for row in before.get(label, [])]
    new = {str(bringing.new_id(again.pk, one)): one for one in old}
    for label in bringing.HERS:
        assert written[label] == len(before.get(label, [])), label
        assert of(after, label, new) == of(before, label, {one: one for one in old})
    assert written["journal.Entry"] == 2
    assert [row["is_private"] for row in after["journal.Entry"]].count(True) == 1
    assert len([label for label in bringing.HERS if written[label]]) > 14


def test_twice_gives_no_doubles_and_says_where_it_came_from(whole):
    again = factory.patient("Maya Raman")
    bring(again, whole)
    once = taken_out(again)
    bring(again, whole)
    later = json.loads(whole) | {"exported_at": "2026-11-21T10:00:00+00:00"}
    assert bring(again, json.dumps(later)).total() == 0
    twice = taken_out(again)
    for label in bringing.HERS:
        assert len(once.get(label, [])) == len(twice.get(label, [])), label
    with as_patient(again), transaction.atomic():
        first = bringing.brought(again)[-1]
        assert first.content == ""
        assert len(first.rows) == sum(first.counts.values())


def test_nobody_signs_for_another_and_others_rows_stay_in_the_file(whole):
    again = factory.patient("Maya Raman")
    said = json.loads(whole)
    stranger = str(factory.user("Sam Lind").pk)
    for row in said["tables"]["journal.LifeEvent"]:
        row["author_id"] = stranger
    bring(again, json.dumps(said))
    with as_patient(again), transaction.atomic():
        assert not LifeEvent.objects.exists()
    after = taken_out(again)
    for label in ("careplan.Signature", "careplan.PlanVersion", "patients.Consent"):
        assert not after[label]
    assert not after["patients.CareTeamMember"]


def test_rows_of_another_record_in_a_file_come_in_as_her_own_or_not_at_all(whole):
    """A file made by hand names somebody else's rows: theirs stay as they are."""
    noor, again = factory.patient("Noor"), factory.patient("Maya Raman")
    bring(noor, whole)
    theirs = taken_out(noor)
    bring(again, json.dumps(json.loads(whole) | {"tables": theirs}))
    still = taken_out(noor)
    for label in bringing.HERS:
        assert still[label] == theirs[label]


def test_a_person_looks_into_the_file_before_anything_changes(browser, whole):
    again = factory.patient("Maya Raman")
    client = browser(again.user)
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as pack:
        pack.writestr("record.json", whole)
    file = SimpleUploadedFile("my-record.zip", held.getvalue())
    page = client.post("/data/bring/", {"copy": file}).url
    assert "Maya Raman" in client.get(page).content.decode()
    with as_patient(again), transaction.atomic():
        assert not Entry.objects.exists()
    other = browser(factory.patient("Noor").user)
    assert other.get(page).status_code == other.post(page).status_code == 404
    assert client.post(page).url == "/data/"
    assert "you brought in" in client.get("/data/").content.decode()
    with as_patient(again), transaction.atomic():
        assert Entry.objects.count() == 2
    assert client.get(page).status_code == 404


def test_a_copy_that_is_not_wanted_is_forgotten(browser, whole):
    again = factory.patient("Maya Raman")
    client = browser(again.user)
    file = SimpleUploadedFile("my-record.json", whole.encode())
    page = client.post("/data/bring/", {"copy": file}).url
    assert client.post(f"{page}drop/").url == "/data/"
    with as_patient(again), transaction.atomic():
        assert not BroughtIn.objects.exists()
        assert not Entry.objects.exists()


@pytest.mark.parametrize(
    "held",
    [
        b"",
        b"PK",
        b"PK\x03\x04broken",
        b"[]",
        b'{"format": "other"}',
        b'{"format": "careplan-record", "version": 1, "tables": 3}',
        b'{"format": "careplan-record", "version": 1, "tables": {}}',
        b"[" * 100_000,
        b"\xff\xfe\x00",
    ],
)
def test_what_is_no_copy_is_refused_in_words(browser, held):
    client = browser(factory.patient().user)
    file = SimpleUploadedFile("x.json", held)
    answer = client.post("/data/bring/", {"copy": file})
    assert answer.status_code == 200
    said = answer.content.decode()
    assert "We cannot read this file" in said or "This file is empty" in said


UNFIT = (
    ("mood", 99),
    ("mood", "x" * 50),
    ("local_date", "2026-02-31"),
    ("zone", "x" * 500),
    ("id", "no id"),
)


def test_a_file_with_a_value_no_page_lets_through_writes_nothing(whole):
    again = factory.patient()
    for column, value in UNFIT:
        said = json.loads(whole)
        said["tables"]["journal.Entry"][0][column] = value
        if column == "id":
            del said["tables"]["journal.Entry"][0]["id"]
        with pytest.raises(bringing.NotACopy):
            bring(again, json.dumps(said))
    with as_patient(again), transaction.atomic():
        assert not Entry.objects.exists()


def test_a_packed_bomb_is_not_unpacked():
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr("record.json", b"0" * (bringing.LARGEST + 1))
    with pytest.raises(bringing.TooLarge):
        bringing.read(held.getvalue())
