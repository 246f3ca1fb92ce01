"""Letters about an account itself: codes, resets, invitations, notices.

They go straight to the mail server after the commit, not through the outbox: they
carry a secret, and no stored message may hold one (decisions 19). A server that does
not answer must not lose what the person did, so a failure is logged, and the person
can ask for the letter again. No letter holds a clinical word.
"""

import logging
from collections.abc import Sequence
from smtplib import SMTPException

from django.core.mail import EmailMessage
from django.db import transaction

log = logging.getLogger(__name__)


def post(to: str | Sequence[str], subject: str, body: str) -> None:
    """Send one plain letter once the transaction in hand is committed."""
    people = [to] if isinstance(to, str) else list(to)
    letter = EmailMessage(subject=" ".join(subject.split()), body=body, to=people)
    letter.extra_headers["Auto-Submitted"] = "auto-generated"
    transaction.on_commit(lambda: _deliver(letter))


def _deliver(letter: EmailMessage) -> None:
    try:
        letter.send()
    except (SMTPException, OSError):
        # No address and no subject: a log must not say who has an account here.
        log.exception("an account letter could not be sent")
