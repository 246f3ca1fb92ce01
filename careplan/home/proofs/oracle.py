"""Proof: an answer tells nobody whether something is there (A2, F5).

Somebody else's object and one that never was; an address that has an account and one
that has not. Compared: status, bytes, and the time it takes, in turn and at random.
"""

from __future__ import annotations

import random
import re
import secrets
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import uuid4

from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.test.utils import override_settings

from careplan.common.identity import acting_as, person
from careplan.home.proofs.plan_edits import client_of
from careplan.home.proofs.record import Ask, Proof
from patients import invitations, people
from patients.models import Invitation, Patient, User

FULL = 1_000
WAIT = ("reset", "sign-up")  # as long for any address, whatever the work was
CLOSE = 5.0  # ms between the medians of somebody's and nobody's
GUESS = 0.55  # how often a look at the clock may guess right
SECRET = "seven green rivers run"  # noqa: S105 - of people who are made for this
TO_NOWHERE = "django.core.mail.backends.dummy.EmailBackend"
PLAIN = settings.STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
VARIES = re.compile(
    rb'(csrfmiddlewaretoken" value|nonce|csrf-token" content)="[^"]*"|[\w.]+@sink\.example'
)


@dataclass
class Side:
    """What came back for one of two kinds of request."""

    times: list[float] = field(default_factory=list)
    said: set[tuple[int, bytes]] = field(default_factory=set)


Act = Callable[[], tuple[int, bytes]]


def run(ask: Ask) -> Proof:
    """Ask each pair `size` times on each side, in an order the dice choose."""
    proof = Proof(
        name="oracle",
        about="The same question about what is there and what is not, in random order,"
        " through the HTTP door. Guess: how often a look at a clock tells which of two"
        " answers it was (0.5 is a coin). The clock is the processor's; for reset and"
        " sign-up, which wait, that on the wall.",
        columns=("what", "each", "answers differ", "ms there", "ms not there",
                 "medians apart", "guess", "promised"),
    )  # fmt: skip
    dice = random.Random(ask.seed)  # noqa: S311 - an order that can be repeated
    size = ask.size or FULL
    with override_settings(EMAIL_BACKEND=TO_NOWHERE, STORAGES=PLAIN):
        for name, (there, absent, by_guess) in pairs().items():
            if ask.wants(name):
                _asked(proof, name, (there, absent), size, dice, by_guess=by_guess)
                ask.say(" | ".join(str(cell) for cell in proof.rows[-1]))
    return proof


def pairs() -> dict[str, tuple[Act, Act, bool]]:
    """Lay out two records and somebody with an account; give what is compared."""
    maya, noor = _record("Maya"), _record("Noor")
    client, entry = client_of(maya.user), _entry(noor)
    known, used = noor.user.email, _used(noor.user)
    return {
        "record": (
            lambda: _get(client, f"/p/{noor.pk}/plan/"),
            lambda: _get(client, f"/p/{uuid4()}/plan/"),
            False,
        ),
        "entry": (
            lambda: _get(client, f"/check-in/{entry}/"),
            lambda: _get(client, f"/check-in/{uuid4()}/"),
            False,
        ),
        "sign-in": (lambda: _sign_in(known), lambda: _sign_in(_nobody()), True),
        "reset": (lambda: _reset(known), lambda: _reset(_nobody()), True),
        "sign-up": (lambda: _sign_up(known), lambda: _sign_up(_nobody()), True),
        # Who invites learns nothing about the address; an invented link is a used one.
        "invite": (
            lambda: _invite(client, known),
            lambda: _invite(client, _nobody()),
            True,
        ),
        "link": (
            lambda: _get(Client(SERVER_NAME=client_host()), f"/invite/{used}/"),
            lambda: _get(Client(SERVER_NAME=client_host()), f"/invite/{_token()}/"),
            False,
        ),
    }


def client_host() -> str:
    return str(settings.ALLOWED_HOSTS[0])


def _token() -> str:
    return secrets.token_urlsafe(32)


