"""N12, R9: saying it is thanked, reaches the prescriber, and nobody is blamed."""

import re

import pytest

from careplan.outbox.models import Message
from careplan.team import queries, stopping
from careplan.team.models import StoppingNotice
from tests.team.people import NOW, Three, as_user, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
# What must not be said to, or about, somebody who thinks of stopping.
BLAME = re.compile(
    r"complian|adheren|fail|refus|should have|must not|you must|forgot|forget|blame|"
    r"fault|admit|confess|non-|poor|bad|wrong|disappoint|irresponsib|lazy|careless|"
    r"neglect|denie|claim|excuse|warning|danger|resist|unwilling|unreliable|default|"
    r"non ?taking|stubborn|insight|problem patient|well done|good job|attempt",
    re.I,
)
REASONS = [*StoppingNotice.Reason.values]


def text_of(response) -> str:
    return response.content.decode()


def main_of(response) -> str:
    found = re.search(r"<main.*?</main>", text_of(response), re.S)
    return re.sub(r"<[^>]+>", " ", found.group()) if found else ""


def say(three, **words):
    sent = {"medicine": "Mirtazapine", "words": "I feel flat.", **words}
    return signed_in(three.me).post(f"{three.at}/stopping/", sent)


def test_the_patient_says_it_and_is_thanked(three):
    """N12: from the medicine's page, in under a minute, all but the medicine optional."""
    maya = signed_in(three.me)
    form = text_of(maya.get(f"{three.at}/stopping/?medicine_label=Mirtazapine"))
    assert 'value="Mirtazapine"' in form
    assert "Dr Ada Okafor and Sam Lind will read this." in form
    sent = say(three, reasons=["worry", "side_effects"])
    assert sent.status_code == 302
    thanks = text_of(maya.get(sent.url))
    assert "Thank you for telling us" in thanks
    assert "please talk to Dr Ada Okafor or a pharmacist" in thanks
    assert "Some medicines need to be lowered slowly." in thanks


def test_it_reaches_the_prescriber_and_gives_the_therapist_something_to_talk_about(
    three,
):
    """N12, R9."""
    say(three, reasons=["worry"])
    ada = text_of(signed_in(three.ada).get(f"{three.at}/heads-ups/"))
    assert "I feel flat." in ada
    assert "I worry about taking it" in ada
    sam = text_of(signed_in(three.sam).get(f"{three.at}/heads-ups/"))
    assert "Something to talk about" in sam
    assert "what they hope would be different" in sam
    assert "Something to talk about" not in ada
    for user, kind in ((three.ada, "stopping"), (three.sam, "talking_point")):
        with as_user(user):
            assert [w.kind for w in queries.waiting_for(user, now=NOW)] == [kind]
            (digest,) = Message.objects.all()
        assert digest.kind == "team-digest"
        assert "mirtazapine" not in f"{digest.subject} {digest.body}".lower()
    assert "Mirtazapine" in text_of(signed_in(three.ada).get("/c/safety/"))


def test_the_prescriber_answers_and_the_patient_reads_it(three):
    say(three)
    with as_user(three.me):
        notice = StoppingNotice.objects.get()
    here = f"{three.at}/stopping/{notice.pk}/answer/"
    field = f"r{str(notice.pk)[:8]}-text"
    ada = signed_in(three.ada)
    for bad in ("", " ", "a" * 10_000, "a\x00b"):
        assert ada.post(here, {field: bad}).status_code == 200
    assert ada.post(here, {field: "We lower it slowly."}).status_code == 302
    page = text_of(signed_in(three.me).get(f"{three.at}/heads-ups/"))
    assert "We lower it slowly." in page
    again = signed_in(three.sam).post(here, {field: "Me too."})
    assert "Dr Ada Okafor answered this already." in text_of(again)
    with as_user(three.ada):
        assert queries.waiting_for(three.ada, now=NOW) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"medicine": ""}, "Write which medicine you mean"),
        ({"medicine": "a" * 10_000}, "Shorten this to 200 characters"),
        ({"words": "b" * 10_000}, "Shorten this to 4000 characters"),
        ({"words": "a\x00b"}, "Take out the character that cannot be shown"),
        ({"reasons": ["laziness"]}, "Choose one of the answers listed"),
    ],
)
def test_bad_input_is_refused_in_a_sentence_and_kept(three, wrong, said):
    response = say(three, **wrong)
    assert response.status_code == 200
    assert said in text_of(response)
    assert "I feel flat." in text_of(response) or "words" in wrong


