"""The room's pages in Chromium beside mock-ups 4 to 8: axe, width, policy, keyboard."""

import datetime as dt
import re

import pytest
from django.db import transaction

from careplan.team import alerts
from patients.models import Clinician
from tests import factory
from tests.looking import ABOUT_COLOURS, SIDEWAYS, barriers, looked_at
from tests.review import made

pytestmark = [
    pytest.mark.browser,
    pytest.mark.enable_socket,
    pytest.mark.django_db(transaction=True),
]
LOOKS = {  # and the rules of axe's that are asked in it
    (1440, "light"): None,
    (1440, "dark"): (),
    (390, "light"): None,
    (390, "dark"): (),
    (320, "light"): ABOUT_COLOURS,
}
LONG = "Anne-Charlotte Wolfeschlegelsteinhausenbergerdorffwelche von Hohenfels"
OTHERS = ("Tomasz Wolny", "Ines Carvalho", "Daniel Mensah", LONG)
AGREED = "3 check-ins in a row without an answer; agreed: after 3. A sign of her own."


@pytest.fixture
def team(monkeypatch):
    """The mock-ups' story, dated relative to this moment."""
    monkeypatch.setattr(made, "NOW", dt.datetime.now(dt.UTC))
    monkeypatch.setattr(made, "TODAY", made.NOW.date())
    with transaction.atomic():
        team = made.cast()
        team.medicine = made.story(team)
        made.medicine(
            team.patient,
            team.ada,
            "Mirtazapine",
            [(180, 30), (40, 15)],
            purpose="sleep",
        )
        made.visit(team.patient, team.ada, "prescriber", 36, state="held")
        team.visit = made.visit(team.patient, team.ada, "prescriber", -2)
        made.point(team.patient, team.visit, "Is it too soon to stop mirtazapine?")
        made.goal(team.patient, "Work three full days", "now two")
        course = made.therapy(team.patient, team.sam)
        made.homework(team.patient, team.sam, course, "Worry time", given=9, done=3)
        post = Clinician.objects.get(user=team.ada)
        for number, name in enumerate(OTHERS):
            other = factory.patient(name, time_zone=made.ZONE)
            factory.member(other, post)
            made.entries(other, range(0, 56, 2), mood=lambda day: 3 + day % 3)
            made.score(other, "phq9", 30, 12)
            made.score(other, "phq9", 3, 9 + min(4 * number, 8))
        alerts.raise_alert(
            patient=other,
            level="same_day",
            ground="quiet:test",
            label=AGREED,
            exact="-",
            now=made.NOW,
        )
        team.long_named = other
    return team


@pytest.fixture
def opens(address, chrome):
    def open_for(user):
        context = chrome.new_context(reduced_motion="reduce")
        morsel = next(iter(made.signed_in(user).cookies.values()))
        cookie = {"name": morsel.key, "value": morsel.value, "url": address}
        context.add_cookies([cookie])
        return context.new_page(), address

    return open_for


def pages(team, who) -> dict[str, str]:
    record = team.patient.pk
    shared = {
        "timeline": f"/p/{record}/timeline/",
        "tables": f"/p/{record}/timeline/table/",
        "print": f"/p/{record}/timeline/print/",
        "reports": f"/p/{record}/plan/medicines/{team.medicine.pk}/reports/",
    }
    if who == "maya":
        return shared | {"own-brief": f"/visits/{team.visit.pk}/brief/"}
    return shared | {
        "caseload": "/c/caseload/",
        "brief": f"/c/people/{record}/review/",
        "mark": f"/c/people/{record}/review/mark/",
        "decisions": f"/c/people/{record}/decisions/",
        "inbox": "/c/inbox/",
        "figures": "/c/figures/",
    }


@pytest.mark.parametrize("who", ["maya", "ada"])
def test_no_page_has_a_barrier_scrolls_sideways_or_breaks_the_policy(team, opens, who):
    page, address = opens(getattr(team, who))
    found = []
    page.on("console", lambda m: found.append(m.text) if "Policy" in m.text else None)
    page.on("pageerror", lambda e: found.append(str(e)))
    for name, path in pages(team, who).items():
        answer = page.goto(address + path)
        assert answer.status == 200, path
        for (width, scheme), rules in LOOKS.items():
            found += looked_at(page, f"{who}-{name}", [(width, scheme)])
            if rules is not None:
                page.emulate_media(color_scheme=scheme)
                found += barriers(page, f"{who}-{name}-{width}-{scheme}", rules)
    assert found == []


def test_from_the_caseload_to_a_suggestion_by_keyboard_alone(team, opens):
    """V7, N10, N1: caseload -> brief -> timeline -> suggest a change."""
    page, address = opens(team.ada)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{address}/c/caseload/")
    focused = "document.activeElement.textContent"
    for _turn in range(10):
        page.keyboard.press("j")
    assert page.evaluate(focused) != "Maya Raman", "j stops at the last person"
    for _turn in range(10):
        if page.evaluate(focused) == "Maya Raman":
            break
        page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url("**/review/")
    goals = page.locator("#goals").bounding_box()
    assert goals["y"] + goals["height"] <= 900, "the brief fits without scrolling"
    page.get_by_role("link", name="Open full timeline").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/timeline/")
    assert "What happened after" in page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("link", name="1 year").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**months=12**")
    assert page.evaluate("document.activeElement.textContent") == "1 year"
    page.get_by_role("link", name="Review", exact=True).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/review/")
    page.get_by_role("link", name="Suggest a change").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/propose/medicine/")


def test_a_long_name_breaks_at_the_head_of_the_brief(team, opens):
    page, address = opens(team.ada)
    page.goto(f"{address}/c/people/{team.long_named.pk}/review/")
    for width, _scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(SIDEWAYS) <= 0, width


def test_the_timeline_on_paper_is_one_landscape_sheet(team, opens):
    """N1: what says "Page 1 of 1" is one page, with its drawing and its table."""
    page, address = opens(team.maya)
    page.goto(f"{address}/timeline/print/")
    paper = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1
    (box,) = set(re.findall(rb"/MediaBox\s*\[([^\]]*)\]", paper))
    _x, _y, width, height = map(float, box.split())
    assert width > height
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 1032, "height": 703})
    drawn = page.locator(".sheet .chart:visible").bounding_box()
    assert drawn["height"] > 300, "the drawing keeps most of the sheet"


def test_a_slash_goes_to_the_search_box(team, opens):
    page, address = opens(team.ada)
    page.goto(f"{address}/c/caseload/")
    page.keyboard.press("/")
    page.keyboard.type("tomasz")
    page.keyboard.press("Enter")
    page.wait_for_url("**find=tomasz**")
    assert page.locator("tbody th[scope=row]").count() == 1


def test_choosing_a_change_swaps_the_figure_and_keeps_the_place(team, opens):
    """N1: htmx as an enhancement; the same address works without it."""
    page, address = opens(team.maya)
    page.goto(f"{address}/timeline/")
    label = page.locator("#tl-change option", has_text="Back to work")
    page.locator("#tl-change").select_option(label.get_attribute("value"))
    page.locator("#tl-show").click()
    page.get_by_role("heading", name="What happened after Back to work").wait_for()
    assert "change=" in page.url
    page.reload()
    assert page.get_by_role("heading", name="Back to work").count() == 1
