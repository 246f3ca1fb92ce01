"""Q1, Q4, C5: the settings page: when, how, and the next three dates."""

import re
from datetime import UTC, datetime, time

import pytest
from django.db import transaction
from django.test import Client

from careplan.checkins.models import Kind, Schedule
from careplan.common import clock
from careplan.common.identity import acting_as, person
from careplan.outbox.models import ChannelAddress, OptOut
from tests import factory

pytestmark = pytest.mark.django_db
URL = "/settings/reminders/"


@pytest.fixture
def maya():
    return factory.patient(time_zone="Europe/London")


@pytest.fixture
def page(maya):
    client = Client()
    client.force_login(
        maya.user, backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    return client


def typed(kind="checkin", **changes):
    words = {
        "on": "on",
        "first": "09:00",
        "repeat": "days",
        "weekdays": ["0", "2"],
        "answer_hours": "8",
        "channels": ["email"],
        "words": "plain",
        "quiet_begins": "21:00",
        "quiet_ends": "08:00",
        **changes,
    }
    return {"kind": kind, **{f"{kind}-{k}": v for k, v in words.items() if v != ""}}


def schedule_of(maya, kind=Kind.CHECKIN):
    with acting_as(person(maya.user_id, second_factor=False)), transaction.atomic():
        return Schedule.objects.filter(patient=maya, kind=kind).first()


def test_saving_shows_the_next_three_dates(page, maya):
    answer = page.post(URL, typed(), follow=True).content.decode()
    assert "Next dates" in answer
    assert answer.count("09:00</li>") == 3
    assert schedule_of(maya).weekdays == [0, 2]


def test_looking_shows_dates_and_saves_nothing(page, maya):
    answer = page.post(URL, {**typed(), "look": "1"}).content.decode()
    assert "the next dates would be" in answer
    assert schedule_of(maya) is None


def test_while_typing_only_the_dates_come_back(page, maya):
    """A part alone: a whole page would be refused by the Trusted Types policy."""
    typing = {"headers": {"HX-Request": "true"}}
    said = page.post(URL, {**typed(), "look": "1"}, **typing).content.decode()
    assert said.count("09:00</li>") == 3
    assert "<script" not in said
    wrong = page.post(URL, {**typed(first=""), "look": "1"}, **typing)
    assert wrong.status_code == 200


def test_off_is_off(page, maya):
    page.post(URL, typed())
    page.post(URL, typed(on=""))
    assert schedule_of(maya).next_due_at is None


def test_saving_it_on_takes_back_an_earlier_stop(page, maya):
    with acting_as(person(maya.user_id, second_factor=False)), transaction.atomic():
        OptOut.objects.create(user=maya.user, channel="email", kind="checkin")
    page.post(URL, typed())
    with acting_as(person(maya.user_id, second_factor=False)), transaction.atomic():
        assert not OptOut.objects.exists()


def previewed(page, **changes):
    said = page.post(URL, {**typed(**changes), "look": "1"}).content.decode()
    return re.findall(r"<li>(\w+ \d+ \w+, \d\d:\d\d)</li>", said)


def test_what_is_shown_while_editing_is_what_saving_brings(page, maya, time_machine):
    """Also days later, where every third day counts from the day it was chosen."""
    every = {"repeat": "every", "every_days": "3", "weekdays": ""}
    time_machine.move_to(datetime(2026, 11, 21, 12, tzinfo=UTC), tick=False)
    page.post(URL, typed(**every))
    time_machine.move_to(datetime(2026, 11, 22, 12, tzinfo=UTC), tick=False)
    page.force_login(
        maya.user, backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    shown = previewed(page, first="10:00", **every)
    assert shown[0] == "Tuesday 24 November, 10:00"
    page.post(URL, typed(first="10:00", **every))
    saved = page.get(URL).content.decode()
    assert all(f"<li>{date}</li>" in saved for date in shown)


def test_what_is_off_or_away_shows_no_dates_in_between(page, time_machine):
    time_machine.move_to(datetime(2026, 11, 21, 12, tzinfo=UTC), tick=False)
    assert previewed(page, on="") == []
    away = {"away_from": "2026-11-21", "away_until": "2026-11-30"}
    assert previewed(page, **away)[0] == "Wednesday 2 December, 09:00"


def test_what_was_stopped_from_a_message_is_said(page, maya):
    """C3: the page promises no dates that will not come, and saving starts them again."""
    page.post(URL, typed())
    with acting_as(person(maya.user_id, second_factor=False)), transaction.atomic():
        OptOut.objects.create(user=maya.user, channel="email", kind="checkin")
    said = page.get(URL).content.decode()
    assert "You stopped these by e-mail, from a message." in said
    assert "09:00</li>" not in said
    again = page.post(URL, typed(), follow=True).content.decode()
    assert "You stopped these" not in again
    assert "09:00</li>" in again


def came_back(maya, address):
    with acting_as(person(maya.user_id, second_factor=False)), transaction.atomic():
        ChannelAddress.objects.create(
            user=maya.user, channel="email", address=address, off_at=maya.created_at
        )


def test_a_channel_that_does_not_work_is_said(page, maya):
    """C5: where a person looks each day, and on the page where it can be mended."""
    assert "We could not reach you" not in page.get("/today/").content.decode()
    came_back(maya, maya.user.email)
    said = "We could not reach you by e-mail."
    assert said in page.get(URL).content.decode()
    assert "Messages to you come back" in page.get("/today/").content.decode()
    assert said not in page.post(URL, typed(), follow=True).content.decode()


def test_an_address_of_before_is_no_trouble(page, maya):
    came_back(maya, "before@y.example")
    assert "We could not reach you" not in page.get(URL).content.decode()


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        ({"first": ""}, "Enter a time, such as 09:00"),
        ({"first": "\x00"}, "Enter a time, such as 14:30"),
        ({"weekdays": []}, "Choose at least one day of the week"),
        ({"repeat": "every"}, "Enter a number of days from 1 to 366"),
        ({"second": "09:00"}, "Choose each time once"),
        ({"channels": []}, "Choose at least one way to reach you"),
        ({"answer_hours": "x" * 10_000}, "Enter a whole number"),
        ({"away_from": "2027-01-02", "away_until": "2027-01-01"}, "before the first"),
        ({"words": "🙂"}, "Choose one of the answers listed"),
    ],
)
def test_each_mistake_has_its_sentence_and_nothing_is_lost(page, maya, bad, sentence):
    answer = page.post(URL, typed(**bad))
    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert schedule_of(maya) is None


