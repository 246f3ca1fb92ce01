"""People with a browser each: they open, follow, fill and press what the page shows.

Everybody speaks to one real server, over one Chromium. The clock of the product can be
moved. Everybody signs in by the form once; whoever has been away too long after that is
given a new session, as if they had done so again.
"""

import datetime as dt
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from allauth.mfa.totp.internal import auth as totp
from django.core import mail
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import Browser, Locator, Page

from careplan.checkins import ticking
from patients.models import User
from tests import factory

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
SIDEWAYS = "document.documentElement.scrollWidth - window.innerWidth"
PICTURES = os.environ.get("PICTURES", "")  # a folder to keep pictures in, to look at
DAY = dt.timedelta(days=1)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def code_of(secret: str) -> str:
    """Give the six numbers that an authenticator app shows now."""
    counter = next(iter(totp.yield_hotp_counters_from_time()))
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


class House:
    """The server, the browser and the clock that the people of a journey share."""

    def __init__(self, address: str, browser: Browser, clock: Any) -> None:
        self.address, self.browser, self.clock = address, browser, clock
        self.now = dt.datetime(2026, 11, 23, 10, 0, tzinfo=dt.UTC)
        self.clock.move_to(self.now)
        self.faults: list[str] = []
        self.pictures = 0

    def wait(self, days: int) -> None:
        """Let days pass, with what the tick does each minute done at the end of them."""
        self.now += days * DAY
        self.clock.move_to(self.now)
        ticking.tick()

    def day(self, days: int) -> str:
        """Give a day so many days from now, as a date field takes it."""
        return (self.now + days * DAY).date().isoformat()

    def letter(self, address: str) -> str:
        """Give the words of the newest letter to an address."""
        return next(m.body for m in reversed(mail.outbox) if address in m.to)

    def somebody(self, name: str, email: str, **about: Any) -> "Person":
        """Give a person who has no account yet."""
        return Person(self, name, email, **about)

    def works_here(self, profession: str, name: str) -> "Person":
        """Give a clinician with a practice, a checked profession and a second step."""
        post = factory.clinician(profession, name)
        return self.knows(post.user, second_step=True)

    def knows(self, user: User, *, second_step: bool = False, **about: Any) -> "Person":
        """Give a person who has an account."""
        someone = Person(self, user.name, user.email, **about)
        someone.user = user
        if second_step:
            someone.secret = totp.generate_totp_secret()
            totp.TOTP.activate(user, someone.secret)
        return someone


