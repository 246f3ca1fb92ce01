"""One day on a phone, in Chromium, with and without JavaScript.

Issue 3: mood, the dose taken, a side effect; a form whose ninth answer needs help; and
looking back at the day. Every act is a tile, a field, a button or a link.
"""

import pytest
from django.db import transaction

from tests.journeys.people import House, Person
from tests.plan import cast

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.enable_socket,
    pytest.mark.django_db(transaction=True),
]


def on_her_phone(house: House, *, scripts: bool) -> Person:
    """Give Maya, on 50 mg since today."""
    with transaction.atomic():
        made = cast.cast()
        cast.on_sertraline(made, now=house.now)
    return house.knows(made.maya, phone=True, scripts=scripts)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_day_on_the_phone(house, scripts):
    """J1, J5, J12, N2, S1, S2: logged in seconds, answered at once, found again."""
    maya = on_her_phone(house, scripts=scripts)
    a_check_in(maya)
    an_answer_that_needs_help(maya)
    looking_back(maya)


def a_check_in(maya: Person) -> None:
    maya.opens("/today/").presses("I took it").sees("Sertraline")
    maya.chooses("Fairly low, 3 of 7").presses("Save and add more")
    maya.chooses("My mouth is dry").chooses(
        "Moderate", within=".fx:has([value=dry_mouth])"
    )
    maya.presses("Save changes").sees("Fairly low")


def an_answer_that_needs_help(maya: Person) -> None:
    """The answer to Continue is the support page itself; the form is kept."""
    maya.follows("Forms", within="body").unfolds("Other forms you can fill in")
    maya.follows("Start PHQ-9").sees("If you are in danger now").presses("Start")
    for number in range(1, 9):
        maya.sees(f"Question {number} of").chooses("Several days").presses("Continue")
    maya.sees("Here is what happens next").chooses("Several days").presses("Continue")
    maya.sees("Are you safe right now?", "I need help now", "I am safe for now")
    maya.sees("Sam Lind", "This is not watched live").follows("Go on with the form")
    maya.chooses("Somewhat difficult").presses("Continue").sees("Check your answers")
    maya.presses("Send to my team").sees("PHQ-9").follows("Back to Today")


def looking_back(maya: Person) -> None:
    """The day says what was logged, and ties the side effect to the start."""
    maya.follows("Journal", within="nav").sees("Fairly low", "My mouth is dry")
    maya.opens(f"/journal/{maya.house.day(0)}/").sees("My mouth is dry", "Sertraline")
    maya.follows("Get support", within="body").sees("Get support")
