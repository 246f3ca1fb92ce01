"""W1, W2, W5: threads say who reads them and when, and outside nothing is said."""

import pytest

from careplan.outbox.models import Message
from careplan.team import queries
from careplan.team.models import Conversation, Post, ReadUpTo
from patients.models import AccessEvent
from tests.team.people import NOW, Three, as_user, later, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


def text_of(response) -> str:
    return response.content.decode()


def send(user, address, **words):
    return signed_in(user).post(address, words)


def test_the_patient_writes_and_everyone_on_the_team_reads(three):
    """W1: the thread names who reads it and the stated hours."""
    sent = send(three.me, "/messages/new/", subject="Monday", text="Can we talk?")
    assert sent.status_code == 302
    for user in (three.me, three.sam, three.ada):
        page = text_of(signed_in(user).get(sent.url))
        assert "Can we talk?" in page
        assert "weekdays, 9 to 5" in page
        assert "not for emergencies" in page
    page = text_of(signed_in(three.me).get(sent.url))
    assert "Dr Ada Okafor, Sam Lind and you read this." in page
    assert 'href="/support/"' in page


@pytest.mark.parametrize("page", ["messages/", "messages/new/"])
def test_every_page_with_a_box_names_the_hours_and_says_it_is_not_watched(three, page):
    """W5, G3."""
    words = text_of(signed_in(three.me).get(f"/{page}"))
    assert "weekdays, 9 to 5" in words
    assert "nobody watches it all the time" in words


def test_a_practice_that_promises_nothing_is_not_made_to(three):
    for place in three.places.values():
        place.clinician.organisation.reply_hours = ""
        place.clinician.organisation.save(update_fields=["reply_hours"])
    assert "reads messages" not in text_of(signed_in(three.me).get("/messages/"))


def test_clinicians_write_to_each_other_only_inside_the_yes(three):
    """W2: about one patient, within P9, and the patient can read it."""
    new = f"{three.at}/messages/new/"
    words = {"kind": "clinicians", "subject": "Sleep", "text": "Shall we move it?"}
    sent = send(three.sam, new, **words)
    assert sent.status_code == 302
    assert "Shall we move it?" in text_of(signed_in(three.ada).get(sent.url))
    maya = signed_in(three.me)
    page = text_of(maya.get(sent.url))
    assert "Shall we move it?" in page
    assert "<textarea" not in page
    assert maya.post(sent.url, {"text": "Me too"}).status_code == 200
    three.says(talk=False)
    assert signed_in(three.ada).get(sent.url).status_code == 404
    assert "Clinicians only" not in text_of(signed_in(three.sam).get(new))
    assert send(three.sam, new, **words).status_code in (200, 302)
    with as_user(three.me):
        assert Conversation.objects.filter(kind="clinicians").count() == 1


def test_the_patient_cannot_begin_a_thread_of_the_clinicians(three):
    words = {"kind": "clinicians", "subject": "x", "text": "y"}
    send(three.me, "/messages/new/", **words)
    with as_user(three.me):
        assert not Conversation.objects.filter(kind="clinicians").exists()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Write your message"),
        (" \n ", "Write your message"),
        ("a" * 10_000, "Shorten this to 4000 characters"),
        ("a\x00b", "Take out the character that cannot be shown"),
    ],
)
def test_refused_words_come_back_on_the_page(three, typed, said):
    """Drafts survive: what was typed is in the box, and the box keeps a draft."""
    thread = three.writes()
    response = send(three.me, f"{three.at}/messages/{thread.pk}/", text=typed)
    page = text_of(response)
    assert response.status_code == 200
    assert said in page
    assert typed.strip().split("\x00")[0] in page
    assert 'data-draft="text"' in page
    with as_user(three.me):
        assert Post.objects.count() == 1


def test_emoji_and_lines_arrive_as_they_were_sent(three):
    thread = three.writes()
    send(three.sam, f"{three.at}/messages/{thread.pk}/", text="Yes 🙂\nMonday at 3")
    page = text_of(signed_in(three.me).get(f"/messages/{thread.pk}/"))
    assert "Yes 🙂\nMonday at 3" in page


