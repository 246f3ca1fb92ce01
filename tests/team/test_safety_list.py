"""S2, S6: the owner's list, taken once, handed on by the clock, closed with a note."""

import datetime as dt

import pytest

from careplan.outbox.models import Message
from careplan.team import alerts, tasks
from careplan.team.models import Alert, AlertChoice, CoverPeriod
from journal.responses import exact_words, instrument
from tests import factory
from tests.team.people import NOW, Three, as_user, later, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


def text_of(response) -> str:
    return response.content.decode()


def now_is(alert) -> Alert:
    row = Alert.objects.select_related("owner", "taken_by", "patient__user")
    with as_user(alert.patient.user):
        return row.get(pk=alert.pk)


def notices(user, kind="team-alert"):
    with as_user(user):
        return list(Message.objects.filter(kind=kind).order_by("created_at"))


def test_an_alert_is_in_the_owners_list_with_the_exact_answer_and_a_notice_is_out(
    three,
):
    """S2: in the list within the minute, and a neutral notice due at once."""
    alert = three.alert()
    page = text_of(signed_in(three.ada).get("/c/safety/"))
    assert "Maya Raman" in page
    assert "An answer about safety" in page
    assert "Waits for Dr Ada Okafor" in page
    shown = text_of(signed_in(three.ada).get(f"/c/safety/{alert.pk}/"))
    assert "More than half the days" in shown
    (notice,) = notices(three.ada)
    assert notice.due_at == NOW
    outside = f"{notice.subject} {notice.body}".lower()
    for word in ("maya", "safety", "answer", "days", "risk", "okafor"):
        assert word not in outside
    assert notices(three.sam) == []


def test_the_list_shows_what_was_answered_and_not_the_question_alone(three):
    """PHQ-9's last question is longer than the list once had room for."""
    form = instrument("phq9")
    three.alert(exact=exact_words(form, form.items[8], 1))
    page = text_of(signed_in(three.ada).get("/c/safety/"))
    assert "hurting yourself in some way<br>Several days" in page


def test_an_alert_without_an_answer_shows_no_empty_card(three):
    """Q5: a run of silence has no words to show."""
    alert = three.alert(ground="quiet:1", exact="")
    page = text_of(signed_in(three.ada).get(f"/c/safety/{alert.pk}/"))
    assert 'id="told"' in page
    assert 'id="answer"' not in page


def test_a_second_taker_is_told_kindly_who_was_first(three, time_machine):
    """S6."""
    alert = three.alert()
    time_machine.move_to(NOW.replace(hour=16, minute=58), tick=False)
    signed_in(three.sam).post(f"/c/safety/{alert.pk}/take/")
    late = signed_in(three.ada).post(f"/c/safety/{alert.pk}/take/", follow=True)
    assert "Sam Lind took this at 16:58." in text_of(late)
    assert now_is(alert).owner == three.sam


@pytest.mark.parametrize(
    ("ground", "asks"),
    [("measure:1:9", True), ("sheet:1:0", True), ("measure:1:high", False), ("effects:1", False)],
)  # fmt: skip
def test_an_answer_about_self_harm_asks_for_a_look_at_the_safety_plan(
    three, ground, asks
):
    """S2, clinical.md 9: a task to review the safety plan, with the alert's owner."""
    alert = three.alert(ground=ground)
    page = text_of(signed_in(three.sam).get(f"/c/safety/{alert.pk}/"))
    assert ("Look at the safety plan together with" in page) is asks
    assert (f"/p/{alert.patient_id}/plan/safety/" in page) is asks
    assert ("Ask which medicines are kept at home" in page) is asks


def test_taking_it_takes_back_the_notice_that_has_not_left(three):
    alert = three.alert()
    signed_in(three.sam).post(f"/c/safety/{alert.pk}/take/")
    assert [n.state for n in notices(three.ada)] == ["cancelled"]


def test_it_closes_only_with_a_note_and_the_note_stays(three):
    """S6: opened, taken and closed times, and what was done."""
    alert = three.alert()
    sam = signed_in(three.sam)
    here = f"/c/safety/{alert.pk}/"
    sam.post(f"{here}take/")
    for empty in ("", "   ", "a" * 10_000, "a\x00b"):
        refused = sam.post(f"{here}resolve/", {"done-note": empty})
        assert refused.status_code == 200
        assert now_is(alert).state == "taken"
    sam.post(f"{here}resolve/", {"done-note": "Rang at 5pm. Safe today 🙂"})
    assert now_is(alert).done_at == NOW
    page = text_of(signed_in(three.ada).get(here))
    assert "Rang at 5pm. Safe today 🙂" in page
    again = text_of(sam.post(f"{here}resolve/", {"done-note": "Other words"}))
    assert "Sam Lind closed this at 12:00." in again
    assert "Rang at 5pm. Safe today 🙂" in text_of(sam.get(here))


