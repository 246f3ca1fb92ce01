"""Three people, each with a browser's worth of requests, on one record over time."""

import re
from datetime import date, datetime, timedelta

from careplan.plan import medications, proposals
from careplan.plan.models import Medication
from tests.plan import cast as c
from tests.plan.test_plan_pages import at, page, signed_in

APPROACH = {
    "choice": "both",
    "benefits": "Sleep and work may get better.",
    "risks": "Feeling sick in the first weeks.",
    "patient_words": "I want to work again.",
    "because": "Talking alone was not enough.",
}


class Hands:
    """The people of one record; a clock that moves; what each reads and sends."""

    def __init__(self, clock, **people) -> None:
        self.clock, self.now = clock, c.NOW
        clock.move_to(self.now, tick=False)
        self.team = c.cast(**people)
        self.sign_in()
        self.people = f"/c/people/{self.team.patient.pk}/"

    def sign_in(self) -> None:
        """Everybody signs in again: a session does not live for days."""
        self.maya = signed_in(self.team.maya)
        self.sam = signed_in(self.team.sam) if self.team.sam else None
        self.ada = signed_in(self.team.ada) if self.team.ada else None

    @property
    def today(self) -> date:
        return self.now.date()

    def day(self, days: int) -> str:
        return (self.today + timedelta(days=days)).isoformat()

    def wait(self, days: int) -> None:
        """Let days pass, with what the tick does each minute done once."""
        self.now = self.now + timedelta(days=days)
        self.clock.move_to(self.now, tick=False)
        self.sign_in()
        medications.start_released_steps(self.now)
        proposals.close_overdue(self.now)
        medications.finish_watches(self.now)

    def at(self, rest: str = "") -> str:
        return at(self.team, rest)

    def reads(self, client, rest: str = "") -> str:
        return page(client, self.at(rest))

    def suggests(self, client, path: str, given: dict) -> str:
        """Fill a form, read both texts, send. Return where the suggestion stands."""
        drafted = client.post(f"{self.people}propose/{path}", given)
        assert drafted.status_code == 302, drafted.content.decode()[:6000]
        assert "What the record says" in page(client, drafted.url)
        sent = client.post(drafted.url, {"send": "1"})
        assert sent.status_code == 302, sent.content.decode()[:6000]
        return sent.url

    def agrees(self, client, suggestion: str) -> None:
        """Read the exact text, then agree to it."""
        read = re.search(
            r'name="read_hash" value="(\w+)"', page(client, f"{suggestion}agree/")
        )
        assert read is not None
        done = client.post(f"{suggestion}agree/", {"read_hash": read[1]})
        assert done.status_code == 302, done.content.decode()[:6000]

    def all_agree(self, suggestion: str, *clients) -> None:
        for client in clients:
            self.agrees(client, suggestion)

    def medicine(self, name: str) -> Medication:
        with self.team.acting(self.team.maya):
            return Medication.objects.get(patient=self.team.patient, name=name)

    def does(self, client, row: Medication, verb: str, **given) -> None:
        done = client.post(self.at(f"medicines/{row.pk}/{verb}/"), given)
        assert done.status_code == 302, done.content.decode()[:6000]

    def releases(self, row: Medication) -> None:
        """The prescriber releases what the medicine's page offers, in one click."""
        words = self.reads(self.ada, f"medicines/{row.pk}/")
        step = re.search(r'name="step" value="([\w-]+)"', words)
        assert step is not None
        self.does(self.ada, row, "release", step=step[1])

    def releases_lowering(self, row: Medication, reason: str) -> None:
        """A lowering's next step: the page with what the check read, and a reason."""
        address = f"{self.people}medicines/{row.pk}/release/"
        assert address in self.reads(self.ada, f"medicines/{row.pk}/")
        assert "No withdrawal check in the last 7 days." in page(self.ada, address)
        assert self.ada.post(address, {"reason": ""}).status_code == 422
        done = self.ada.post(address, {"reason": reason})
        assert done.status_code == 302, done.content.decode()[:6000]


def steps(*rows: tuple[str, str]) -> dict:
    """Rows of the medicine form: a day and a dose each."""
    given = {"step-TOTAL_FORMS": str(len(rows)), "step-INITIAL_FORMS": "0"}
    for place, (day, amount) in enumerate(rows):
        given |= {
            f"step-{place}-not_before": day,
            f"step-{place}-amount": amount,
            f"step-{place}-when": "morning",
        }
    return given


def approach(**more) -> dict:
    return {f"approach-{key}": value for key, value in {**APPROACH, **more}.items()}


def moment(hands: Hands, days: int) -> datetime:
    return hands.now + timedelta(days=days)
