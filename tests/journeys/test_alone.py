"""Therapy alone and medicine alone, in Chromium: a whole plan each (decisions 2)."""

import pytest

from tests import factory
from tests.journeys.people import House, Person, agrees, own_plan

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.enable_socket,
    pytest.mark.django_db(transaction=True),
]


def two(house: House, profession: str, name: str) -> tuple[Person, Person]:
    """Give Maya with her phone, and the one clinician on her team."""
    record = factory.patient("Maya", time_zone="Europe/London")
    clinician = house.works_here(profession, name)
    factory.member(record, clinician.user.clinician_posts.get())
    return house.knows(record.user, phone=True), clinician


def test_therapy_alone_is_a_whole_plan(house):
    """Decisions 2, L13: no prescriber; two people agree, and nobody else is named."""
    maya, sam = two(house, "therapist", "Sam Lind")
    sam.opens_plan("Maya").unfolds("Suggest another change").follows("How we begin")
    sam.chooses("therapy first").writes("What it can bring", "Sleep may get better.")
    sam.writes("What it can cost", "Time, and some hard talks.")
    sam.writes("What they want", "I want to talk first.")
    sam.writes("Why this way", "It is what she wants.")
    sam.writes("Why, in words", "To begin.").presses("Check before sending")
    sam.presses("Send to Maya")
    maya.opens("/today/").follows("A change to your plan is suggested")
    maya.misses("Prescriber")
    agrees(maya)
    sam.opens_plan("Maya").follows("Details Therapy").follows("Suggest a therapy")
    sam.picks("Kind of therapy", "Cognitive behavioural therapy (individual)")
    sam.writes("What it is about", "worry").writes("Days between sessions", "7")
    sam.writes("Why, in words", "To learn what helps.").presses("Check before sending")
    sam.sees("Give a day to look at this again")
    sam.writes("Look at it again on", house.day(60)).presses("Check before sending")
    sam.presses("Send to Maya")
    maya.opens("/today/").follows("A change to your plan is suggested")
    maya.misses("all three of you")
    agrees(maya)
    sam.opens_plan("Maya").follows("Details Therapy").follows("Give homework")
    sam.writes("What it is", "A card a day").picks("With a worksheet", "Daily card")
    sam.presses("Give it")
    own_plan(maya).follows("Details Therapy").follows("Fill in")
    maya.writes("Day", house.day(0)).writes("Urge to hurt yourself", "0")
    maya.presses("Save").sees("Your therapist can read it")
    maya.writes("Day", house.day(-1)).writes("Urge to hurt yourself", "5")
    maya.presses("Save").sees("Saved. Thank you for telling us.", "Get support")
    house.wait(42)
    sam.opens_plan("Maya").follows("Details Therapy").sees("2 filled in")
    sam.follows("Suggest to end it").writes("Why it ends", "Done.")
    sam.writes("Why, in words", "We are done.").presses("Check before sending")
    sam.presses("Send to Maya")
    maya.opens("/today/").follows("A change to your plan is suggested")
    agrees(maya)
    own_plan(maya).sees("Version 3", "No therapy is in the plan.")
    maya.sees("No medicine is in the plan.")


def test_medicine_alone_is_a_whole_plan(house):
    """Decisions 2: no therapist; start, count tablets, stop for safety, say yes after."""
    maya, ada = two(house, "prescriber", "Dr Ada Okafor")
    day = house.day
    ada.opens("/c/caseload/").follows("Maya").follows("Suggest a change")
    ada.starts_a_medicine("Mirtazapine", "15", "15 half, 30", on=day(0), look=day(28))
    ada.presses("Check before sending").presses("Send to Maya")
    maya.opens("/today/").follows("A change to your plan is suggested")
    maya.sees("Start Mirtazapine").misses("Therapist")
    agrees(maya)
    own_plan(maya).sees("15 mg in the morning").follows("Mirtazapine")
    maya.follows("Count my tablets").writes("Tablets at home", "10")
    maya.writes("Tablets a day", "1").presses("Save").sees("It is time to ask for more")
    house.wait(14)
    ada.opens_plan("Maya").follows("Mirtazapine").unfolds("Suggest a change")
    ada.follows("A new dose, a slow lowering, or a stop").chooses("Stop")
    ada.writes("Step 1, from", day(0)).writes("Step 1, dose", "0")
    ada.writes("Why, in words", "Your blood count fell.")
    ada.writes("Look at it again on", day(7)).unfolds("Start now for safety")
    ada.chooses("Start now for safety")
    ada.writes("The reason it cannot wait", "White cells are low.")
    ada.presses("Check before sending").sees("Started now for safety")
    own_plan(maya).sees("No medicine is in the plan.").opens("/today/")
    maya.follows("A change was started for safety").sees("White cells are low.")
    agrees(maya)
    own_plan(maya).follows("What came before").sees("Mirtazapine", "Your blood count")
