"""E1, J10, U2: a queued check-in arrives once, whatever the network does."""

import json
import random
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from journal.models import Entry, EntryNote, KeptForm
from journal.templatetags.offline import owner_tag
from tests import factory
from tests.journal.made import NOW, as_user, signed_in

pytestmark = pytest.mark.django_db
ASK = {"content_type": "application/json"}


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


def sent(client, user, fields, *, at=None, owner=None):
    at = NOW.isoformat() if at is None else at
    body = {"owner": owner or owner_tag(user.pk), "at": at, "fields": fields}
    return client.post("/check-in/queue/", json.dumps(body), **ASK)


def test_a_queued_checkin_keeps_the_time_it_was_written(client, cast):
    signed_in(client, cast.maya.user)
    at = "2026-11-19T21:30:00+00:00"
    fields = {"client_id": [str(uuid4())], "mood": ["3"], "effects": ["nausea"]}
    answer = sent(client, cast.maya.user, fields, at=at)
    assert answer.json() == {"saved": True, "repeat": False}
    assert sent(client, cast.maya.user, fields, at=at).json()["repeat"]
    with as_user(cast.maya.user):
        entry = Entry.objects.get()
        assert entry.occurred_at.isoformat() == at
        assert (entry.source, entry.written_at) == ("offline", NOW)


def test_signed_out_everything_stays_on_the_device(cast):
    answer = sent(Client(), cast.maya.user, {"mood": ["3"]})
    assert answer.status_code == 401
    assert Client().get("/check-in/queue/").status_code == 401


def test_another_persons_queue_is_never_taken(client, cast):
    noor = factory.patient("Noor")
    signed_in(client, noor.user)
    answer = sent(client, noor.user, {"mood": ["3"]}, owner=owner_tag(cast.maya.pk))
    assert answer.status_code == 409
    with as_user(noor.user):
        assert not Entry.objects.exists()


@pytest.mark.parametrize("body", ["", "[]", "null", '{"fields": 3}', "x" * 300_000])
def test_nonsense_is_refused(client, cast, body):
    signed_in(client, cast.maya.user)
    assert client.post("/check-in/queue/", body, **ASK).status_code == 400


def test_what_cannot_be_saved_is_kept_and_shown_again(client, cast):
    signed_in(client, cast.maya.user)
    answer = sent(client, cast.maya.user, {"mood": ["99"], "note": ["Not lost"]})
    assert answer.json() == {"saved": False, "kept": True}
    assert "Not lost" in client.get("/check-in/").content.decode()
    with as_user(cast.maya.user):
        assert KeptForm.objects.count() == 1


@pytest.mark.parametrize("at", ["", "x", "2020-01-01T00:00:00Z", "2999-01-01T00:00Z"])
def test_a_wrong_clock_loses_nothing(client, cast, at):
    signed_in(client, cast.maya.user)
    assert sent(client, cast.maya.user, {"mood": ["3"]}, at=at).json()["saved"]
    with as_user(cast.maya.user):
        assert Entry.objects.get().occurred_at == NOW


def test_e1_random_offline_online_sequences_lose_and_double_nothing(client, cast):
    """The queue as the worker keeps it, over a network that drops asks and answers.

    A seeded sample; `manage.py prove offline` runs ten thousand.
    """
    signed_in(client, cast.maya.user)
    chance = random.Random(3)
    written, queue = [], []
    for _step in range(150):
        act = chance.choice(["write", "write", "flush", "reload", "double"])
        if act in {"write", "double"}:
            entry = {"client_id": [str(uuid4())], "note": [f"n{len(written)}"]}
            written.append(entry)
            queue.append(entry)
            if act == "double":
                queue.append(entry)
        elif act == "flush":
            while queue:
                fate = chance.random()
                if fate < 0.2:
                    break  # the asking never arrives
                answer = sent(client, cast.maya.user, queue[0])
                assert answer.status_code == 200
                if fate < 0.4:
                    break  # the answer never arrives: it stays in the queue
                queue.pop(0)
    for entry in queue:
        sent(client, cast.maya.user, entry)
    with as_user(cast.maya.user):
        notes = sorted(note.words for note in EntryNote.objects.all())
        assert notes == sorted(entry["note"][0] for entry in written)
        assert Entry.objects.count() == len(written)


def test_the_worker_its_pages_and_the_manifest_need_no_sign_in():
    for path in ("/sw.js", "/manifest.webmanifest", "/check-in/offline/"):
        assert Client().get(path).status_code == 200
    for word in ("saved", "not-saved"):
        assert Client().get(f"/check-in/offline/{word}/").status_code == 200
    assert Client().get("/check-in/offline/other/").status_code == 404
    assert "text/javascript" in Client().get("/sw.js")["Content-Type"]


def test_what_a_device_keeps_is_the_same_for_everybody(client, cast):
    signed_in(client, cast.maya.user)
    page = client.get("/check-in/offline/").content.decode()
    for words in ("Maya", "Sertraline", "Okafor"):
        assert words not in page
