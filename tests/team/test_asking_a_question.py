"""N6, W4: a question in three people's hands in three organisations, ask to end."""

import datetime as dt

import pytest

from careplan.team import concerns, queries
from careplan.team.models import Concern
from tests.team.people import NOW, Three, as_user, later, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
TOO_LONG = "a" * 10_000
EMOJI = "Tired 😴 all day, «nearly» ½ of it"


def ask(three, user, **changes):
    words = {"question": "Too sleepy before 10.", "owner": str(three.ada.pk)}
    client = signed_in(user)
    return client.post(f"{three.at}/concerns/new/", {**words, **changes})


def text_of(response) -> str:
    return response.content.decode()


def the_concern(three) -> Concern:
    with as_user(three.me):
        concern = Concern.objects.select_related("owner", "raised_by").get()
        assert concern.question  # opened while the key may be read
    return concern


def test_a_therapist_asks_with_its_ground_and_the_patient_reads_it(three):
    """N6: raised from a session, with owner and ground, in one short form."""
    sam = signed_in(three.sam)
    address = f"/c/people/{three.maya.pk}/concerns/new/"
    page = text_of(
        sam.get(f"{address}?ground_label=Visit+on+3+November&ground_ref=timeline")
    )
    assert "Maya Raman will read this." in page
    assert "Visit on 3 November" in page
    sent = {
        "question": "Too sleepy before 10. Could it be the medicine?",
        "owner": str(three.ada.pk),
        "ground_label": "Visit on 3 November",
        "ground_ref": "timeline",
    }
    assert sam.post(address, sent).status_code == 302
    concern = the_concern(three)
    assert (concern.owner, concern.raised_as) == (three.ada, "therapist")
    shown = text_of(signed_in(three.me).get(f"{three.at}/concerns/{concern.pk}/"))
    assert "<h1>Too sleepy before 10</h1>" in shown
    assert "Sam Lind asked Dr Ada Okafor about this." in shown
    assert f'href="{three.at}/timeline/"' in shown


def test_asked_answered_closed_and_opened_again_in_three_hands(three):
    """N6, W4: the whole life of a question through the pages."""
    ask(three, three.sam)
    here = f"{three.at}/concerns/{the_concern(three).pk}/"
    ada, maya, sam = map(signed_in, (three.ada, three.me, three.sam))
    ada.post(f"{here}answer/", {"answer-text": "It could be. I will look."})
    assert the_concern(three).state == "answered"
    maya.post(f"{here}answer/", {"answer-text": "I want my mornings back."})
    ada.post(f"{here}close/", {"because-because": "It got better by itself."})
    page = text_of(maya.get(here))
    for words in ("It could be. I will look.", "I want my mornings back.",
                  "No change because: It got better by itself."):  # fmt: skip
        assert words in page
    assert "Closed on 20 November without a change" in page
    sam.post(f"{here}reopen/", {"reopen-why": "It came back."})
    assert the_concern(three).is_open
    assert "It came back." in text_of(maya.get(here))


def test_a_version_of_the_plan_closes_it_and_the_page_leads_there(three):
    concern = three.asks()
    with as_user(three.ada):
        concerns.close(
            concern,
            by=three.ada,
            role="prescriber",
            version_number=5,
            now=later(days=13),
        )
    page = text_of(signed_in(three.sam).get(f"{three.at}/concerns/{concern.pk}/"))
    assert "Closed on 3 December by plan version 5" in page
    assert f'href="{three.at}/plan/versions/5/"' in page
    assert "13 days" in page


def test_only_a_clinician_ends_it_and_the_patient_can_open_it_again(three):
    concern = three.asks()
    here = f"{three.at}/concerns/{concern.pk}/"
    maya = signed_in(three.me)
    closing = {"because-because": "No."}
    assert maya.post(f"{here}close/", closing).status_code == 403
    signed_in(three.ada).post(f"{here}close/", closing)
    assert (
        maya.post(f"{here}reopen/", {"reopen-why": "I still feel it."}).status_code
        == 302
    )


@pytest.mark.parametrize("answer", [None, False])
def test_without_the_yes_a_clinician_is_refused_and_told_how_to_ask(answer):
    """P9: a question nobody answered is a no."""
    three = Three(talk=answer)
    page = text_of(signed_in(three.sam).get(f"/c/people/{three.maya.pk}/concerns/new/"))
    assert "has not said yes to their clinicians talking" in page
    assert "Ask Maya Raman at your next visit" in page
    assert "Talking with each other" in page
    refused = text_of(ask(three, three.sam))
    assert "has not said yes" in refused
    with as_user(three.me):
        assert not Concern.objects.exists()


def test_the_patient_asks_one_clinician_whatever_was_said_about_talking():
    """N6: the patient raises one too; only the one asked reads it while talk is off."""
    three = Three(talk=None)
    page = text_of(signed_in(three.me).get(f"{three.at}/concerns/new/"))
    assert "Only you and the person you ask read this." in page
    assert ask(three, three.me).status_code == 302
    here = f"{three.at}/concerns/{the_concern(three).pk}/"
    ada = signed_in(three.ada)
    assert ada.get(here).status_code == 200
    assert ada.post(f"{here}answer/", {"answer-text": "Thank you."}).status_code == 302
    assert signed_in(three.sam).get(here).status_code == 404
    assert "Thank you." in text_of(signed_in(three.me).get(here))