def test_nobody_else_closes_what_somebody_took(three):
    alert = three.alert()
    signed_in(three.sam).post(f"/c/safety/{alert.pk}/take/")
    refused = signed_in(three.ada).post(
        f"/c/safety/{alert.pk}/resolve/", {"done-note": "I did it."}
    )
    assert "Sam Lind took this at" in text_of(refused)
    assert now_is(alert).state == "taken"


def test_the_clock_passes_an_untaken_alert_on_and_tells_the_next(three, time_machine):
    """S6: after its limit it is the next person's, who hears of it at once."""
    alert = three.alert(level="emergency")
    time_machine.move_to(later(minutes=29), tick=False)
    assert tasks.pass_on() == 0
    time_machine.move_to(later(minutes=30), tick=False)
    assert tasks.pass_on() == 1
    assert now_is(alert).owner == three.sam
    assert len(notices(three.sam)) == 1
    time_machine.move_to(later(days=9), tick=False)
    assert tasks.pass_on() == 0
    assert now_is(alert).state == "open"  # nothing closes by itself


def test_passing_on_skips_who_may_no_longer_read_it(three):
    alert = three.alert(level="emergency")
    three.shares(three.sam, "mood")
    assert alerts.pass_on(now=later(minutes=31)) == 0
    assert now_is(alert).owner == three.ada


@pytest.mark.parametrize("how", ["ends", "narrows"])
def test_an_alert_whose_owner_left_goes_to_who_is_there(three, how):
    alert = three.alert()
    signed_in(three.ada).post(f"/c/safety/{alert.pk}/take/")
    three.ends(three.ada) if how == "ends" else three.shares(three.ada, "mood")
    assert signed_in(three.ada).get(f"/c/safety/{alert.pk}/").status_code == 404
    assert alerts.pass_on(now=later(minutes=1)) == 1
    moved = now_is(alert)
    assert (moved.owner, moved.state) == (three.sam, "open")
    assert alerts.pass_on(now=later(minutes=2)) == 0


def test_a_taken_alert_can_be_handed_to_someone_who_may_read_it(three):
    alert = three.alert()
    sam = signed_in(three.sam)
    sam.post(f"/c/safety/{alert.pk}/take/")
    sam.post(f"/c/safety/{alert.pk}/give/", {"give-to": str(three.ada.pk)})
    moved = now_is(alert)
    assert (moved.owner, moved.state) == (three.ada, "open")
    stranger = Three().ada
    refused = signed_in(three.ada).post(
        f"/c/safety/{alert.pk}/give/", {"give-to": str(stranger.pk)}
    )
    assert "Choose who takes it on" in text_of(refused)


def test_the_owner_is_whom_the_patient_chose_before(three):
    """S6, clinical.md 9.7: the choice is stored before any answer."""
    maya = signed_in(three.me)
    page = text_of(maya.get("/sharing/alerts/"))
    assert page.index("1. Dr Ada Okafor") < page.index("2. Sam Lind")
    assert "weekdays, 9 to 5" in page
    assert (
        maya.post("/sharing/alerts/", {"owner": str(three.sam.pk)}).status_code == 302
    )
    assert now_is(three.alert()).owner == three.sam
    for wrong in ("", "x", str(three.me.pk), str(Three().ada.pk)):
        refused = maya.post("/sharing/alerts/", {"owner": wrong})
        assert "Choose who should hear first" in text_of(refused)
    with as_user(three.me):
        assert AlertChoice.objects.count() == 1


def test_with_nobody_to_tell_the_page_promises_nothing(three):
    for user in (three.sam, three.ada):
        three.shares(user, "mood")
    page = text_of(signed_in(three.me).get("/sharing/alerts/"))
    assert "Nobody is told." in page
    assert three.alert() is None


def test_off_hours_the_pages_say_that_nobody_may_be_looking(three):
    """S6, G3."""
    alert = three.alert()
    page = text_of(signed_in(three.ada).get(f"/c/safety/{alert.pk}/"))
    assert "Outside these hours nobody may be looking" in page
    assert "weekdays, 9 to 5" in page
    assert "Nobody watches this all the time" in text_of(
        signed_in(three.me).get("/sharing/alerts/")
    )


