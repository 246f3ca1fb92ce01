"""W5, S6: reply hours are stated by a practice, shown, and counted in."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from careplan.team import covers, tasks
from careplan.team.models import Alert
from patients.models import Organisation
from tests import factory
from tests.kept import kept
from tests.team.people import Three, as_user, signed_in

pytestmark = pytest.mark.django_db
FRIDAY_4PM = dt.datetime(2026, 11, 20, 16, 0, tzinfo=dt.UTC)
MONDAY_NOON = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC)
WEEKDAYS = {
    "reply_days": [0, 1, 2, 3, 4],
    "reply_from": dt.time(9),
    "reply_until": dt.time(17),
}


def practice_of(three, user) -> Organisation:
    return three.places[user].clinician.organisation


def keeps_hours(three, *users, **hours) -> None:
    for user in users:
        place = practice_of(three, user)
        for field, value in (hours or WEEKDAYS).items():
            setattr(place, field, value)
        place.save()


three = kept(Three, at=FRIDAY_4PM)


@pytest.fixture(autouse=True)
def _friday(time_machine):
    time_machine.move_to(FRIDAY_4PM, tick=False)


def now_is(alert) -> Alert:
    with as_user(alert.patient.user):
        return Alert.objects.select_related("owner").get(pk=alert.pk)


def text_of(response) -> str:
    return response.content.decode()


def test_a_same_day_alert_of_friday_afternoon_passes_on_at_noon_on_monday(
    three, time_machine
):
    """One hour of the four is left on Friday; the other three are Monday's."""
    keeps_hours(three, three.ada, three.sam)
    alert = three.alert(level="same_day", now=FRIDAY_4PM)
    assert now_is(alert).escalate_at == MONDAY_NOON
    time_machine.move_to(MONDAY_NOON - dt.timedelta(minutes=1), tick=False)
    assert tasks.pass_on() == 0
    time_machine.move_to(MONDAY_NOON, tick=False)
    assert tasks.pass_on() == 1
    assert now_is(alert).owner == three.sam


def test_an_emergency_never_waits_for_monday(three):
    keeps_hours(three, three.ada, three.sam)
    alert = three.alert(level="emergency", now=FRIDAY_4PM + dt.timedelta(hours=11))
    assert now_is(alert).escalate_at == FRIDAY_4PM + dt.timedelta(hours=11, minutes=30)


def test_without_stated_hours_the_clock_never_stops(three):
    alert = three.alert(level="same_day", now=FRIDAY_4PM)
    assert now_is(alert).escalate_at == FRIDAY_4PM + dt.timedelta(hours=4)


@pytest.mark.parametrize("page", ["/messages/", "/messages/new/", "/sharing/alerts/"])
def test_outside_the_hours_the_page_says_when_they_begin_again(
    three, time_machine, page
):
    keeps_hours(three, three.ada, three.sam)
    said = "They begin again on Monday, 23 November, 09:00."
    assert said not in text_of(signed_in(three.me).get(page))
    time_machine.move_to(FRIDAY_4PM + dt.timedelta(hours=2), tick=False)
    assert said in text_of(signed_in(three.me).get(page))


def test_a_clinician_reads_it_on_the_alert_too(three, time_machine):
    keeps_hours(three, three.ada, three.sam)
    alert = three.alert(level="emergency", now=FRIDAY_4PM)
    time_machine.move_to(FRIDAY_4PM + dt.timedelta(hours=2), tick=False)
    page = text_of(signed_in(three.ada).get(f"/c/safety/{alert.pk}/"))
    assert "It is outside these hours now." in page


def test_while_one_of_them_reads_it_is_not_called_closed(three, time_machine):
    keeps_hours(three, three.ada)
    keeps_hours(three, three.sam, **WEEKDAYS | {"reply_until": dt.time(20)})
    time_machine.move_to(FRIDAY_4PM + dt.timedelta(hours=2), tick=False)
    assert "outside these hours" not in text_of(signed_in(three.me).get("/messages/"))


def test_hours_nobody_confirmed_are_neither_shown_nor_counted_in(three):
    keeps_hours(three, three.ada, three.sam, **WEEKDAYS | {"confirmed_at": None})
    assert "weekdays, 9 to 5" not in text_of(signed_in(three.me).get("/messages/"))
    alert = three.alert(level="same_day", now=FRIDAY_4PM)
    assert now_is(alert).escalate_at == FRIDAY_4PM + dt.timedelta(hours=4)