def test_the_yes_taken_back_in_the_middle_hides_it_at_once(three):
    concern = three.asks()
    here = f"{three.at}/concerns/{concern.pk}/"
    ada = signed_in(three.ada)
    assert ada.get(here).status_code == 200
    three.says(talk=False)
    assert ada.get(here).status_code == 404
    late = {"answer-text": "Too late?"}
    assert ada.post(f"{here}answer/", late).status_code == 404
    assert "Could the timing change?" not in text_of(ada.get(f"{three.at}/concerns/"))
    assert signed_in(three.me).get(here).status_code == 200
    three.says(talk=True)
    assert ada.get(here).status_code == 200
    three.ends(three.ada)
    assert ada.get(here).status_code == 404


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Write your question"),
        ("   ", "Write your question"),
        (TOO_LONG, "Shorten this to 4000 characters"),
        ("nul\x00byte", "Take out the character that cannot be shown"),
    ],
)
def test_bad_words_are_refused_in_a_sentence_and_kept(three, typed, said):
    response = ask(three, three.sam, question=typed)
    assert response.status_code == 200
    assert said in text_of(response)
    assert typed.strip().split("\x00")[0] in text_of(response)


def test_any_other_words_go_through_as_they_are(three):
    assert ask(three, three.sam, question=EMOJI).status_code == 302
    concern = the_concern(three)
    assert concern.question == EMOJI
    assert EMOJI in text_of(
        signed_in(three.me).get(f"{three.at}/concerns/{concern.pk}/")
    )


def test_markup_in_a_question_is_shown_as_text(three):
    ask(three, three.sam, question="<script>alert(1)</script>")
    here = f"{three.at}/concerns/{the_concern(three).pk}/"
    assert "<script>alert" not in text_of(signed_in(three.me).get(here))


def test_only_a_clinician_of_this_team_can_be_asked(three):
    other = Three()
    for stranger in (other.ada.pk, three.sam.pk, three.me.pk, "nobody"):
        response = ask(three, three.sam, owner=str(stranger))
        assert "Choose who should answer" in text_of(response)


def test_a_question_may_stand_on_two_grounds_and_leads_to_both(three):
    """N6: the medicine and the timeline, as the page they were seen on offers them."""
    medicine = "11111111-1111-4111-8111-111111111111"
    words = {
        "question": "Too sleepy for the walk. Could it be the dose?",
        "owner": str(three.ada.pk),
        "ground_label": "Side effects with Sertraline",
        "ground_ref": f"medicine:{medicine}",
        "also_label": "The timeline",
        "also_ref": "timeline",
    }
    sam = signed_in(three.sam)
    sent = sam.post(f"{three.at}/concerns/new/", words)
    page = text_of(signed_in(three.ada).get(sent.url))
    assert f'href="{three.at}/plan/medicines/{medicine}/"' in page
    assert f'href="{three.at}/timeline/"' in page


def test_a_ground_without_an_address_is_still_read(three):
    sent = ask(three, three.sam, ground_label="What she said on Monday")
    assert "What she said on Monday" in text_of(signed_in(three.ada).get(sent.url))


def test_a_ground_leads_only_into_the_record(three):
    ask(three, three.sam, ground_label="Look", ground_ref="https://evil.example/")
    here = f"{three.at}/concerns/{the_concern(three).pk}/"
    assert "evil.example" not in text_of(signed_in(three.me).get(here))


def waiting(user, now):
    with as_user(user):
        return [(w.kind, w.is_overdue) for w in queries.waiting_for(user, now=now)]


def test_an_unanswered_question_waits_for_its_owner_and_after_two_weeks_for_both(three):
    """N6: overdue ones surface for owner and raiser."""
    three.asks()
    early, late = NOW + dt.timedelta(days=13), NOW + dt.timedelta(days=15)
    assert waiting(three.ada, early) == [("concern", False)]
    assert waiting(three.sam, early) == []
    assert waiting(three.ada, late) == [("concern", True)]
    assert waiting(three.sam, late) == [("concern", True)]
    three.says(talk=False)
    assert waiting(three.ada, late) == []


def test_the_page_says_that_it_has_waited_long(three, time_machine):
    concern = three.asks()
    time_machine.move_to(NOW + dt.timedelta(days=15), tick=False)
    page = text_of(signed_in(three.ada).get(f"{three.at}/concerns/{concern.pk}/"))
    assert "more than two weeks" in page
    assert "Open for 15 days" in page


def test_two_who_open_it_again_are_told_kindly(three):
    concern = three.asks()
    here = f"{three.at}/concerns/{concern.pk}/"
    response = signed_in(three.sam).post(f"{here}reopen/", {"reopen-why": "Again."})
    assert response.status_code == 200
    with as_user(three.sam), pytest.raises(concerns.StillOpen):
        concerns.reopen(concern, by=three.sam, role="therapist", why="Again.", now=NOW)