def cover(three, away, name, *, first="2026-11-20", last="2026-11-27"):
    words = {"cover": str(name.pk), "starts_on": first, "ends_on": last}
    return signed_in(away).post("/c/cover/", words)


def test_while_away_alerts_go_to_the_one_who_covers(three):
    """Decisions 32."""
    assert cover(three, three.ada, three.sam).status_code == 302
    assert now_is(three.alert()).owner == three.sam
    assert "Sam Lind covers for you" in text_of(signed_in(three.ada).get("/c/safety/"))
    assert "You cover for Dr Ada Okafor" in text_of(
        signed_in(three.sam).get("/c/safety/")
    )
    with as_user(three.me):
        assert alerts.told(three.maya, now=later(days=9))[0].user == three.ada


def test_an_alert_that_waits_when_the_leave_begins_moves_to_the_cover(three):
    alert = three.alert(level="routine")
    cover(three, three.ada, three.sam, first="2026-11-21")
    assert alerts.pass_on(now=later(hours=1)) == 0
    assert alerts.pass_on(now=later(days=1)) == 1
    assert now_is(alert).owner == three.sam


def test_a_cover_who_is_not_on_the_team_is_told_nothing(three):
    """The cover's rights do not change."""
    other = Three()
    with as_user(other.me):
        pass
    joins = factory.member(other.maya, three.places[three.ada].clinician)
    assert joins.user == three.ada
    cover(three, three.ada, other.sam)
    assert now_is(three.alert()).owner == three.sam
    assert signed_in(other.sam).get(f"{three.at}/messages/").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"last": "2026-11-19"}, "comes after the first"),
        ({"first": "2026-11-01", "last": "2026-11-10"}, "today or later"),
        ({"last": "2099-01-01"}, "within a year"),
        ({"first": "soon"}, "Enter a real date"),
        ({"last": ""}, "Enter the last day you are away"),
    ],
)
def test_a_period_that_makes_no_sense_is_refused_in_a_sentence(three, wrong, said):
    assert said in text_of(cover(three, three.ada, three.sam, **wrong))


def test_only_colleagues_can_cover_and_only_the_one_away_ends_it(three):
    stranger = Three().sam
    assert "Choose who covers for you" in text_of(cover(three, three.ada, stranger))
    cover(three, three.ada, three.sam)
    with as_user(three.ada):
        period = CoverPeriod.objects.get()
    end = f"/c/cover/{period.pk}/end/"
    assert signed_in(three.sam).post(end).status_code == 404
    assert signed_in(three.ada).post(end).status_code == 302
    assert now_is(three.alert()).owner == three.ada


def test_the_daily_notice_comes_when_the_clinician_wants_it(three):
    """Decisions 32."""
    sam = signed_in(three.sam)
    assert sam.post("/c/cover/", {"at": "13:30"}).status_code == 302
    assert "Enter a time" in text_of(sam.post("/c/cover/", {"at": "noonish"}))
    three.writes()
    (digest,) = notices(three.sam, "team-digest")
    assert digest.due_at == dt.datetime(2026, 11, 20, 13, 30, tzinfo=dt.UTC)


def test_who_is_not_shown_safety_finds_nothing(three):
    alert = three.alert()
    three.shares(three.sam, "mood", "medicines")
    sam = signed_in(three.sam)
    assert str(alert.pk) not in text_of(sam.get("/c/safety/"))
    for address in ("", "take/", "resolve/", "give/"):
        method = sam.post if address else sam.get
        assert method(f"/c/safety/{alert.pk}/{address}").status_code == 404


def test_the_patient_and_strangers_cannot_act_on_an_alert(three):
    alert = three.alert()
    for user in (three.me, Three().sam):
        client = signed_in(user)
        assert client.get(f"/c/safety/{alert.pk}/").status_code == 404
        assert client.post(f"/c/safety/{alert.pk}/take/").status_code == 404
    assert now_is(alert).state == "open"


def test_the_patient_sees_what_was_told_and_who_took_it(three):
    alert = three.alert()
    signed_in(three.sam).post(f"/c/safety/{alert.pk}/take/")
    page = text_of(signed_in(three.me).get("/sharing/alerts/"))
    assert "An answer about safety" in page
    assert "Sam Lind took it" in page