class Person:
    """Somebody at a page. Every method does what a hand or an eye would do."""

    def __init__(
        self,
        house: House,
        name: str,
        email: str,
        *,
        phone: bool = False,
        scripts: bool = True,
    ) -> None:
        self.house, self.name, self.email, self.secret = house, name, email, ""
        self.user: User | None = None
        self.has_signed_in = False
        self.page = self._browser(phone=phone, scripts=scripts)

    def _browser(self, *, phone: bool, scripts: bool) -> Page:
        context = self.house.browser.new_context(
            base_url=self.house.address,
            viewport=PHONE if phone else DESK,
            has_touch=phone,
            java_script_enabled=scripts,
            reduced_motion="reduce",
        )
        context.set_default_timeout(60_000)
        page = context.new_page()
        page.on("pageerror", lambda error: self._fault(str(error)))
        page.on("console", lambda m: "Policy" in m.text and self._fault(m.text))
        return page

    def _fault(self, words: str) -> None:
        self.house.faults.append(f"{self.name} at {self.page.url}: {words}")

    @property
    def path(self) -> str:
        """Where this person is now."""
        return "/" + self.page.url.split("/", 3)[-1].split("?")[0]

    # Going somewhere

    def opens(self, path: str, status: int = 200) -> "Person":
        """Open an address; sign in first when the page asks for it."""
        answer = self.page.goto(path)
        if "/sign-in/" in self.page.url and "/sign-in/" not in path:
            if not self.has_signed_in:
                self.signs_in()
                if self.page.url.endswith(path):
                    return self._arrived()
            else:
                self._signs_in_again()
            answer = self.page.goto(path)
        assert answer is not None
        assert answer.status == status, f"{answer.status} for {self.name} at {path}"
        return self._arrived()

    def signs_in(self) -> None:
        """Type e-mail and password, and the code where a second step is set up."""
        self.page.get_by_label("E-mail address").fill(self.email)
        self.page.get_by_label("Password", exact=True).fill(factory.PASSWORD)
        self.presses("Sign in")
        if "/code/" in self.page.url:
            self.gives_code("Continue")
        self.has_signed_in = True

    def _signs_in_again(self) -> None:
        """Be given the session that the form would give, with the second step done."""
        client = Client()
        client.force_login(User.objects.get(email=self.email), BACKEND)
        if self.secret:
            session = client.session
            session["account_authentication_methods"] = [{"method": "mfa", "at": 0}]
            session.save()
        key = client.cookies["session"].value
        cookie = {"name": "session", "value": key, "url": self.house.address}
        self.page.context.add_cookies([cookie])

    def gives_code(self, button: str) -> None:
        """Type the numbers of the app. A code works once, so a used one is forgotten."""
        cache.clear()
        self.page.get_by_label(re.compile("^Code")).fill(code_of(self.secret))
        self.presses(button)

    def follows(self, name: str, within: str = "main") -> "Person":
        """Select a link by what it says."""
        found = self._one("link", name, within)
        return self._goes(found.click)

    def presses(self, name: str, within: str = "main") -> "Person":
        """Press a button by what it says."""
        return self._goes(self._one("button", name, within).click)

    def unfolds(self, name: str) -> "Person":
        """Open a part of the page that is folded away."""
        self.page.locator("summary").filter(has_text=name).first.click()
        return self

    def _one(self, role: Any, name: str, within: str) -> Locator:
        place = self.page.locator(within)
        exact = place.get_by_role(role, name=name, exact=True)
        if exact.count():
            return exact.first
        found = place.get_by_role(role, name=name)
        assert found.count(), f"{self.name} finds no {role} {name!r}:\n{self.reads()}"
        return found.first

    def _goes(self, act: Callable[[], None]) -> "Person":
        with self.page.expect_navigation(wait_until="load") as gone:
            act()
        answer = gone.value
        if answer is not None and answer.status >= 400 and answer.status != 422:
            self._fault(f"answered {answer.status}: {self.reads()[:300]}")
        return self._arrived()

    def _arrived(self) -> "Person":
        if (over := self.page.evaluate(SIDEWAYS)) > 0:
            self._fault(f"scrolls {over} px sideways")
        if PICTURES:
            self.picture()
        return self

    def picture(self) -> None:
        """Keep a picture of the whole page."""
        self.house.pictures += 1
        path = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "", self.page.url.split("/", 3)[-1])
        name = re.sub(r"\W+", "_", f"{self.house.pictures:03}_{self.name[:4]}_{path}")
        self.page.screenshot(path=Path(PICTURES) / f"{name[:80]}.png", full_page=True)

    def opens_plan(self, patient: str) -> "Person":
        """As a clinician: caseload, person, plan."""
        return self.opens("/c/caseload/").follows(patient).follows("Plan", ".personnav")

    # Answering

    def writes(self, label: str, words: str) -> "Person":
        """Fill a field by its label."""
        exact = self.page.get_by_label(label, exact=True)
        field = exact if exact.count() else self.page.get_by_label(label)
        field.first.fill(words)
        return self

    def picks(self, label: str, words: str) -> "Person":
        """Pick from a list that folds out."""
        self.page.get_by_label(label).first.select_option(label=words)
        return self

    def chooses(self, words: str, within: str = "main", *, to: bool = True) -> "Person":
        """Select one answer of a question by its label; or take a tick away."""
        place = self.page.locator(within)
        exact = place.get_by_label(words, exact=True)
        box = (exact if exact.count() else place.get_by_label(words)).first
        name = box.get_attribute("id")
        self.page.locator(
            f'label[for="{name}"], label:has([id="{name}"])'
        ).first.click()
        assert box.is_checked() is to, words
        return self

    def starts_a_medicine(
        self, name: str, dose: str, tablets: str, *, on: str, look: str
    ) -> "Person":
        """As a prescriber: fill the form for a first medicine, with how we begin."""
        self.chooses("Another medicine").unfolds("If it is a new medicine")
        self.writes("Name of the new medicine", name)
        self.writes("What it is for", "low mood").writes("Tablets at hand", tablets)
        self.writes("Step 1, from", on).writes("Step 1, dose", dose)
        self.chooses("both together")
        self.writes("What it can bring", "Sleep and work may get better.")
        self.writes("What it can cost", "Feeling sick in the first weeks.")
        self.writes("What they want", "I want to work again.")
        self.writes("Why this way", "Talking alone was not enough.")
        self.writes("Why, in words", "So that you can feel better.")
        self.writes("What they may notice", "You may feel sick for a week.")
        return self.writes("Look at it again on", look)

    # Reading

    def reads(self, within: str = "body") -> str:
        """Give the words that are shown."""
        if within == "body":  # without the waiting that a search for it costs
            return self.page.evaluate("document.body.innerText")
        return self.page.inner_text(within)

    def sees(self, *words: str) -> "Person":
        """Find words on the page; fails with the whole page."""
        shown = " ".join(self.reads().split())
        for word in words:
            assert word in shown, f"{self.name} does not see {word!r}:\n{shown}"
        return self

    def awaits(self, link: str) -> "Person":
        """Wait for a link that a part of the page brings along later."""
        self.page.get_by_role("link", name=link).first.wait_for()
        return self

    def misses(self, *words: str) -> "Person":
        """See that words are not on the page."""
        shown = self.page.content()
        for word in words:
            assert word not in shown, f"{self.name} sees {word!r}"
        return self


def agrees(person: Person) -> None:
    """Read the check page, then say yes."""
    person.follows("Agree to this change").sees("Check before agreeing")
    person.presses("Agree to this change").sees("You agreed")


def own_plan(patient: Person) -> Person:
    """The patient opens her plan from the bar below."""
    return patient.opens("/today/").follows("Plan", within="nav")