def test_read_marks_are_ones_own_and_nobody_sees_another_persons(three):
    thread = three.writes()
    with as_user(three.sam):
        (row,) = queries.threads_of([three.maya.pk], three.sam)
        assert row.unread
    page = text_of(signed_in(three.sam).get(f"{three.at}/messages/{thread.pk}/"))
    with as_user(three.sam):
        (row,) = queries.threads_of([three.maya.pk], three.sam)
        assert not row.unread
        assert ReadUpTo.objects.get().user == three.sam
    with as_user(three.me):
        assert {mark.user for mark in ReadUpTo.objects.all()} == {three.me}
    for words in (page, text_of(signed_in(three.me).get(f"/messages/{thread.pk}/"))):
        assert "seen" not in words.lower().replace("nobody sees", "")


def test_a_message_waits_for_whoever_has_not_read_it(three):
    three.writes()
    for user, kinds in (
        (three.sam, ["message"]),
        (three.ada, ["message"]),
        (three.me, []),
    ):
        with as_user(user):
            found = [w.kind for w in queries.waiting_for(user, now=NOW)]
        assert found == kinds


def test_reading_leaves_an_access_row_and_the_patients_own_reading_none(three):
    """B1: every page that shows her words to somebody else leaves a row."""
    thread = three.writes()
    signed_in(three.sam).get(f"{three.at}/messages/{thread.pk}/")
    signed_in(three.me).get(f"/messages/{thread.pk}/")
    with as_user(three.me):
        (row,) = AccessEvent.objects.all()
    assert (row.viewer, row.part, row.through) == (three.sam, "messages", "page")


def test_the_list_of_all_leaves_one_row_a_patient_and_day(three, time_machine):
    """Decisions 25."""
    three.writes()
    sam = signed_in(three.sam)
    for _time in range(3):
        sam.get("/c/messages/")
    with as_user(three.me):
        assert AccessEvent.objects.filter(through="list").count() == 1
    time_machine.move_to(later(days=1), tick=False)
    signed_in(three.sam).get("/c/messages/")
    with as_user(three.me):
        assert AccessEvent.objects.filter(through="list").count() == 2


def test_the_list_shows_ones_own_people_only(three):
    other = Three()
    other.writes(text="Not for Sam")
    three.writes()
    page = text_of(signed_in(three.sam).get("/c/messages/"))
    assert page.count("Maya Raman: Monday") == 1
    assert str(other.maya.pk) not in page


def notices(user):
    with as_user(user):
        return list(Message.objects.order_by("created_at"))


def test_outside_it_only_says_that_something_waits(three):
    """W1, C1: no word of the message, no name, one notice a day for a clinician."""
    for n in range(3):
        three.writes(text=f"Secret words {n}")
    (digest,) = notices(three.sam)
    assert digest.kind == "team-digest"
    assert digest.due_at == later(hours=20)  # the next morning at 8
    three.writes(by=three.sam, text="Secret answer")
    (told,) = notices(three.me)
    for message in (digest, told):
        outside = f"{message.subject} {message.body}".lower()
        for word in ("secret", "monday", "maya", "sam", "okafor", "raman", "therap"):
            assert word not in outside


def test_the_patient_is_not_woken_at_night(three):
    three.writes(by=three.sam, now=later(hours=10))  # 22:00 in London
    (told,) = notices(three.me)
    assert told.due_at == later(hours=20)


def test_ended_membership_closes_the_thread_at_once(three):
    thread = three.writes()
    sam = signed_in(three.sam)
    assert sam.get(f"{three.at}/messages/{thread.pk}/").status_code == 200
    three.ends(three.sam)
    assert sam.get(f"{three.at}/messages/{thread.pk}/").status_code == 404
    late = sam.post(f"{three.at}/messages/{thread.pk}/", {"text": "Late"})
    assert late.status_code == 404
    assert str(thread.pk) not in text_of(sam.get("/c/messages/"))
