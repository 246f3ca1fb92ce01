"""The plan's pages in Chromium beside mock-ups 3 and 13; on paper; without JavaScript."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone

from careplan.plan import therapies, visits
from careplan.plan.models import EarlySign, Proposal, TherapyCourse
from careplan.plan.proposals import Change
from tests.looking import PICTURES, barriers, looked_at
from tests.plan import cast as c
from tests.plan.test_plan_pages import signed_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.enable_socket,
    pytest.mark.django_db(transaction=True),
]
LOOKS = [(1440, "light"), (390, "dark"), (320, "light")]
CBT = {
    "type_id": "cbt", "name": "Cognitive behavioural therapy", "focus": "worry",
    "every_days": 7, "planned_sessions": 12, "how_between": "Worry time",
}  # fmt: skip


def taper(row, today) -> Change:
    days = [today + timedelta(days=n) for n in (9, 37, 65)]
    doses = zip(("25", "12.5", "0"), days, strict=True)
    return c.new_dose(
        row, *(c.step(dose, day) for dose, day in doses), kind="taper",
        hold_rule="We wait when sleep is much worse for a week.",
        step_back_rule="We go back a step when daily life is hard.",
        watch_until=(today + timedelta(days=240)).isoformat(), min_interval_days=28,
        faster_because="",
    )  # fmt: skip


def own_parts(team) -> None:
    for words in ("Work three full days", "See my sister each month", "Paint again"):
        c.own(team, "goal", words=words, small_steps=["Ask", "Try once"])
    for kind, aim in (("sleep", "In bed by eleven"), ("movement", "Walk at noon")):
        c.own(team, "practice", kind=kind, aim=aim, first_step="Tomorrow", who_helps="")
    for words in ("I stop calling friends", "I wake at four", "I skip meals"):
        c.own(
            team, "early_sign", words=words, level="early", i_do="Call Priya, walk",
            therapist_does="Meet within a week", prescriber_does="Look at sleep",
            tied_to="sleep_below:6",
        )  # fmt: skip
    c.own(
        team, "staying_well", when_well="I cook and laugh.", learned="Rest is not lazy.",
        helped="Walking with Sam.", keep_doing="Mornings outside.",
        sets_off="Deadlines.", call_when="Two bad weeks.",
    )  # fmt: skip
    c.own(
        team, "safety_plan",
        lines={"signs": ["I go silent"], "alone": ["Shower"], "safer": ["No stock"]},
        people=[
            {"kind": "person", "name": "Priya", "phone": "0123"},
            {"kind": "professional", "name": "Dr Ada Okafor", "phone": "0456"},
        ],
    )  # fmt: skip


def told() -> tuple[c.Cast, dict[str, str]]:
    """A plan with everything in it, and a taper waiting for answers."""
    team = c.cast()
    with transaction.atomic():  # an identity lasts for a transaction
        return team, story(team)


def story(team) -> dict[str, str]:
    """Write it all, and say where each page is."""
    now = timezone.now()
    row = c.on_sertraline(team)
    c.all_agree(team, c.suggest(team, team.sam, Change("therapy_start", CBT)))
    phase = Change("phase", {"phase": "heal", "because": "Better for two months."})
    c.all_agree(team, c.suggest(team, team.sam, phase))
    own_parts(team)
    asked = c.suggest(
        team, team.ada, taper(row, now.date()), now=now, reply_by=None,
        notice="You may feel dizzy for a week. It passes.", pause="Tell us any time.",
    )  # fmt: skip
    with team.acting(team.sam) as by:
        course = TherapyCourse.objects.get()
        card = therapies.give_homework(
            course, by=by, title="Diary card", catalogue_form="diary_card", now=now
        )
        therapies.plan_session(course, by=by, starts_at=now, now=now)
        form = therapies.build_form(
            team.patient.pk, by=by, name="Crowds", now=now,
            fields=[{"key": "a", "label": "Where?", "type": "text"}],
        )  # fmt: skip
        therapies.give_homework(
            course, by=by, title="Go to a shop", own_form=form, now=now
        )
    with team.acting(team.maya) as by:
        therapies.fill_sheet(card, by=by, values={"urge_self_harm": 0}, now=now)
        therapies.tell_worry(
            patient_id=team.patient.pk, by=by, kind="fear", words="Will I be flat?",
            now=now,
        )  # fmt: skip
        sign = EarlySign.objects.first()
    with team.acting(team.ada) as by:
        visit = visits.plan_visit(
            team.patient, by=by, starts_at=now + timedelta(days=3), now=now
        )
    plan, people = f"/p/{team.patient.pk}/plan/", f"/c/people/{team.patient.pk}/"
    return {
        "plan": plan,
        "print": f"{plan}print/",
        "versions": f"{plan}versions/",
        "version": f"{plan}versions/2/",
        "compare": f"{plan}versions/1/compare/9/",
        "medicine": f"{plan}medicines/{row.pk}/",
        "goals": f"{plan}goals/",
        "habits": f"{plan}practices/",
        "staying-well": f"{plan}staying-well/",
        "safety": f"{plan}safety/",
        "therapy": f"{plan}therapy/",
        "homework": f"{plan}therapy/homework/{card.pk}/",
        "worries": f"{plan}worries/",
        "history": f"{plan}history/",
        "proposal": f"{plan}proposals/{asked.pk}/",
        "prepare": f"/p/{team.patient.pk}/visits/{visit.pk}/prepare/",
        "maya:agree": f"{plan}proposals/{asked.pk}/agree/",
        "maya:goal": f"{plan}own/goal/",
        "maya:sign-tie": f"{plan}signs/{sign.pk}/shown-by/",
        "maya:safety-edit": f"{plan}own/safety_plan/",
        "sam:agree": f"{plan}proposals/{asked.pk}/agree/",
        "sam:build": f"{people}therapy/{course.pk}/forms/new/",
        "sam:give": f"{people}therapy/{course.pk}/homework/",
        "sam:suggest-therapy": f"{people}propose/therapy_start/",
        "ada:suggest": f"{people}propose/medicine/?medicine={row.pk}",
        "ada:suggest-phase": f"{people}propose/phase/",
        "ada:hold": f"{people}propose/medicine/{row.pk}/hold/",
    }


@pytest.fixture
def opens(address, chrome):
    def open_for(user, **more):
        context = chrome.new_context(reduced_motion="reduce", **more)
        cookie = signed_in(user).cookies["session"].value
        context.add_cookies([{"name": "session", "value": cookie, "url": address}])
        return context.new_page(), address

    return open_for


@pytest.mark.parametrize("who", ["maya", "sam", "ada"])
def test_no_page_has_a_barrier_scrolls_sideways_or_breaks_the_policy(opens, who):
    """Issue 4, 7: 320 pixels, both colours, axe, in each of three hands."""
    team, pages = told()
    page, address = opens(getattr(team, who))
    found = []
    page.on("console", lambda m: found.append(m.text) if "Policy" in m.text else None)
    page.on("pageerror", lambda e: found.append(str(e)))
    for name, path in pages.items():
        hand, _colon, place = name.rpartition(":")
        if hand in ("", who):
            assert page.goto(address + path).status == 200, name
            found += looked_at(page, f"{who}-{place}", LOOKS)
            found += barriers(page, f"{who}-{place}")
    assert found == []


@pytest.mark.parametrize("who", ["maya", "ada"])
def test_the_plan_on_paper_is_one_or_two_pages(opens, who):
    """L1; issue 4, 7: A4, with everything a plan can hold."""
    team, pages = told()
    page, address = opens(getattr(team, who))
    page.goto(address + pages["print"])
    paper = page.pdf(prefer_css_page_size=True)
    if PICTURES:
        (Path(PICTURES) / f"{who}-plan.pdf").write_bytes(paper)
        page.set_viewport_size({"width": 688, "height": 1000})  # A4 within its margins
        page.emulate_media(media="print")
        page.screenshot(path=Path(PICTURES) / f"{who}-plan.png", full_page=True)
    counted = [int(n) for n in re.findall(rb"/Count (\d+)", paper)]
    assert max(counted) <= 2


def test_a_dose_step_is_suggested_and_agreed_without_javascript(opens):
    """Issue 4, 7: fill the rows, one more row, check, send, agree."""
    team = c.cast()
    with transaction.atomic():
        row = c.on_sertraline(team)
    ada, address = opens(team.ada, java_script_enabled=False)
    ada.goto(
        f"{address}/c/people/{team.patient.pk}/propose/medicine/?medicine={row.pk}"
    )
    ada.get_by_label("Raise").check(force=True)
    ada.get_by_text("Fill the rows by arithmetic").click()
    for name, value in {
        "end": "100", "number": "2", "every_days": "14",
        "first_on": str(timezone.now().date() + timedelta(days=9)),
        "why": "So that you can feel better.",
        "look_again_on": str(timezone.now().date() + timedelta(days=60)),
    }.items():  # fmt: skip
        ada.locator(f"[name={name}]").fill(value)
    ada.locator("[name=shape][value=linear]").check(force=True)
    ada.get_by_role("button", name="Fill the rows").click()
    assert ada.locator("[name=step-0-amount]").input_value() == "75"
    assert ada.locator("[name=step-1-amount]").input_value() == "100"
    ada.get_by_role("button", name="Check before sending").click()
    ada.get_by_role("button", name="Send to").click()
    maya, _address = opens(team.maya, java_script_enabled=False)
    maya.goto(f"{address}/plan/")
    maya.get_by_role("link", name="Agree to this change").click()
    maya.get_by_role("button", name="Agree").click()
    with transaction.atomic(), team.acting(team.maya):
        asked = Proposal.objects.latest("created_at")
    assert asked.state == "agreed"
