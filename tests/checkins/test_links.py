"""C2, D12, Q2: a link writes one answer, shows nothing, works once."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, connections, transaction
from django.test import Client

from careplan.checkins import aftermath, prompts, tick
from careplan.checkins.models import Prompt, Schedule
from careplan.common import clock
from careplan.common.identity import acting_as, person, system
from careplan.outbox import deliver, links
from careplan.outbox.models import Message, OptOut
from journal.models import DoseAnswer, Entry, SideEffectReport
from tests import factory
from tests.checkins.conftest import BEFORE, MORNING
from tests.outbox.conftest import mail_sink  # noqa: F401 (fixture)

CANARY = "Canary Maya Raman"


@pytest.fixture
def at(monkeypatch):
    """Turn the clock."""

    def turn(moment):
        monkeypatch.setattr(clock, "now", lambda: moment)

    turn(MORNING)
    return turn


@pytest.fixture
def opened(asked_daily, at):
    def make(patient=None):
        asked_daily(**({"patient": patient} if patient else {}))
        tick.plan_due(at=MORNING)
        with acting_as(system("tick")), transaction.atomic():
            prompt = Prompt.objects.latest("created_at")
        return prompt, f"/l/{links.secret_of('checkin', prompt.pk)}/"

    return make


def again(prompt):
    with acting_as(system("tick")), transaction.atomic():
        return Prompt.objects.get(pk=prompt.pk)


def mine(patient, model):
    with acting_as(person(patient.user_id, second_factor=False)), transaction.atomic():
        return list(model.objects.filter(patient=patient))


def change(model, patient, **values):
    with acting_as(person(patient.user_id, second_factor=False)), transaction.atomic():
        model.objects.filter(patient=patient).update(**values)


def stop_by(patient, channel):
    with acting_as(person(patient.user_id, second_factor=False)), transaction.atomic():
        OptOut.objects.create(user=patient.user, channel=channel, created_at=MORNING)


FIVE_TAPS = {"mood": "3", "taken": "partly", "effect": "tremor", "strength": "2"}


@pytest.mark.django_db
def test_five_taps_save_a_check_in(opened, client, maya):
    prompt, url = opened()
    assert client.get(url).status_code == 200
    answer = client.post(url, FIVE_TAPS)
    assert "Saved. Thank you." in answer.content.decode()
    [entry], [dose] = mine(maya, Entry), mine(maya, DoseAnswer)
    [report] = mine(maya, SideEffectReport)
    assert (entry.mood, entry.source) == (3, "link")
    assert (dose.answer, dose.medication_id) == ("partly", None)
    assert (report.code, report.strength) == ("tremor", 2)
    assert again(prompt).state == Prompt.State.ANSWERED
    with acting_as(system("tick")), transaction.atomic():
        assert Message.objects.get().state == "cancelled"


@pytest.mark.django_db
def test_looking_changes_nothing_and_shows_nothing(opened, client):
    patient = factory.patient(CANARY)
    prompt, url = opened(patient)
    pages = {client.get(url).content for _ in range(50)}
    for _ in range(50):
        client.head(url)
    assert again(prompt).link_used_at is None
    assert all(b"Canary" not in page for page in pages)
    assert client.post(url, FIVE_TAPS).status_code == 200


def main_of(page):
    return page.content.split(b"<main")[1].split(b"</main>")[0]


@pytest.mark.django_db
def test_used_ended_and_unknown_look_the_same(opened, client, at):
    _prompt, url = opened()
    client.post(url, FIVE_TAPS)
    used = client.get(url)
    unknown = client.get(f"/l/{'x' * 32}/")
    assert used.status_code == unknown.status_code == 404
    assert main_of(used) == main_of(unknown)
    assert client.post(url, FIVE_TAPS).status_code == 404


@pytest.mark.django_db
def test_no_secret_reaches_the_log(opened, client, caplog):
    """B6."""
    prompt, url = opened()
    for _ in range(2):
        client.get(url)
        client.post(url, FIVE_TAPS)
    client.post(f"{url}later/")
    assert links.secret_of("checkin", prompt.pk) not in caplog.text


@pytest.mark.django_db
def test_it_ends_after_a_day(opened, client, at):
    _, url = opened()
    at(MORNING + timedelta(hours=25))
    assert client.get(url).status_code == 404


@pytest.mark.django_db
def test_a_late_answer_counts_and_is_marked_late(opened, client, at):
    prompt, url = opened()
    at(MORNING + timedelta(hours=9))
    client.post(url, {"mood": "4"})
    assert again(prompt).late is True


@pytest.mark.django_db
def test_an_answer_by_link_ends_a_run_of_missed_ones(opened, client, maya):
    prompt, url = opened()
    with acting_as(system("tick")), transaction.atomic():
        Schedule.objects.filter(pk=prompt.schedule_id).update(missed_run=4)
    client.post(url, FIVE_TAPS)
    aftermath.close_answered(at=MORNING + timedelta(minutes=1))
    with acting_as(system("tick")), transaction.atomic():
        assert Schedule.objects.get(pk=prompt.schedule_id).missed_run == 0


@pytest.mark.django_db
def test_later_three_times_then_a_kind_no(opened, client, at):
    prompt, url = opened()
    for minutes in (0, 31, 62):
        at(MORNING + timedelta(minutes=minutes))
        said = client.post(f"{url}later/").content.decode()
        assert "half an hour" in said
    at(MORNING + timedelta(minutes=93))
    assert "three times" in client.post(f"{url}later/").content.decode()
    with acting_as(system("tick")), transaction.atomic():
        states = sorted(Message.objects.values_list("state", flat=True))
    assert states == ["cancelled"] * 3 + ["queued"]
    assert again(prompt).snoozes == 3
    assert client.post(url, FIVE_TAPS).status_code == 200


@pytest.mark.django_db
def test_later_comes_by_the_first_way_still_open(opened, client, maya):
    prompt, url = opened()
    change(Schedule, maya, channels=["email", "sms"])
    stop_by(maya, "email")
    client.post(f"{url}later/")
    with acting_as(system("tick")), transaction.atomic():
        [again_at] = Message.objects.filter(dedupe_key__contains="later")
        assert again_at.channel == "sms"
    stop_by(maya, "sms")
    said = client.post(f"{url}later/").content.decode()
    assert "You have stopped these messages, so we cannot ask again." in said
    assert again(prompt).snoozes == 1


@pytest.mark.django_db
def test_later_never_passes_its_hour(opened, client, at):
    _, url = opened()
    at(MORNING + timedelta(hours=7, minutes=45))
    assert "closes before then" in client.post(f"{url}later/").content.decode()


@pytest.mark.django_db
def test_not_today_is_an_answer(opened, client):
    prompt, url = opened()
    assert "That is fine" in client.post(f"{url}not-today/").content.decode()
    assert (again(prompt).state, again(prompt).because) == ("skipped", "not today")
    assert client.get(url).status_code == 404


@pytest.mark.django_db
def test_an_answer_about_self_harm_shows_helplines_first(opened, client, maya):
    _, url = opened()
    said = client.post(url, {"effect": "suicidal", "strength": "2"}).content.decode()
    assert "Thank you for telling us" in said
    assert "999" in said


@pytest.mark.django_db
@pytest.mark.parametrize(
    "bad",
    [
        {},
        {"mood": "9"},
        {"mood": "x" * 10_000},
        {"effect": "\x00"},
        {"strength": "🙂"},
        {"taken": "everything"},
    ],
)
def test_bad_input_is_met_with_a_sentence(opened, client, bad):
    prompt, url = opened()
    answer = client.post(url, bad)
    assert answer.status_code == 200
    assert "error-summary" in answer.content.decode()
    assert again(prompt).link_used_at is None


@pytest.mark.django_db
def test_the_elevated_scale_is_not_given_away(opened, client):
    ben = factory.patient("Ben", mood_scale="elevated")
    _, url = opened(ben)
    assert "Very good" in client.get(url).content.decode()
    client.post(url, {"mood": "2"})
    [entry] = mine(ben, Entry)
    assert (entry.scale, entry.mood, entry.low, entry.high) == (
        "elevated",
        None,
        2,
        None,
    )


@pytest.mark.django_db
def test_the_links_identity_reads_no_journal(opened, maya):
    from careplan.common.identity import link

    _prompt, url = opened()
    Client().post(url, FIVE_TAPS)
    with acting_as(link(maya.pk, "checkin")), transaction.atomic():
        assert not Entry.objects.exists()
        assert not SideEffectReport.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_fifty_at_once_exactly_one_succeeds(opened):
    """C2."""
    _prompt, url = opened()
    answers, gate = [], threading.Barrier(50)

    def press():
        gate.wait()
        try:
            answers.append(Client().post(url, FIVE_TAPS).status_code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200] + [404] * 49
    with acting_as(system("tick")), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM journal_entry")
            assert cursor.fetchone() == (1,)


@pytest.mark.django_db
def test_one_click_stop_needs_no_page_and_no_sign_in(opened):
    opened()
    with acting_as(system("tick")), transaction.atomic():
        message = Message.objects.get()
    url = links.stop_address(message.pk).split("//")[1].partition("/")[2]
    strict = Client(enforce_csrf_checks=True)
    assert "Canary" not in strict.get(f"/{url}").content.decode()
    body = {"List-Unsubscribe": "One-Click"}
    assert strict.post(f"/{url}", body).status_code == 200
    with acting_as(system("tick")), transaction.atomic():
        assert Message.objects.get().state == "cancelled"
    forged = f"/l/stop/{message.pk}/{'x' * 32}/"
    assert strict.post(forged, body).status_code == 404


@pytest.mark.django_db
def test_a_reminders_mail_holds_the_stop_link_it_speaks_of(
    opened,
    mail_sink,  # noqa: F811
):
    """Not every mail program shows the header's."""
    _prompt, url = opened()
    deliver.deliver("email", at=MORNING)
    [mail] = mail_sink.mails
    body = mail.get_content()
    assert mail["List-Unsubscribe"].strip("<>") in body.split()
    assert url in body
    assert "[" not in body


@pytest.mark.django_db(transaction=True)
def test_whoever_stopped_all_mail_still_gets_the_new_password_asked_for(
    client,
    maya,
    mail_sink,  # noqa: F811
):
    """An account's letters are asked for one by one; they are no reminders."""
    stop_by(maya, "email")
    client.post("/password/reset/", {"email": maya.user.email})
    [letter] = mail_sink.mails
    assert letter["To"] == maya.user.email
    assert letter["Subject"] == "A new password"


def test_the_secret_has_192_bits_and_is_not_stored():
    from uuid import uuid4

    ref = uuid4()
    secret = links.secret_of("checkin", ref)
    assert len(secret) == 32
    assert secret not in links.hash_of(secret)
    assert prompts.LinkOver.code == "link_over"
    assert datetime(2026, 11, 21, 9, tzinfo=UTC) > BEFORE
