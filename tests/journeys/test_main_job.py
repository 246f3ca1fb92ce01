"""The main job, end to end, in one go: real PostgreSQL, Valkey, Celery, SMTP, Chromium.

A reminder goes out; its link saves a check-in; therapist and prescriber read it; the
prescriber suggests a dose change; all three agree; the plan moves on; the next side
effect is tied to the change; a private note stays private; an ended membership is 404.
"""

import datetime as dt
import re
import time as wall

import pytest
from django.test import Client
from playwright.sync_api import Page

from careplan.checkins import schedules
from careplan.checkins.models import Kind
from careplan.checkins.schedules import Wish
from careplan.common import clock
from careplan.home.demo.stories.telling import Story, begin
from careplan.home.proofs.sinks import SmtpSink
from careplan.home.proofs.workers import Crew, environment
from careplan.plan.models import Medication, PlanVersion, Signature
from patients.models import User
from tests import factory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.workers,
    pytest.mark.enable_socket,
    pytest.mark.django_db(transaction=True),
]
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
SECRET_WORDS = "Nobody else may read this line"
TELLS_A_STRANGER = re.compile(
    r"therap|mood|depress|medic|dose|clinic|sertral|Maya", re.I
)


@pytest.fixture
def story() -> Story:
    """Maya on 50 mg for a month, with a therapist and a prescriber elsewhere."""
    now = clock.now()
    user = factory.user("Maya Raman", time_zone="Europe/London")
    story = begin(user, now=now, seed=1)
    story.joins(factory.clinician("therapist", "Sam Lind"), days_ago=40)
    story.joins(factory.clinician("prescriber", "Dr Ada Okafor"), days_ago=40)
    step = {"amount": "50", "not_before": story.day(30), "slots": {"morning": "50"}}
    first = story.suggests(
        "prescriber",
        (
            "approach",
            {
                "choice": "both",
                "benefits": "Together they help more people.",
                "risks": "Feeling sick at first.",
                "patient_words": "I want to sleep.",
                "because": "Low mood for months.",
            },
        ),
        (
            "medicine_start",
            {
                "name": "Sertraline",
                "catalogue_id": "sertraline",
                "unit": "mg",
                "purpose": "low mood",
                "steps": [step],
            },
        ),
        days_ago=30,
        why="To lift your mood.",
        look_again_on=story.today,
    )
    story.all_agree(first, days_ago=30)
    return story


@pytest.fixture
def pages(address, chrome):
    """Give a page of a real browser for somebody, or for nobody in particular."""

    def page_of(user: User | None, viewport: dict[str, int]) -> Page:
        context = chrome.new_context(base_url=address, viewport=viewport)
        if user is not None:
            session = signed_in(user).cookies["session"].value
            cookie = {"name": "session", "value": session, "url": address}
            context.add_cookies([cookie])
        return context.new_page()

    return page_of


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": wall.time()}]
    session.save()
    return client


def wait_for(what, seconds: int = 90):
    until = wall.monotonic() + seconds
    while wall.monotonic() < until:
        if found := what():
            return found
        wall.sleep(0.2)
    message = "it never came"
    raise AssertionError(message)


def ask_now(story: Story) -> None:
    """Move the clock of the schedule, not of the house: due in this very minute."""
    soon = clock.now() + dt.timedelta(seconds=1)
    if soon.second > 45:  # the slot is a whole minute: let it be the next one
        wall.sleep(62 - soon.second)
        soon = clock.now()
    at = soon.replace(second=0, microsecond=0).astimezone(story.zone)
    wish = Wish(
        times=(at.time(),), quiet=schedules.QuietHours(dt.time(3), dt.time(3, 1))
    )
    minute_ago = at - dt.timedelta(minutes=1)
    with story.turn(story.patient.user):
        schedules.set_schedule(
            story.patient, kind=Kind.CHECKIN, wish=wish, now=minute_ago
        )


def link_in(mail) -> str:
    body = mail.get_content()
    said = re.sub(r"https?://\S+", "", f"{mail['From']} {mail['Subject']} {body}")
    assert not TELLS_A_STRANGER.search(said)
    return re.search(r"https?://[^/]+(/l/\S+)", body).group(1)


