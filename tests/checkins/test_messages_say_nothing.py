"""C1, Q3: every template, channel and language: no canary, no word of the deny-list."""

import re

import pytest
from django.conf import settings

from careplan.checkins import reminders
from careplan.checkins.models import Kind, Words
from careplan.common.catalogue import medicines
from careplan.outbox.channels import CHANNELS
from careplan.outbox.channels.email import headers_of, sender
from careplan.outbox.channels.sms import GSM_LENGTH, gsm_length
from careplan.outbox.links import PLACE
from tests.outbox.conftest import *  # noqa: F403 (the fixture `outgoing`)

KINDS = [*Kind.values, reminders.SEVERAL]
LANGUAGES = [code for code, _ in settings.LANGUAGES]
DENIED = re.compile(
    r"therap|mood|stimmung|feeling|gef[uü]hl|depress|bipolar|anxi|angst|psych|mental"
    r"|suicid|suizid|medic|medik|dose|dosis|tablet|pill|drug|clinic|klinik|praxis"
    r"|prescri|diagnos|symptom|side effect|nebenwirk|illness|krank|patient|careplan"
    r"|check your health|doctor|arzt",
    re.IGNORECASE,
)
NAMES = re.compile(
    "|".join(re.escape(one.id.replace("_", " ")) for one in medicines.all_medicines()),
    re.IGNORECASE,
)
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
    text = f"{said.subject} {said.body}".replace(settings.SITE_ADDRESS, "")
    assert not DENIED.search(text), DENIED.search(text)
    assert not NAMES.search(text)
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
    assert {
        reminders.words_for(kind, "push", "en", Words.DISCREET).body for kind in KINDS
    } == {"A reminder you set."}


def test_the_sender_and_the_headers_say_nothing(outgoing):
    said = f"{sender()} {headers_of(outgoing())}"
    assert not DENIED.search(said)


def test_reminders_ask_and_never_order_or_count():
    for kind, channel, language, words in EVERYTHING:
        body = reminders.words_for(kind, channel, language, words).body
        assert "!" not in body
        assert not re.search(r"\b(must|don't forget|overdue|again)\b", body, re.I)
