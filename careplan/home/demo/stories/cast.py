"""Who is who: invented people in three organisations."""

import datetime as dt
import secrets
from base64 import b32encode
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP

from patients import terms
from patients.models import Administrator, Clinician, Organisation, Profession, User

PASSWORD = "a calm demo for everyone"  # noqa: S105 - the demo's own, printed at start


@dataclass(frozen=True, slots=True)
class SignIn:
    """One person's sign-in, as the demo prints it."""

    name: str
    role: str
    email: str
    password: str
    totp_secret: str = ""


@dataclass(frozen=True, slots=True)
class Cast:
    """The clinicians and the administrator; patients come with their stories."""

    sam: Clinician
    noah: Clinician
    okafor: Clinician
    brandt: Clinician
    admin: User
    sign_ins: tuple[SignIn, ...]


def person(name: str, email: str, *, now: dt.datetime, **about: str) -> User:
    """Make an account whose terms are agreed."""
    user = User.objects.create_user(email, PASSWORD, name=name, **about)
    terms.agree(user, now=now)
    return user


def gather(*, now: dt.datetime) -> Cast:
    """Make two therapists, two prescribers and one administrator."""
    elm = _practice("Elm Street Therapy", now)
    river = _practice("Riverside Psychiatry", now)
    north = _practice("Northgate Community Team", now)
    admin, key = _staff("Alex Reed", "alex@demo.example", "administrator", now)
    Administrator.objects.create(user=admin)
    made = [
        _clinician("Sam Lind", "sam", Profession.THERAPIST, elm, admin, now),
        _clinician("Noah Berger", "noah", Profession.THERAPIST, north, admin, now),
        _clinician("Dr Ada Okafor", "okafor", Profession.PRESCRIBER, river, admin, now),
        _clinician("Dr Lea Brandt", "brandt", Profession.PRESCRIBER, north, admin, now),
    ]
    posts = [post for post, _sign_in in made]
    sign_ins = [sign_in for _post, sign_in in made]
    return Cast(*posts, admin=admin, sign_ins=(*sign_ins, key))


def patient_sign_in(user: User) -> SignIn:
    """Give the sign-in of a patient, who needs no second factor in the demo."""
    return SignIn(user.name, "patient", user.email, PASSWORD)


def _practice(name: str, now: dt.datetime) -> Organisation:
    return Organisation.objects.create(
        name=name,
        country="GB",
        confirmed_at=now,
        reply_hours="weekdays, 9 to 5",
        reply_days=[0, 1, 2, 3, 4],
        reply_from=dt.time(9),
        reply_until=dt.time(17),
        reading_promise="on weekdays by 5pm",
    )


def _clinician(
    name: str,
    short: str,
    profession: str,
    organisation: Organisation,
    admin: User,
    now: dt.datetime,
) -> tuple[Clinician, SignIn]:
    user, sign_in = _staff(name, f"{short}@demo.example", profession, now)
    post = Clinician.objects.create(
        user=user,
        organisation=organisation,
        profession=profession,
        verified_at=now,
        verified_by=admin,
    )
    return post, sign_in


def _staff(name: str, email: str, role: str, now: dt.datetime) -> tuple[User, SignIn]:
    user = person(name, email, now=now)
    secret = b32encode(secrets.token_bytes(20)).decode()
    TOTP.activate(user, secret)
    user.refresh_from_db()
    assert Authenticator.objects.filter(user=user).exists()  # noqa: S101 - a demo's check
    return user, SignIn(name, str(role), email, PASSWORD, secret)