def test_from_reminder_to_the_next_version(story, pages, tmp_path):
    maya, record = story.patient.user, story.patient.pk
    sam, okafor = (story.team[r].user for r in ("therapist", "prescriber"))
    ask_now(story)
    with SmtpSink() as sink:
        env = environment(EMAIL_PORT=str(sink.port), DEBUG="1")
        with Crew(env, tmp_path) as crew:
            crew.worker()
            crew.beat()
            mails = wait_for(
                lambda: [m for m in sink.mails if "/l/" in m.get_content()]
            )
            answer_the_link(pages(None, PHONE), link_in(mails[0]))
            write_a_private_note(pages(maya, PHONE))
            read_by(pages(sam, DESKTOP), record)
            read_by(pages(okafor, DESKTOP), record)
            who_looked(pages(maya, PHONE))
            before = len(sink.mails)
            suggestion = suggest(pages(okafor, DESKTOP), record, story)
            for user, viewport in ((sam, DESKTOP), (maya, PHONE)):
                agree(pages(user, viewport), suggestion)
            wait_for(lambda: len(sink.mails) > before)
    version_is_signed(story)
    assert "75 mg" in text_of(pages(sam, DESKTOP), f"/p/{record}/heads-ups/")
    feel_sick(pages(maya, PHONE))
    assert "50 → 75 mg" in text_of(pages(maya, PHONE), f"/journal/{today(story)}/")
    end_with(pages(maya, PHONE), "Dr Ada Okafor")
    assert pages(okafor, DESKTOP).goto(f"/p/{record}/timeline/").status == 404


def answer_the_link(page: Page, path: str) -> None:
    """Five taps: tile, taken, side effect, strength, save."""
    assert page.goto(path).status == 200
    shown = page.inner_text("body")
    assert "Sertraline" not in shown
    assert "Maya" not in shown
    taps = ('[name=mood][value="5"]', '[name=taken][value="taken"]')
    for tap in (*taps, '[name=effect][value="nausea"]', '[name=strength][value="1"]'):
        page.locator(tap).check(force=True)
    page.get_by_role("button", name="Save", exact=True).click()
    assert "Saved. Thank you." in page.inner_text("body")


def write_a_private_note(page: Page) -> None:
    page.goto("/check-in/")
    page.locator('[name=mood][value="3"]').check(force=True)
    page.locator("details:has([name=note]) > summary").click()
    page.fill("[name=note]", SECRET_WORDS)
    page.locator("[name=private]").check(force=True)
    page.get_by_role("button", name="Save check-in").click()
    page.wait_for_url("**/today/")


def read_by(page: Page, record) -> None:
    """A clinician sees mood, dose and side effect drawn and in words; no private line."""
    for path in ("timeline/", "timeline/table/", "journal/", "plan/"):
        assert page.goto(f"/p/{record}/{path}").status == 200, path
        assert SECRET_WORDS not in page.content(), path
    page.goto(f"/p/{record}/timeline/")
    assert page.locator("svg.chart").count() >= 1
    assert "Sertraline" in page.content()
    words = text_of(page, f"/p/{record}/journal/")
    assert "Fairly good" in words
    assert "Nausea" in words


def who_looked(page: Page) -> None:
    words = text_of(page, "/sharing/looked/")
    assert "Sam Lind" in words
    assert "Dr Ada Okafor" in words


def suggest(page: Page, record, story: Story) -> str:
    with story.turn(story.patient.user):
        medicine = Medication.objects.get(patient=story.patient)
    page.goto(f"/c/people/{record}/propose/medicine/")
    page.locator(f'[name=medication][value="{medicine.pk}"]').check(force=True)
    page.locator('[name=direction][value="raise"]').check(force=True)
    page.fill("[name=step-0-not_before]", today(story))
    page.fill("[name=step-0-amount]", "75")
    page.fill("[name=why]", "Your mood has moved a little. A bit more may help.")
    page.fill("[name=notice]", "You may feel sick for a week or two.")
    page.fill("[name=look_again_on]", story.day(-28))
    page.get_by_role("button", name=re.compile("Check before sending")).click()
    page.wait_for_url("**/check/")
    page.locator("main form button.btn:not(.quiet):not(.plain)").first.click()
    page.wait_for_url("**/plan/proposals/**")
    return re.sub(r"^https?://[^/]+", "", page.url).split("?")[0]


def agree(page: Page, suggestion: str) -> None:
    page.goto(f"{suggestion}agree/")
    assert "75 mg" in page.inner_text("main")
    page.get_by_role("button", name=re.compile("Agree to this change")).click()
    page.wait_for_load_state()


def version_is_signed(story: Story) -> None:
    with story.turn(story.patient.user):
        newest = PlanVersion.objects.filter(patient=story.patient).latest("number")
        assert newest.number == 2
        signed = Signature.objects.filter(version=newest)
        assert {row.hash for row in signed} == {newest.hash}
        assert signed.count() == 3


def feel_sick(page: Page) -> None:
    page.goto("/check-in/")
    page.locator('[name=effects][value="nausea"]').check(force=True)
    page.get_by_role("button", name="Save check-in").click()
    page.wait_for_url("**/today/")


def end_with(page: Page, name: str) -> None:
    page.goto("/sharing/")
    card = page.locator("section, li, article, div.card").filter(has_text=name).last
    card.get_by_role("link", name=re.compile("Stop")).click()
    page.get_by_role("button", name=re.compile("Stop sharing")).click()
    page.wait_for_load_state()


def text_of(page: Page, path: str) -> str:
    assert page.goto(path).status == 200, path
    return page.inner_text("body")


def today(story: Story) -> str:
    return story.today.isoformat()
