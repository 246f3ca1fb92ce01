"""C1, Q3: every template, channel and language: no canary, no word of the deny-list."""

import re

import pytest

from careplan.checkins import reminders
from careplan.checkins.models import Kind, Words
from careplan.outbox.channels import CHANNELS
from careplan.outbox.channels.email import headers_of, sender
from careplan.outbox.channels.sms import GSM_LENGTH, gsm_length
from careplan.outbox.links import PLACE
from tests.outbox.conftest import *  # noqa: F403 (the fixture `outgoing`)
from tests.words_outside import LANGUAGES, told

PUSHING = re.compile(
    r"\b(must|don't forget|overdue|again|müssen sie|vergessen|überfällig)\b", re.I
)
KINDS = [*Kind.values, reminders.SEVERAL]
EVERYTHING = [
    (kind, channel, language, words)
    for kind in KINDS
    for channel in CHANNELS
    for language in LANGUAGES
    for words in Words.values
]


@pytest.mark.parametrize(("kind", "channel", "language", "words"), EVERYTHING)
def test_no_message_says_anything(kind, channel, language, words):
    said = reminders.words_for(kind, channel, language, words)
    assert told(f"{said.subject} {said.body}") == ""
    assert said.subject
    assert said.body


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("words", Words.values)
def test_a_text_message_is_one_message(kind, language, words):
    said = reminders.words_for(kind, "sms", language, words).body
    address = "https://care.example.org/l/" + "x" * 32 + "/"
    longest = said.replace(PLACE, address)
    assert gsm_length(longest) <= GSM_LENGTH


def test_a_discreet_message_is_the_same_for_every_kind():
    said = {"en": "A reminder you set.", "de": "Eine Erinnerung, die Sie wollten."}
    for language, words in said.items():
        assert {
            reminders.words_for(kind, "push", language, Words.DISCREET).body
            for kind in KINDS
        } == {words}


def test_the_sender_and_the_headers_say_nothing(outgoing):
    assert told(f"{sender()} {headers_of(outgoing())}") == ""


def test_reminders_ask_and_never_order_or_count():
    for kind, channel, language, words in EVERYTHING:
        body = reminders.words_for(kind, channel, language, words).body
        assert "!" not in body
        assert not re.search(
            r"\b(must|don't forget|overdue|again|müssen Sie|vergessen|überfällig)\b",
            body,
            re.I,
        )
