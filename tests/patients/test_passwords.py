"""What a password must be (O3, security.md F6)."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from patients import passwords
from patients.models import User


def refused(password: str, user: User | None = None) -> set[str]:
    try:
        validate_password(password, user)
    except ValidationError as refusal:
        return {error.code for error in refusal.error_list}
    return set()


def test_fifteen_characters_are_enough_and_fourteen_are_not():
    assert refused("k7 moon weather") == set()
    assert refused("k7 moon weathe") == {"too_short"}


@pytest.mark.parametrize(
    "kind",
    [
        "no digits or signs here",
        "🙂 eins zwei drei vier",
        "x1" * 0 + "all lower case words",
    ],
)
def test_no_kind_of_character_is_demanded(kind):
    assert refused(kind) == set()


def test_sixty_four_and_more_characters_are_allowed():
    assert (
        refused("a long sentence that nobody else would ever think of, twice over!")
        == set()
    )
    assert refused("b7" + "quiet lake " * 30) == {"too_long"}


@pytest.mark.parametrize(
    "known",
    [
        "passwordpassword",
        "Password2026!!!!!!",
        "!!!!!password1111",
        "p@ssw0rdp@ssw0rd",
        "1234567890123456789",
        "qwertyuiopasdfghjkl",
        "aaaaaaaaaaaaaaaaaa",
        "abcdefghijklmnopqr",
        "iloveyou-iloveyou",
    ],
)
def test_common_passwords_are_known_in_their_usual_disguises(known):
    assert "common" in refused(known)


def test_a_password_is_not_the_persons_own_name_or_address():
    user = User(name="Maya Raman-Longname", email="maya.raman.longname@example.org")
    assert "about_you" in refused("maya.raman.longname", user)
    assert refused("maya likes seven rivers", user) == set()


@pytest.mark.django_db
def test_with_a_second_factor_eight_characters_are_enough():
    from allauth.mfa.totp.internal import auth

    from tests import factory

    user = factory.user()
    assert refused("k7 moonx", user) == {"too_short"}
    auth.TOTP.activate(user, auth.generate_totp_secret())
    assert refused("k7 moonx", user) == set()
    assert refused("k7 moon", user) == {"too_short"}


def test_the_list_works_without_a_network():
    assert len(passwords._common()) > 19_000