PAGES_WITH_A_BOX = [
    "/messages/",
    "/messages/new/",
    "/stopping/",
    "/p/{record}/concerns/new/",
    "/p/{record}/concerns/{concern}/",
    "/p/{record}/messages/{thread}/",
]


@pytest.mark.parametrize("page", PAGES_WITH_A_BOX)
def test_w5_every_page_to_write_on_names_the_hours_and_promises_no_watch(three, page):
    concern, thread = three.asks(now=FRIDAY_4PM), three.writes(now=FRIDAY_4PM)
    path = page.format(record=three.maya.pk, concern=concern.pk, thread=thread.pk)
    words = text_of(signed_in(three.me).get(path))
    assert "weekdays, 9 to 5" in words
    assert "all the time" in words


def is_away(user, cover, *, until) -> None:
    with as_user(user):
        covers.name_cover(
            user,
            cover=cover,
            starts_on=FRIDAY_4PM.date(),
            ends_on=until,
            now=FRIDAY_4PM,
        )


def test_who_is_away_is_said_to_be_away_and_promises_no_hours(three, time_machine):
    keeps_hours(three, three.ada, three.sam)
    is_away(three.sam, three.ada, until=dt.date(2026, 11, 27))
    for reader in (three.me, three.ada):
        page = text_of(signed_in(reader).get(f"/p/{three.maya.pk}/messages/new/"))
        assert f"is away until 27 November. {three.ada.called} covers." in page
        assert f"{three.ada.called} reads messages: weekdays, 9 to 5." in page
        assert f"{three.sam.called} reads" not in page
    time_machine.move_to(dt.datetime(2026, 11, 28, 12, tzinfo=dt.UTC), tick=False)
    page = text_of(signed_in(three.me).get("/messages/new/"))
    assert "is away" not in page


def test_a_cover_whom_the_patient_does_not_know_is_not_named(three):
    noor = Three()
    noor_ada = factory.member(noor.maya, three.places[three.sam].clinician)
    assert noor_ada.user == three.sam
    is_away(three.sam, noor.ada, until=dt.date(2026, 11, 27))
    page = text_of(signed_in(three.me).get("/messages/new/"))
    assert "is away until 27 November." in page
    assert "covers" not in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"reply_days": [0], "reply_from": None, "reply_until": None},
        {"reply_days": [], "reply_from": dt.time(9), "reply_until": dt.time(17)},
        {"reply_days": [0], "reply_from": dt.time(17), "reply_until": dt.time(9)},
        {"reply_days": [7], "reply_from": dt.time(9), "reply_until": dt.time(17)},
    ],
)
def test_the_database_keeps_hours_whole(three, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        keeps_hours(three, three.ada, **wrong)


FORM = {
    "name": "Elm Street",
    "country": "GB",
    "time_zone": "Europe/London",
    "reply_hours": "weekdays, 9 to 5",
    "reading_promise": "by 5pm",
    "helplines": "Samaritans 116 123",
    "confirmed": "on",
}


def manages(practice) -> object:
    return signed_in(factory.administrator(practice))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"reply_days": ["0"]}, "Enter from when until when"),
        ({"reply_from": "09:00", "reply_until": "17:00"}, "Choose the days"),
        (
            {"reply_days": ["0"], "reply_from": "17:00", "reply_until": "9:00"},
            "Choose an end that is after the start",
        ),
    ],
)
def test_half_hours_are_asked_about_in_a_sentence(typed, said):
    practice = factory.organisation()
    page = manages(practice).post(f"/manage/teams/{practice.pk}/", FORM | typed)
    assert said in text_of(page)


def test_an_administrator_states_them_beside_the_words():
    practice = factory.organisation()
    hours = {"reply_days": ["0", "4"], "reply_from": "09:00", "reply_until": "17:00"}
    answer = manages(practice).post(f"/manage/teams/{practice.pk}/", FORM | hours)
    assert answer.status_code == 302, text_of(answer)[-3000:]
    practice.refresh_from_db()
    assert practice.hours.days == {0, 4}
    assert practice.hours.zone == "Europe/London"