def test_a_stranger_signs_in_first_and_somebody_without_a_record_gets_404(client):
    assert client.get(URL).status_code in (302, 404)
    somebody = factory.user()
    client.force_login(
        somebody, backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    assert client.get(URL).status_code == 404


def test_times_are_kept_as_typed(page, maya):
    page.post(
        URL,
        typed(kind="doses", first="07:30", second="21:45", weekdays=list("0123456")),
    )
    assert schedule_of(maya, Kind.DOSES).times == [time(7, 30), time(21, 45)]


def test_what_falls_due_is_on_for_whoever_gets_reminders_and_can_be_switched_off(
    page, maya
):
    assert "On. Nothing is due in the next day." not in page.get(URL).content.decode()
    page.post(URL, typed())
    assert page.get(URL).content.decode().count("On. Nothing is due") == 4
    page.post(URL, typed(kind="measure", on="", first="17:00"), follow=True)
    assert page.get(URL).content.decode().count("On. Nothing is due") == 3
    assert schedule_of(maya, Kind.MEASURE).active is False


def test_what_falls_due_needs_a_time_and_no_days(page, maya):
    page.post(URL, typed(kind="step", first="07:15", weekdays="", repeat=""))
    assert schedule_of(maya, Kind.STEP).times == [time(7, 15)]
    page.post(URL, typed(kind="visit", first="", weekdays="", repeat=""))
    assert schedule_of(maya, Kind.VISIT).active is True
    wrong = page.post(URL, typed(kind="homework", first=""))
    assert "Enter a time, such as 09:00" in wrong.content.decode()


def two_ways(maya, settings):
    settings.SMS_ACCOUNT = "AC1"
    with acting_as(person(maya.user_id, second_factor=False)), transaction.atomic():
        ChannelAddress.objects.create(
            user=maya.user,
            channel="sms",
            address="+447700900123",
            confirmed_at=clock.now(),
        )


def test_the_way_chosen_first_is_tried_first(page, maya, settings):
    """Issue 5, 1: channels in order of preference."""
    two_ways(maya, settings)
    page.post(URL, typed(channels=["email", "sms"], first_way="sms"))
    assert schedule_of(maya).channels == ["sms", "email"]
    shown = page.get(URL).context["cards"][0].form
    assert shown["first_way"].value() == "sms"


def test_the_first_way_is_one_of_those_ticked(page, maya, settings):
    two_ways(maya, settings)
    answer = page.post(URL, typed(channels=["email"], first_way="sms"))
    assert "Choose a way that you ticked above" in answer.content.decode()
    assert schedule_of(maya) is None


def test_with_one_way_there_is_nothing_to_put_in_order(page, maya):
    assert "Which way first?" not in page.get(URL).content.decode()


def test_a_pause_and_a_holiday_are_kept(page, maya):
    days = {"away_from": "2030-07-01", "away_until": "2030-07-14"}
    page.post(URL, typed(**days))
    kept = schedule_of(maya)
    assert (str(kept.away_from), str(kept.away_until)) == tuple(days.values())
    page.post(URL, typed(on=""))
    assert not schedule_of(maya).active


def test_answers_that_do_not_fit_yet_show_why_and_no_old_dates(page, maya):
    """While one types the first day of a holiday, dates of before would mislead."""
    page.post(URL, typed())
    half = {**typed(away_from="2027-01-04"), "look": "1"}
    said = page.post(URL, half, headers={"HX-Request": "true"}).content.decode()
    assert "These answers do not fit together yet" in said
    assert "Enter the last day, too" in said
    assert "09:00</li>" not in said
