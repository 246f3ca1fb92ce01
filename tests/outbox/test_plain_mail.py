"""A mail written down at once means what Django's own writing of it means."""

from email import message_from_bytes, policy

import pytest
from django.core.mail import EmailMessage

from careplan.outbox.channels.plain_mail import PlainMail

HEADERS = {
    "Message-ID": "<abc@careplan.example>",
    "Auto-Submitted": "auto-generated",
    "List-Unsubscribe": "<https://careplan.example/l/stop/" + "a" * 90 + "/>",
}


def mail(kind, **changes):
    words = {
        "subject": "A reminder you set",
        "body": "A reminder you set.\n\nhttps://careplan.example/l/abc/\n",
        "from_email": "Reminder <hello@careplan.example>",
        "to": ["maya@sink.example"],
        **changes,
    }
    return kind(headers=HEADERS, **words).message().as_bytes(linesep="\r\n")


def read(raw):
    found = message_from_bytes(raw, policy=policy.default)
    shown = {
        name: " ".join(str(value).split())
        for name, value in found.items()
        if name != "Date"
    }
    return shown, found.get_content().strip().splitlines()


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {
            "subject": "Eine Erinnerung für dich",
            "body": "Zeit für dich, wenn du magst.",
        },
        {"from_email": "Größe <hello@careplan.example>"},
        {"to": ["maya@bücher.example"]},
        {"body": "One line\r\nand another\rand a last"},
        {"body": "x" * 2000},
        {"body": ""},
    ],
)
def test_it_reads_as_djangos_does(changes):
    assert read(mail(PlainMail, **changes)) == read(mail(EmailMessage, **changes))


def test_it_has_a_date_and_ends_its_lines_as_mail_does():
    raw = mail(PlainMail)
    assert b"\r\nDate: " in raw
    assert b"\n" not in raw.replace(b"\r\n", b"")


@pytest.mark.parametrize(
    ("name", "value"),
    [("Message-ID", "<a@b>\nBcc: x@y"), ("Auto-Submitted", "no\nBcc: x@y")],
)
def test_no_header_brings_another_along(name, value):
    plain = PlainMail("s", "b", "a@b.example", ["c@d.example"], headers={name: value})
    with pytest.raises(ValueError, match="header"):
        plain.message()


def test_a_subject_brings_no_header_along():
    with pytest.raises(ValueError, match="header"):
        mail(PlainMail, subject="A reminder\nBcc: x@y")
