"""The texts somebody agrees to, by version, and that she did."""

import datetime as dt
from collections.abc import Mapping

from patients.models import ConsentText, TermsAnswer, User

Kind = ConsentText.Kind
VERSION = "2026-11"

TEXTS: Mapping[str, str] = {
    Kind.TERMS: (
        "You keep a care plan here with the people you choose. It is not for"
        " emergencies, and nobody watches it live. It gives no advice and makes no"
        " diagnosis. You can leave at any time and take your data with you."
    ),
    Kind.PROCESSING: (
        "We keep what you write about your health so that you, and only the people you"
        " choose, can read it. We do not sell it, show advertising or use it for"
        " anything else. You can see who looked, stop sharing at any time, download"
        " everything, and have it erased."
    ),
}


def agree(user: User, *, now: dt.datetime) -> None:
    """Write down that `user` agrees to the present version of both texts."""
    for kind, body in TEXTS.items():
        ConsentText.objects.get_or_create(
            kind=kind, version=VERSION, defaults={"body": body}
        )
        TermsAnswer(user=user, kind=kind, version=VERSION, given_at=now).save(
            force_insert=True
        )


def agreed(user: User) -> bool:
    """Say whether `user` has agreed to the present version of every text."""
    given = TermsAnswer.objects.filter(user=user, version=VERSION)
    return set(given.values_list("kind", flat=True)) >= set(TEXTS)
