"""The whole way in three people's hands, in Chromium, over most of a year.

Issue 4: a record begins, two are invited, both treatments are agreed, a raise is
released step by step, homework is done, a slow lowering is held and goes on to the last
dose, the watch after it ends. Every act is a link, a field or a button on a page.
"""

import re

import pytest

from tests import factory
from tests.journeys.people import House, Person, agrees, own_plan

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.enable_socket,
    pytest.mark.django_db(transaction=True),
]


class Team:
    """Maya with her phone, Sam and Ada at their desks, each in a practice of their own."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.maya = house.somebody("Maya Raman", "maya@example.org", phone=True)
        self.sam = house.works_here("therapist", "Sam Lind")
        self.ada = house.works_here("prescriber", "Dr Ada Okafor")


@pytest.fixture
def team(house) -> Team:
    return Team(house)


def test_first_visit_to_the_end_of_a_taper(team):
    """L1, L10, L13, R2-R5, N4, T1, T10 in three people's hands."""
    a_record_begins(team)
    they_say_yes(team)
    a_medicine_starts(team)
    therapy_starts(team)
    the_dose_is_raised(team)
    therapy_happens(team)
    the_dose_is_lowered(team)
    the_last_dose(team)
    therapy_ends(team)


def a_record_begins(team: Team) -> None:
    maya = team.maya
    maya.opens("/").follows("Register")
    maya.writes("Your name", maya.name).writes("E-mail address", maya.email)
    maya.writes("Choose a password", factory.PASSWORD)
    maya.chooses("I am 18 or older").chooses("I agree to the terms")
    maya.presses("Open my account")
    code = re.search(r"code is (\S+)", team.house.letter(maya.email))[1]
    maya.writes("Code from the e-mail", code).presses("Continue")
    maya.sees("Step 1 of 6").writes("What should we call you?", "Maya")
    maya.presses("Continue").sees("Who is on your team?")
    maya.writes("Your therapist's e-mail address", team.sam.email)
    maya.writes("E-mail address of the person who prescribes", team.ada.email)
    maya.presses("Continue").chooses("Yes, they may").presses("Continue")
    maya.presses("Continue").presses("Continue").presses("Continue")
    maya.sees("How is your mood right now?")


def they_say_yes(team: Team) -> None:
    for invited in (team.sam, team.ada):
        letter = team.house.letter(invited.email)
        invited.opens(re.search(r"https?://[^/]+(/invite/\S+)", letter)[1])
        invited.follows("Sign in").signs_in()
        invited.sees("Maya invites you").presses("Yes, I accept")
        invited.sees("1 person")


def a_medicine_starts(team: Team) -> None:
    """A goal in her words, one medicine; nothing is in the plan before all agree."""
    maya, ada, day = team.maya, team.ada, team.house.day
    maya.follows("Plan", within="nav").follows("Details What I want")
    maya.follows("Add a goal").writes("What would you like more of?", "Work again")
    maya.presses("Save").sees("It is in your plan now")
    ada.follows("Maya").follows("Suggest a change")
    ada.starts_a_medicine("Sertraline", "50", "25 half, 50", on=day(0), look=day(28))
    ada.presses("Check before sending").sees("What the record says")
    ada.presses("Send to Maya and Sam Lind").sees("Nothing changes until it is agreed")
    they_agree(team)
    own_plan(team.maya).sees("Version 2", "50 mg in the morning")


def they_agree(team: Team) -> None:
    """The therapist by the inbox, the patient by the card on Today."""
    maya, sam = team.maya, team.sam
    sam.opens("/c/inbox/").follows("Read and answer")
    agrees(sam)
    maya.opens("/today/").sees("Nothing changes unless you agree")
    maya.follows("A change to your plan is suggested")
    agrees(maya)


def therapy_starts(team: Team) -> None:
    """A course of therapy, agreed by all three in the same plan."""
    maya, sam, ada = team.maya, team.sam, team.ada
    sam.opens_plan("Maya").follows("Details Therapy").follows("Suggest a therapy")
    sam.picks("Kind of therapy", "Cognitive behavioural therapy (individual)")
    sam.writes("What it is about", "worry").writes("Days between sessions", "7")
    sam.writes("Planned sessions", "12").writes("Why, in words", "To learn what helps.")
    sam.presses("Check before sending").sees("has a dose step on")
    sam.presses("Send to Maya and Dr Ada Okafor")
    ada.opens("/c/inbox/").follows("Read and answer")
    agrees(ada)
    maya.opens("/today/").follows("A change to your plan is suggested")
    agrees(maya)
    for person in (own_plan(team.maya), sam.opens_plan("Maya"), ada.opens_plan("Maya")):
        person.sees("Sertraline", "50 mg in the morning", "Work again")
        person.sees("Cognitive behavioural therapy (individual)")