def _used(by: User) -> str:
    """Make an invitation that was taken back; give what its letter held."""
    token, now = _token(), datetime.now(UTC)
    Invitation.objects.create(
        token_hash=invitations.hashed(token),
        email=_nobody(),
        role="therapist",
        invited_by=by,
        expires_at=now + invitations.LASTS,
        withdrawn_at=now,
        created_at=now - invitations.LASTS,
    )
    return token


def _invite(client: Client, email: str) -> tuple[int, bytes]:
    answer = client.post("/sharing/invite/", {"email": email, "role": "therapist"})
    return answer.status_code, answer.headers.get("Location", "").encode()


def _record(name: str) -> Patient:
    email = f"{name.lower()}{uuid4().hex[:8]}@sink.example"
    user = User.objects.create_user(email, SECRET, name=name)
    return people.register_patient(user, now=datetime.now(UTC), time_zone="UTC")


def _entry(patient: Patient) -> object:
    now, model = datetime.now(UTC), apps.get_model("journal.Entry")
    row = model(
        patient=patient, client_id=uuid4(), local_date=now.date(), occurred_at=now,
        written_at=now, zone="UTC", mood=3,
    )  # fmt: skip
    with acting_as(person(patient.user_id, second_factor=False)), transaction.atomic():
        row.save(force_insert=True)
    return row.pk


def _nobody() -> str:
    return f"x{uuid4().hex[:12]}@sink.example"


def _get(client: Client, path: str) -> tuple[int, bytes]:
    answer = client.get(path)
    return answer.status_code, VARIES.sub(b"", answer.content)


def _post(path: str, **data: str) -> tuple[int, bytes]:
    client = Client(SERVER_NAME=settings.ALLOWED_HOSTS[0])
    answer = client.post(path, data)
    said = answer.content + answer.headers.get("Location", "").encode()
    return answer.status_code, VARIES.sub(b"", said)


def _sign_in(email: str) -> tuple[int, bytes]:
    return _post("/sign-in/", login=email, password="not the password at all")  # noqa: S106


def _reset(email: str) -> tuple[int, bytes]:
    return _post("/password/reset/", email=email)


def _sign_up(email: str) -> tuple[int, bytes]:
    about = {"name": "Somebody", "email": email, "password1": "seven green rivers"}
    return _post("/sign-up/", **about, adult="on", agrees="on")


def _asked(
    proof: Proof,
    name: str,
    acts: tuple[Act, Act],
    size: int,
    dice: random.Random,
    *,
    by_guess: bool,
) -> None:
    sides = (Side(), Side())
    order = [0, 1] * size
    dice.shuffle(order)
    for act in acts:  # what is made at the first use is nobody's difference
        act()
    clock = time.perf_counter if name in WAIT else time.process_time
    for which in order:
        _as_at_first()
        began = clock()
        said = acts[which]()
        sides[which].times.append((clock() - began) * 1000)
        sides[which].said.add(said)
    there, absent = (statistics.median(side.times) for side in sides)
    differ = len(sides[0].said | sides[1].said) - 1
    guess = right(sides[0].times, sides[1].times)
    promised = f"guess {GUESS} at most" if by_guess else f"{CLOSE:.0f} ms apart at most"
    proof.rows.append(
        (name, size, differ, f"{there:.2f}", f"{absent:.2f}",
         f"{abs(there - absent):.2f} ms", f"{guess:.3f}", promised)
    )  # fmt: skip
    close = guess <= GUESS if by_guess else abs(there - absent) <= CLOSE
    proof.held = proof.held and not differ and close


def _as_at_first() -> None:
    """Forget what counts tries, which is not what is compared here."""
    cache.clear()
    sent = Invitation.objects.filter(email__endswith="@sink.example", withdrawn_at=None)
    sent.delete()


def right(one: list[float], other: list[float]) -> float:
    """How often the larger of two times tells the side: the area under the curve."""
    ranked = sorted([(t, 0) for t in one] + [(t, 1) for t in other])
    ranks = sum(place for place, (_t, side) in enumerate(ranked, start=1) if side == 0)
    area = (ranks - len(one) * (len(one) + 1) / 2) / (len(one) * len(other))
    return max(area, 1 - area)
