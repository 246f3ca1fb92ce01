"""N7: what to expect reaches the permitted, seen or not is shown, notes flow back."""

import pytest

from careplan.outbox.models import Message
from careplan.team import queries
from tests.team.people import NOW, as_user, later, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


def text_of(response) -> str:
    return response.content.decode()


def page(three, user) -> str:
    return text_of(signed_in(user).get(f"{three.at}/heads-ups/"))


def test_the_therapist_reads_what_to_expect_until_when_and_what_to_watch(three):
    three.heads_up()
    for user in (three.sam, three.ada, three.me):
        words = page(three, user)
        assert "Sertraline from 50 to 75 mg" in words
        assert "Feeling sick for a week" in words
        assert "Until 4 December." in words
        assert "sleep and restlessness" in words


def test_seen_or_not_is_shown_to_the_prescriber(three):
    note = three.heads_up()
    assert "Sam Lind has not read it yet" in page(three, three.ada)
    signed_in(three.sam).post(f"{three.at}/heads-ups/{note.pk}/seen/")
    words = page(three, three.ada)
    assert "has not read it yet" not in words
    assert "Sam Lind, 20 November" in words


def test_what_the_therapist_noticed_flows_back_to_the_prescribers_list(three):
    note = three.heads_up()
    here = f"{three.at}/heads-ups/{note.pk}/noticed/"
    field = f"r{str(note.pk)[:8]}-note"
    sam = signed_in(three.sam)
    for bad in ("", "  ", "a" * 10_000, "a\x00b"):
        refused = sam.post(here, {field: bad})
        assert refused.status_code == 200
        assert bad.strip().split("\x00")[0] in text_of(refused)
    assert sam.post(here, {field: "Restless in the session 😟"}).status_code == 302
    for user in (three.ada, three.me):
        assert "Restless in the session 😟" in page(three, user)


def test_a_note_waits_in_the_prescribers_inbox_until_it_is_read_again_after_it(
    three, time_machine
):
    note = three.heads_up()
    ada = signed_in(three.ada)
    assert "I have read this" not in page(three, three.ada)  # nobody noticed anything
    ada.post(f"{three.at}/heads-ups/{note.pk}/seen/")
    for minutes in (2, 8):
        time_machine.move_to(later(minutes=minutes), tick=False)
        sam_noticed(three, note, "Restless")
        inbox = text_of(ada.get("/c/inbox/"))
        assert "Noticed after a change" in inbox
        assert f'href="{three.at}/heads-ups/"' in inbox
        assert "Noticed after a change" not in text_of(
            signed_in(three.sam).get("/c/inbox/")
        )
        time_machine.move_to(later(minutes=minutes + 3), tick=False)
        assert "I have read this" in page(three, three.ada)
        ada.post(f"{three.at}/heads-ups/{note.pk}/seen/")
        assert "Noticed after a change" not in text_of(ada.get("/c/inbox/"))
        assert "I have read this" not in page(three, three.ada)


def sam_noticed(three, note, words):
    here = f"{three.at}/heads-ups/{note.pk}/noticed/"
    field = f"r{str(note.pk)[:8]}-note"
    assert signed_in(three.sam).post(here, {field: words}).status_code == 302


def test_the_therapist_hears_of_it_and_the_prescriber_of_the_note(three):
    note = three.heads_up()
    with as_user(three.sam):
        (told,) = Message.objects.all()
    with as_user(three.ada):
        assert not Message.objects.exists()
    field = f"r{str(note.pk)[:8]}-note"
    signed_in(three.sam).post(
        f"{three.at}/heads-ups/{note.pk}/noticed/", {field: "Restless"}
    )
    with as_user(three.ada):
        (back,) = Message.objects.all()
    for message in (told, back):
        assert message.kind == "team-digest"
        outside = f"{message.subject} {message.body}".lower()
        for word in ("sertraline", "dose", "maya", "restless", "mg"):
            assert word not in outside


def test_it_waits_for_the_therapist_until_read(three):
    note = three.heads_up()
    with as_user(three.sam):
        assert [w.kind for w in queries.waiting_for(three.sam, now=NOW)] == ["heads_up"]
    signed_in(three.sam).post(f"{three.at}/heads-ups/{note.pk}/seen/")
    with as_user(three.sam):
        assert queries.waiting_for(three.sam, now=NOW) == []


def test_who_is_not_shown_medicines_gets_403_and_no_row(three):
    note = three.heads_up()
    three.shares(three.sam, "mood", "therapy")
    sam = signed_in(three.sam)
    assert sam.get(f"{three.at}/heads-ups/").status_code == 403
    assert sam.post(f"{three.at}/heads-ups/{note.pk}/seen/").status_code == 403
    with as_user(three.sam):
        assert queries.heads_ups_of(three.maya) == []
    assert "Nobody else on the team can see medicines." in page(three, three.ada)


def test_the_patient_does_not_mark_it(three):
    note = three.heads_up()
    maya = signed_in(three.me)
    assert maya.post(f"{three.at}/heads-ups/{note.pk}/seen/").status_code == 403
    assert maya.post(f"{three.at}/heads-ups/{note.pk}/noticed/").status_code == 403
