"""A concern from ask to end, in Chromium, while the patient opens and closes doors.

Issue 7: Maya, her therapist and her prescriber work in three different places. Nobody
may talk before she says so; what she narrows or ends is gone on the next request.
"""

import pytest
from django.db import transaction

from tests.journeys.people import House, Person, agrees
from tests.plan import cast

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.enable_socket,
    pytest.mark.django_db(transaction=True),
]
TALK = "Change this Talking with each other"


class Team:
    """Maya on 50 mg, agreed by the three of them, with nothing said about talking."""

    def __init__(self, house: House) -> None:
        self.house = house
        with transaction.atomic():
            made = cast.cast()
            cast.on_sertraline(made, now=house.now)
        self.maya = house.knows(made.maya, phone=True)
        self.sam = house.knows(made.sam, second_step=True)
        self.ada = house.knows(made.ada, second_step=True)
        self.record = f"/p/{made.patient.pk}"


@pytest.fixture
def team(house) -> Team:
    return Team(house)


def test_a_concern_goes_from_ask_to_closed(team):
    """N6, P9, P10: raised, answered, read, closed by a version; consent at each turn."""
    no_answer_means_no(team)
    concern = asked_and_answered(team)
    she_narrows_what_ada_sees(team)
    she_forbids_and_allows_talking(team, concern)
    a_version_closes_it(team, concern)
    she_stops_sharing(team, concern)


def messages_of_maya(clinician: Person) -> Person:
    clinician.opens("/c/caseload/").follows("Maya Raman")
    return clinician.follows("Messages", within=".personnav")


def sharing(maya: Person) -> Person:
    return maya.opens("/today/").follows("Sharing and privacy", within="body")


def says_about_talking(maya: Person, answer: str) -> None:
    sharing(maya).follows(TALK).chooses(answer).presses("Save")
    maya.sees("The change starts at once")


def no_answer_means_no(team: Team) -> None:
    messages_of_maya(team.sam).follows("Ask a question")
    team.sam.sees("has not said yes to their clinicians talking with each other")
    assert not team.sam.page.get_by_label("Your question").count()
    sharing(team.maya).sees("Until you do, they may not.")


def asked_and_answered(team: Team) -> str:
    """Sam asks Ada; Ada answers from her inbox; Maya reads it and adds a word."""
    maya, sam, ada = team.maya, team.sam, team.ada
    says_about_talking(maya, "Yes, they may")
    messages_of_maya(sam).follows("Ask a question")
    sam.writes("Your question", "She sleeps badly since the change. Is that the dose?")
    sam.chooses("Dr Ada Okafor").presses("Send").sees("It is with Dr Ada Okafor now")
    concern = sam.path
    ada.opens("/c/inbox/").sees("Concern").follows("Answer")
    ada.sees("She sleeps badly since the change", "Maya Raman can read and answer this")
    ada.writes("Your answer", "It may be. Let us look together.").presses("Send answer")
    maya.opens("/today/").follows("Messages", within="nav")
    maya.follows("She sleeps badly").sees("Let us look together.")
    maya.writes("Your answer", "I wake at four.").presses("Send answer")
    sam.opens(concern).sees("I wake at four.")
    return concern


def she_narrows_what_ada_sees(team: Team) -> None:
    """One tick less: the medicine stays open, the journal's mood is not there."""
    maya, ada = team.maya, team.ada
    maya.opens("/today/").chooses("Low, 2 of 7").presses("Save")
    ada.opens(f"{team.record}/journal/").sees("Low")
    sharing(maya).follows("Change what Dr").chooses("Mood and sleep", to=False)
    maya.presses("Save").sees("The change starts at once")
    ada.opens(f"{team.record}/journal/").misses("Low")
    ada.opens(f"{team.record}/plan/").sees("Sertraline")


def she_forbids_and_allows_talking(team: Team, concern: str) -> None:
    """A no closes the conversation to both of them; her own reading stays."""
    says_about_talking(team.maya, "No")
    team.sam.opens(concern, status=404)
    team.ada.opens(concern, status=404)
    team.maya.opens(concern).sees("I wake at four.")
    says_about_talking(team.maya, "Yes, they may")
    team.ada.opens(concern).sees("I wake at four.")


def a_version_closes_it(team: Team, concern: str) -> None:
    """Ada suggests a change from the concern; when all agree it ends by itself."""
    maya, sam, ada, day = team.maya, team.sam, team.ada, team.house.day
    ada.opens(concern).follows("Suggest a change of plan")
    ada.chooses("Sertraline").chooses("Lower")
    ada.writes("Step 1, from", day(0)).writes("Step 1, dose", "25")
    ada.writes("Why, in words", "You wake early. A bit less may help you sleep.")
    ada.writes("Look at it again on", day(28)).presses("Check before sending")
    ada.presses("Send to Maya Raman and Sam Lind")
    sam.opens("/c/inbox/").follows("Read and answer")
    agrees(sam)
    maya.opens("/today/").follows("A change to your plan is suggested")
    agrees(maya)
    for person in (maya, sam, ada):
        person.opens(concern).sees("Open this again")
    sam.awaits("See it on the timeline").sees("Since then", "Timing is not proof")
    sam.follows("See it on the timeline").sees("Timing is not proof")


def she_stops_sharing(team: Team, concern: str) -> None:
    """Three consequences are said first; then the record is not there for Sam."""
    maya, sam = team.maya, team.sam
    sharing(maya).follows("Stop sharing with Sam")
    maya.sees("What they stop seeing", "What they keep", "What it means for your plan")
    maya.presses("Stop sharing with Sam").sees("You stopped sharing with Sam")
    for path in (concern, f"{team.record}/plan/", f"{team.record}/timeline/"):
        sam.opens(path, status=404)
    sam.opens("/c/caseload/").misses("Maya Raman")
    team.ada.opens(f"{team.record}/plan/").sees("25 mg")