def the_dose_is_raised(team: Team) -> None:
    """A question first; the first step starts on agreement, the next when released."""
    maya, ada, day = team.maya, team.ada, team.house.day
    team.house.wait(28)
    ada.opens_plan("Maya").follows("Sertraline").unfolds("Suggest a change")
    ada.follows("A new dose, a slow lowering, or a stop").chooses("Raise")
    ada.writes("Step 1, from", day(0)).writes("Step 1, dose", "75")
    ada.writes("Step 2, from", day(14)).writes("Step 2, dose", "100")
    ada.writes("Why, in words", "It helps a little. A bit more may help more.")
    ada.writes("Look at it again on", day(28))
    ada.presses("Check before sending").presses("Send to Maya and Sam Lind")
    maya.opens("/today/").follows("A change to your plan is suggested")
    maya.follows("Ask a question first").writes("Your question", "Will I sleep?")
    maya.presses("Send question").sees("Nothing changes while it is open")
    ada.opens("/c/inbox/").sees("Question for you").follows("Answer")
    ada.follows("Sertraline from 50 mg to 100 mg").sees("Will I sleep?")
    ada.writes("Your answer", "Most people do.").presses("Send answer")
    own_plan(team.maya).sees("50 mg in the morning")
    they_agree(team)
    maya.opens("/today/").follows("From today: Sertraline 75 mg")
    maya.sees("75 mg in the morning").presses("OK")
    team.house.wait(14)
    own_plan(team.maya).sees("75 mg in the morning")
    ada.opens_plan("Maya").follows("Sertraline").presses("Release the next step")
    ada.sees("Released: 100 mg")
    own_plan(team.maya).sees("100 mg in the morning")


def therapy_happens(team: Team) -> None:
    """A session planned and marked; homework filled in and looked at together."""
    maya, sam, day = team.maya, team.sam, team.house.day
    sam.opens_plan("Maya").follows("Details Therapy").follows("Plan a session")
    sam.writes("Day", day(0)).writes("Time, where the patient lives", "08:00")
    sam.chooses("in person").presses("Plan it")
    sam.follows("Give homework").writes("What it is", "Thoughts at work")
    sam.picks("With a worksheet", "Thought record").presses("Give it")
    maya.opens("/today/").follows("Plan", within="nav").follows("Details Therapy")
    maya.follows("Fill in").writes("What was happening?", "At work")
    maya.writes("What went through your mind?", "I will fail").presses("Save")
    maya.sees("I will fail")
    sam.opens_plan("Maya").follows("Details Therapy").presses("took place")
    sam.follows("Thoughts at work").sees("I will fail")
    sam.follows("Therapy", within="body").presses("Looked at together")
    own_plan(team.maya).follows("Details Therapy").sees("Looked at together")


def the_dose_is_lowered(team: Team) -> None:
    """One signed object; each step released by hand; Maya holds once and goes on."""
    maya, ada, day = team.maya, team.ada, team.house.day
    team.house.wait(120)
    ada.opens_plan("Maya").follows("Sertraline").unfolds("Suggest a change")
    ada.follows("A new dose, a slow lowering, or a stop").chooses("Stop")
    ada.writes("Step 1, from", day(0)).writes("Step 1, dose", "50")
    ada.writes("Step 2, from", day(28)).writes("Step 2, dose", "25")
    ada.presses("Add a step").writes("Step 3, from", day(56)).writes(
        "Step 3, dose", "0"
    )
    ada.unfolds("When lowering slowly")
    ada.writes("We hold when", "Two bad weeks.")
    ada.writes("We go back a step when", "Low mood for a week.")
    ada.writes("We keep watching until", day(240))
    ada.writes("Days at least between steps", "28")
    ada.writes("Why, in words", "You have been well for months.")
    ada.writes("What they may notice", "Dizzy days, and dreams.")
    ada.writes("Look at it again on", day(30))
    ada.presses("Check before sending").sees("No therapy session is planned within")
    ada.writes("Why you go on although", "Sam sees her whenever she asks.")
    ada.presses("Check before sending").sees("arithmetic, not advice")
    ada.sees("because: Sam sees her whenever she asks.")
    ada.presses("Send to Maya and Sam Lind").sees("Slowly stop sertraline")
    they_agree(team)
    own_plan(team.maya).sees("50 mg in the morning").follows("Sertraline")
    maya.presses("Not now, hold at 50 mg").sees("Holding is a normal part")
    team.house.wait(28)
    own_plan(team.maya).sees("50 mg in the morning", "Held")
    ada.opens_plan("Maya").follows("Sertraline").misses("Look at the next step")
    ada.presses("End the hold")
    releases(ada, "Steady for two weeks, seen today.")
    own_plan(team.maya).sees("25 mg in the morning")


def releases(ada: Person, reason: str) -> None:
    """The page with what the check read; it asks for a reason and takes one."""
    ada.follows("Look at the next step").sees("What the check reads")
    ada.writes("Why you release it now", reason).presses("Release this step")


def the_last_dose(team: Team) -> None:
    """After the last dose the medicine is past, with its reason, and the watch is not."""
    maya, ada = team.maya, team.ada
    team.house.wait(28)
    ada.opens_plan("Maya").follows("Sertraline")
    releases(ada, "Steady, seen today.")
    own_plan(team.maya).sees("Stopped", "We keep watching until")
    maya.follows("What came before").sees("Sertraline", "You have been well for months")
    team.house.wait(185)
    own_plan(team.maya).sees("No medicine is in the plan.")
    maya.follows("What came before").follows("Sertraline").sees("Stopped")
    maya.misses("We keep watching", "I am thinking of stopping")


def therapy_ends(team: Team) -> None:
    """The course ends by agreement too, and any two versions compare in words."""
    maya, sam, ada = team.maya, team.sam, team.ada
    sam.opens_plan("Maya").follows("Details Therapy").follows("Suggest to end it")
    sam.writes("Why it ends", "She knows what helps.")
    sam.writes("Why, in words", "We are done.").presses("Check before sending")
    sam.presses("Send to Maya and Dr Ada Okafor")
    ada.opens("/c/inbox/").follows("Read and answer")
    agrees(ada)
    maya.opens("/today/").follows("A change to your plan is suggested")
    agrees(maya)
    own_plan(team.maya).sees("Version 6", "No therapy is in the plan.")
    maya.follows("Past versions").sees("Version 6", "Version 1")
