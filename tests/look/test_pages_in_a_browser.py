"""Pages in Chromium: axe, sideways scroll, targets, policy, strangers, scripts."""

import pytest

from tests.looking import ABOUT_COLOURS, SIDEWAYS, barriers

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

PAGES = [
    "gallery/",
    "gallery/?shell=clinician",
    "today/",
    "form/",
    "form/?bad=1&leave=1",
    "first/?shell=public",
    "privacy/?shell=public",
    "accessibility/",
    "display/",
    "/support/?country=GB",
    "403/?shell=public",
    "404/",
    "409/",
    "429/",
    "500/",
    "csrf/",
]
SMALL = """() => [...document.querySelectorAll(
  'a, button, input:not([type=hidden]), summary, select, textarea')].filter(e => {
    const box = e.getBoundingClientRect();
    if (!box.width || e.closest('.vh, .skip')) return false;
    if (e.tagName === 'A' && getComputedStyle(e).display === 'inline') return false;
    return box.height < 24 || box.width < 24;
  }).map(e => e.outerHTML.slice(0, 100))"""


def open_page(chrome, site, path, *, width=390, dark=False, **more):
    context = chrome.new_context(
        viewport={"width": width, "height": 844},
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
        **more,
    )
    page = context.new_page()
    page.refused = []
    page.strangers = []
    page.on(
        "console",
        lambda m: page.refused.append(m.text) if "Policy" in m.text else None,
    )
    page.on("pageerror", lambda e: page.refused.append(str(e)))
    page.on(
        "request",
        lambda r: None if r.url.startswith(site) else page.strangers.append(r.url),
    )
    page.goto(f"{site}{path}" if path.startswith("/") else f"{site}/look/{path}")
    page.evaluate("document.fonts.ready")
    return page


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_no_barrier_that_axe_finds(chrome, site, path):
    page = open_page(chrome, site, path)
    for width in (390, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        for scheme, rules in (("light", ()), ("dark", ABOUT_COLOURS)):
            page.emulate_media(color_scheme=scheme)
            assert barriers(page, f"{width} {scheme}", rules) == []
    page.context.close()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_a_narrow_screen_and_asks_no_stranger(chrome, site, path):
    page = open_page(chrome, site, path, width=320)
    assert page.evaluate(SIDEWAYS) <= 0
    assert page.evaluate(SMALL) == []
    assert page.refused == []
    assert page.strangers == []
    page.evaluate("document.documentElement.dataset.text = '150'")
    assert page.evaluate(SIDEWAYS) <= 0
    page.context.close()


def test_the_error_summary_has_the_focus_and_leads_to_the_answer(chrome, site):
    page = open_page(chrome, site, "form/?bad=1")
    assert page.evaluate("document.activeElement.className") == "error-summary"
    page.click(".error-summary a >> nth=1")
    assert page.evaluate("location.hash") == "#id_mood_0"
    page.context.close()


def test_two_taps_choose_a_level_and_say_its_word(chrome, site):
    page = open_page(chrome, site, "form/")
    page.click(".tide >> nth=0 >> label >> nth=4")
    assert page.inner_text(".tide-ends >> nth=0 >> .chosen:visible") == "Fairly good"
    page.keyboard.press("ArrowLeft")
    assert page.inner_text(".tide-ends >> nth=0 >> .chosen:visible") == "In between"
    page.context.close()


def test_none_clears_the_other_chips_and_they_clear_none(chrome, site):
    page = open_page(chrome, site, "form/")
    page.check("#id_effects_2", force=True)
    page.check("#id_effects_0", force=True)
    assert not page.is_checked("#id_effects_2")
    page.check("#id_effects_1", force=True)
    assert not page.is_checked("#id_effects_0")
    page.context.close()


def test_what_is_typed_survives_a_reload_and_stays_in_the_tab(chrome, site):
    page = open_page(chrome, site, "form/")
    page.fill("#id_note", "Slept badly")
    page.reload()
    assert page.input_value("#id_note") == "Slept badly"
    assert page.evaluate("localStorage.length") == 0
    page.context.close()


def test_htmx_swaps_under_the_policy_and_a_handler_in_html_is_refused(chrome, site):
    page = open_page(chrome, site, "form/")
    page.click("text=Load")
    page.wait_for_selector("#loaded")
    assert page.refused == []
    refused = page.evaluate(
        """() => { try { document.body.innerHTML = '<img src=x onerror=alert(1)>'; }
        catch (e) { return e.message } }"""
    )
    assert refused == "This HTML is not shown"
    page.context.close()


def test_without_javascript_the_page_says_the_same(chrome, site):
    page = open_page(chrome, site, "form/?leave=1", java_script_enabled=False)
    assert page.is_visible("text=Get support")
    assert page.is_visible("text=Save check-in")
    assert page.is_visible("text=Leave this page")
    assert page.is_hidden("[data-session]")
    page.context.close()


def test_a_form_keeps_its_origin_so_that_it_is_not_taken_for_forged(chrome, site):
    page = open_page(chrome, site, "gallery/")
    page.click("text=I took it")
    assert page.inner_text("body") == f"Origin {site}"
    page.context.close()


def test_the_skip_link_is_the_first_stop(chrome, site):
    page = open_page(chrome, site, "gallery/", width=1440)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.context.close()


def test_three_shifts_leave_the_page(chrome, site):
    page = open_page(chrome, site, "form/?leave=1")
    page.route("**/sign-out/quick/", lambda route: route.fulfill(status=204))
    page.fill("#id_note", "Nobody may read this")
    for _ in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url(f"{site}/look/first/?shell=public")
    kept = page.evaluate("Object.keys(sessionStorage).join()")
    assert "draft:" not in kept
    page.context.close()


def test_paper_shows_neither_bars_nor_buttons(chrome, site):
    page = open_page(chrome, site, "gallery/", width=1440)
    page.emulate_media(media="print", color_scheme="dark")
    assert page.is_hidden(".rail")
    assert page.is_hidden("text=Agree to this change")
    assert page.is_visible("text=Slowly stop mirtazapine")
    back = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(back) == "rgb(255, 255, 255)"
    page.context.close()


def test_paper_keeps_the_numbers_of_the_helplines(chrome, site):
    page = open_page(chrome, site, "/support/")
    page.emulate_media(media="print")
    ways = page.locator(".calls .btn")
    assert ways.count() > 0
    assert all(way.is_visible() for way in ways.all())
    assert page.is_hidden("#country")
    page.context.close()


def test_one_long_word_in_a_title_breaks_instead_of_pushing_the_page(chrome, site):
    page = open_page(chrome, site, "/support/", width=320)
    page.evaluate("document.querySelector('h1').textContent = 'y'.repeat(80)")
    assert page.evaluate(SIDEWAYS) <= 0
    page.context.close()


def test_forced_colours_keep_the_chosen_level_visible(chrome, site):
    page = open_page(chrome, site, "form/", forced_colors="active")
    page.click(".tide >> nth=0 >> label >> nth=1")
    fill = (
        "getComputedStyle(document.querySelector('.tide :checked + svg .water')).fill"
    )
    other = "getComputedStyle(document.querySelector('.tide .water')).fill"
    assert page.evaluate(fill) != page.evaluate(other)
    page.context.close()