def test_only_the_patient_says_it(three):
    for user in (three.sam, three.ada):
        sent = signed_in(user).post(f"{three.at}/stopping/", {"medicine": "x"})
        assert sent.status_code == 403


def test_nobody_blames_on_any_page_or_notice(three):
    """N12: a word list, over every page and notice of it, for all three: 0 words."""
    maya, ada, sam = map(signed_in, (three.me, three.ada, three.sam))
    pages = [maya.get(f"{three.at}/stopping/"), maya.post(f"{three.at}/stopping/", {})]
    sent = say(three, reasons=REASONS)
    pages.append(maya.get(sent.url))
    missed(three)
    pages += [client.get(f"{three.at}/heads-ups/") for client in (maya, ada, sam)]
    pages += [ada.get("/c/safety/")]
    texts = [main_of(page) for page in pages]
    for user in (three.ada, three.sam, three.me):
        with as_user(user):
            texts += [f"{m.subject} {m.body}" for m in Message.objects.all()]
    assert all(texts)
    assert [BLAME.findall(text) for text in texts if BLAME.search(text)] == []


# --- from doses that were not taken --------------------------------------------------


def missed(three, reasons=("side_effects", "chose_not", "side_effects"), ref="m1"):
    with as_user(three.me):
        return stopping.say_for_missed_doses(
            patient=three.maya,
            medicine_label="Sertraline",
            medicine_ref=ref,
            journal_reasons=reasons,
            now=NOW,
        )


def test_three_doses_left_out_with_a_reason_in_a_week_say_it(three):
    notice = missed(three)
    assert notice.source == "missed"
    assert notice.reasons == ["side_effects", "other"]
    page = text_of(signed_in(three.ada).get(f"{three.at}/heads-ups/"))
    assert "Several doses were not taken, with a reason" in page


@pytest.mark.parametrize(
    "reasons",
    [(), ("side_effects",) * 2, ("forgot",) * 7, ("", "", "", ""), ("forgot", "other")],
)
def test_fewer_or_slipped_doses_are_nobodys_business(three, reasons):
    assert missed(three, reasons) is None


def test_the_same_medicine_is_said_once_while_open(three):
    assert missed(three).pk == missed(three).pk
    assert missed(three, ref="m2").pk != missed(three).pk


def test_what_was_taken_is_told_only_to_who_may_see_it(three):
    """What missed doses told follows consent to doses; what was said, medicines."""
    missed(three)
    three.thinks_of_stopping("Lithium")
    three.shares(three.sam, "medicines")
    page = text_of(signed_in(three.sam).get(f"{three.at}/heads-ups/"))
    assert "Lithium" in page
    assert "Sertraline" not in page
    with as_user(three.sam):
        assert StoppingNotice.objects.count() == 1


def test_with_nobody_to_read_it_the_page_says_so(three):
    for user in (three.sam, three.ada):
        three.shares(user, "mood")
    words = text_of(signed_in(three.me).get(f"{three.at}/stopping/"))
    assert "nobody will read this yet" in words
    sent = say(three)
    assert "nobody reads this yet" in text_of(signed_in(three.me).get(sent.url))


def test_another_records_notice_is_404(three):
    notice = three.thinks_of_stopping()
    other = Three()
    for user in (other.me, other.ada):
        client = signed_in(user)
        mine = f"{other.at}/stopping/{notice.pk}/"
        assert client.get(mine).status_code in (403, 404)
        assert client.post(f"{mine}answer/", {}).status_code in (403, 404)


def test_who_is_not_shown_medicines_answers_nothing_and_is_given_no_page(three):
    """The door asks before the row is looked for, not row security alone after it."""
    notice = three.thinks_of_stopping()
    three.shares(three.sam, "mood", "therapy")
    here = f"{three.at}/stopping/{notice.pk}/answer/"
    assert signed_in(three.sam).post(here, {}).status_code == 403
