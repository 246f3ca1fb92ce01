"""C1, Q3: what leaves the house is said in the recipient's language, and in German as
in English it tells a stranger nothing."""

import gettext
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from careplan.checkins import schedules, ticking
from careplan.checkins.models import Kind, Words
from careplan.checkins.schedules import Wish
from careplan.common.identity import acting_as, person, system
from careplan.outbox import addresses
from careplan.outbox.models import Message
from careplan.plan import notices as plan_notices
from careplan.plan.models import Proposal
from careplan.team import notices
from patients import letters
from patients.adapters import AccountAdapter
from patients.models import Invitation, User
from tests.plan import cast as c
from tests.words_outside import LANGUAGES, told

FOLDER = settings.LOCALE_PATHS[0] / "de" / "LC_MESSAGES"
TEMPLATES = sorted((settings.BASE_DIR / "templates" / "messages").rglob("*.txt"))
TEAM = ["alert", "patient", "digest"]
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def compiled():
    with (FOLDER / "django.mo").open("rb") as file:
        said = gettext.GNUTranslations(file)._catalog
    return {en: de for en, de in said.items() if en}


def written():
    """The .po file, read as far as we use it: no plurals, no contexts."""
    text = (FOLDER / "django.po").read_text(encoding="utf-8")
    pairs = re.findall(
        r'^msgid ((?:"(?:[^"\\]|\\.)*"\s)+)msgstr ((?:"(?:[^"\\]|\\.)*"\s)+)',
        text,
        re.M,
    )
    return {_joined(en): _joined(de) for en, de in pairs if _joined(en)}


def _joined(quoted):
    parts = re.findall(r'"((?:[^"\\]|\\.)*)"', quoted)
    return "".join(parts).replace("\\n", "\n").replace('\\"', '"')


def test_the_compiled_catalogue_is_the_written_one():
    assert compiled() == written()
    assert len(written()) > 30


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: one.stem)
def test_every_sentence_of_a_message_has_its_german(template):
    sentences = re.findall(r'{% trans "(.*?)" %}', template.read_text("utf-8"))
    assert [one for one in sentences if not compiled().get(one)] == []


def _letters():
    """Every letter about an account, with what it may name."""
    context = {"code": "123456", "password_reset_url": "https://notes.example/x/"}
    named = {name: letters.letter(name, context) for name in letters._OCCASIONS}
    user = User(email="sam@example.org", name="Sam")
    return {
        **named,
        "new device": letters.new_device(user, name="Firefox", now=NOW),
        "invitation": letters.invitation(Invitation(invited_by=user), "t0k"),
        "to read": letters.something_to_read("/x/"),
        "closed": letters.closed("t0k"),
    }


def test_every_letter_has_its_german():
    with translation.override("en"):
        english = _letters()
    with translation.override("de"):
        german = _letters()
    for name, letter in english.items():
        assert german[name].subject != letter.subject, name
        first = letter.body.split("\n", 1)[0]
        assert german[name].body.split("\n", 1)[0] != first, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_letter_says_anything(language):
    with translation.override(language):
        for name, letter in _letters().items():
            assert told(f"{letter.subject} {letter.body}") == "", name


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", TEAM)
def test_no_notice_of_the_team_says_anything(kind, language):
    subject, body = notices._words(kind, User(language=language))
    assert told(f"{subject} {body}") == ""
    assert subject
    assert body


CANARY = "Zibbelquark"


@pytest.fixture
def record(db):
    """A record with the canary in whatever a message might be tempted to name."""
    team = c.cast()
    User.objects.filter(pk__in=[team.maya.pk, team.sam.pk, team.ada.pk]).update(
        name=f"{CANARY} Person", language="de"
    )
    medicine = c.start(name=f"{CANARY}zin", catalogue_id="", purpose=CANARY)
    made = c.suggest(team, team.ada, c.APPROACH, medicine, why=f"{CANARY} says so")
    for one in (team.maya, team.sam, team.ada):
        one.refresh_from_db()
    return team, made


def messages():
    with acting_as(system("deliver")), transaction.atomic():
        return list(Message.objects.all())


@pytest.mark.parametrize("words", Words.values)
def test_a_german_record_full_of_canaries_sends_none(record, words):
    """Every kind of reminder, the plan's word and a phone's code, as they are queued."""
    team, proposal = record
    with acting_as(person(team.maya.pk, second_factor=True)), transaction.atomic():
        for number, kind in enumerate(Kind):
            wish = Wish(
                times=((NOW + timedelta(minutes=number + 1)).time(),),
                channels=("email", "sms", "push"),
                words=Words(words),
            )
            schedules.set_schedule(team.patient, kind=kind, wish=wish, now=NOW)
        addresses.set_phone(team.maya, number="+447700900123", now=NOW)
        again = Proposal.objects.get(pk=proposal.pk)
        people = [team.maya, team.ada]
        plan_notices.tell(again, people=people, purpose="test", now=NOW)
    ticking.tick(at=NOW + timedelta(minutes=20))
    said = messages()
    assert {one.kind for one in said} >= {"checkin", "doses", "plan", "confirm"}
    for one in said:
        text = f"{one.subject} {one.body} {one.address}"
        assert CANARY not in text
        assert told(text) == ""


def test_a_reminder_is_said_in_the_recipients_language(record):
    team, _proposal = record
    with acting_as(person(team.maya.pk, second_factor=False)):
        schedules.set_schedule(
            team.patient,
            kind=Kind.CHECKIN,
            wish=Wish(times=((NOW + timedelta(minutes=1)).time(),)),
            now=NOW,
        )
    ticking.tick(at=NOW + timedelta(minutes=2))
    [asked] = [one for one in messages() if one.kind == "checkin"]
    assert asked.subject == "Eine Nachricht von Ihrem Team"
    assert asked.body.startswith("Zeit für einen kurzen Eintrag, wenn Sie möchten.")


def test_the_words_on_a_devices_screen_have_their_german():
    with translation.override("de"):
        assert (_("Reminder"), _("A reminder you set.")) == (
            "Erinnerung",
            "Eine Erinnerung, die Sie wollten.",
        )


@pytest.mark.django_db
def test_a_letter_about_an_account_is_said_in_its_owners_language(
    mailoutbox, django_capture_on_commit_callbacks
):
    reader = User.objects.create_user("r@example.org", "x" * 20, language="de")
    context = {"user": reader, "password_reset_url": "https://notes.example/x/"}
    with translation.override("en"), django_capture_on_commit_callbacks(execute=True):
        AccountAdapter().send_mail("password_reset_key", reader.email, context)
    [letter] = mailoutbox
    assert letter.subject == "Ein neues Passwort"
