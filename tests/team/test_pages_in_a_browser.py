"""The room's pages in Chromium beside mock-up 14: axe, sideways scroll, policy."""

import pytest
from django.utils import timezone

from careplan.team import concerns
from patients.models import User
from tests.looking import barriers, looked_at
from tests.team.people import Three, as_user, signed_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.enable_socket,
    pytest.mark.django_db(transaction=True),
]
LOOKS = [(1440, "light"), (1440, "dark"), (390, "light"), (390, "dark"), (320, "light")]


NAME = User._meta.get_field("preferred_name").max_length
QUESTION = (
    "Too sleepy in the mornings. Maya cannot do the morning walk we planned."
    " Could her medicine be part of it?"
)


def story(three, said=QUESTION) -> dict[str, str]:
    now = timezone.now()
    asked = three.asks(
        question=said,
        now=now - timezone.timedelta(days=20),
    )
    three.answers(asked, text="Thank you, Sam. It could be.", now=now)
    three.answers(asked, by=three.me, text="Yes please.", now=now)
    with as_user(three.ada):
        words = {"by": three.ada, "role": "prescriber", "now": now}
        concerns.close(asked, version_number=5, **words)
    waits = three.asks(
        question="Is walking fine?", now=now - timezone.timedelta(days=16)
    )
    thread = three.writes(text=said, now=now)
    three.writes(by=three.sam, kind="clinicians", text=said, now=now)
    three.heads_up(now=now)
    stops = three.thinks_of_stopping(reasons=["worry"], words="I feel flat.", now=now)
    alert = three.alert(now=now)
    three.alert(now=now, ground="b", level="emergency")
    return {
        "closed": f"{three.at}/concerns/{asked.pk}/",
        "open": f"{three.at}/concerns/{waits.pk}/",
        "list": f"{three.at}/concerns/",
        "ask": f"{three.at}/concerns/new/",
        "messages": f"{three.at}/messages/",
        "write": f"{three.at}/messages/new/",
        "thread": f"{three.at}/messages/{thread.pk}/",
        "heads-ups": f"{three.at}/heads-ups/",
        "stopping": f"{three.at}/stopping/",
        "thanks": f"{three.at}/stopping/{stops.pk}/",
        "told": "/sharing/alerts/",
        "all": "/c/messages/",
        "safety": "/c/safety/",
        "alert": f"/c/safety/{alert.pk}/",
        "cover": "/c/cover/",
    }


OWN = {"stopping", "thanks", "told"}
CLINICIANS = {"all", "safety", "alert", "cover"}


@pytest.fixture
def opens(address, chrome):
    def open_for(user):
        context = chrome.new_context(reduced_motion="reduce")
        cookie = signed_in(user).cookies["session"].value
        context.add_cookies([{"name": "session", "value": cookie, "url": address}])
        return context.new_page(), address

    return open_for


@pytest.mark.parametrize("who", ["maya", "sam", "ada"])
def test_no_page_has_a_barrier_scrolls_sideways_or_breaks_the_policy(opens, who):
    three = Three()
    pages = story(three)
    left_out = CLINICIANS if who == "maya" else OWN
    page, address = opens({"maya": three.me, "sam": three.sam, "ada": three.ada}[who])
    found = []
    page.on("console", lambda m: found.append(m.text) if "Policy" in m.text else None)
    page.on("pageerror", lambda e: found.append(str(e)))
    for name, path in pages.items():
        if name not in left_out:
            answer = page.goto(address + path)
            assert answer.status == 200, name
            found += looked_at(page, f"{who}-{name}", LOOKS)
            found += barriers(page, f"{who}-{name}")
    assert found == []


LISTS = ("/c/inbox/", "/c/visits/", "/c/caseload/", "/c/emergency/", "/sharing/")


@pytest.mark.parametrize("who", ["maya", "sam", "ada"])
def test_the_longest_words_scroll_no_page_sideways(opens, who):
    """Three hundred letters without a space, as a name and as what somebody says."""
    three = Three()
    for user, name in ((three.me, "Maya"), (three.sam, "Sam"), (three.ada, "Ada")):
        user.name = user.preferred_name = (name + "x" * 300)[:NAME]
        user.save()
    pages = story(three, said="y" * 300)
    user = {"maya": three.me, "sam": three.sam, "ada": three.ada}[who]
    page, address = opens(user)
    own = {path: path for path in LISTS if path.startswith("/c/") is (who != "maya")}
    left_out = CLINICIANS if who == "maya" else OWN
    found = []
    for name, path in {**pages, **own}.items():
        if name not in left_out:
            assert page.goto(address + path).status == 200, name
            found += looked_at(page, f"{who}-{name}", [(390, "light"), (1440, "light")])
    assert found == []


def test_a_question_is_asked_and_answered_by_keyboard_alone(opens):
    """N6: raised in well under a minute, without a mouse."""
    three = Three()
    page, address = opens(three.sam)
    page.goto(f"{address}{three.at}/concerns/new/")
    page.get_by_label("Your question").focus()
    page.keyboard.type("Is walking fine?")
    page.get_by_role("button", name="Send").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Sent. It is with Dr Ada Okafor now.").wait_for()
    assert page.get_by_role("heading", level=1).inner_text() == "Is walking fine?"


def test_a_draft_is_still_there_when_the_page_comes_back(opens):
    """E4: what was typed and not sent is in the box again."""
    three = Three()
    page, address = opens(three.me)
    page.goto(f"{address}/messages/new/")
    page.get_by_label("Message", exact=True).press_sequentially("Half a sentence")
    page.goto(f"{address}/messages/")
    page.goto(f"{address}/messages/new/")
    kept = page.get_by_label("Message", exact=True).input_value()
    assert kept == "Half a sentence"


FORMS = ("/messages/new/", "/stopping/", "/profile/contact/")


def test_a_time_out_takes_no_word_from_three_forms(opens):
    """E4: sent too late, the words are on the page, and in their box after signing in;
    what was sent in time does not come back."""
    three = Three()
    page, address = opens(three.me)
    for path in FORMS:
        cookie = signed_in(three.me).cookies["session"].value
        page.context.add_cookies([{"name": "session", "value": cookie, "url": address}])
        page.goto(f"{address}{path}")
        page.locator("main textarea[data-draft]").first.press_sequentially(
            "Half a word"
        )
        page.context.clear_cookies(name="session")
        page.evaluate("document.querySelector('main textarea').form.requestSubmit()")
        page.wait_for_selector("[data-given-back]")
        back = page.locator("[data-given-back]").evaluate_all(
            "all => all.map(b => b.value)"
        )
        assert "Half a word" in back, path
        page.context.add_cookies([{"name": "session", "value": cookie, "url": address}])
        page.goto(f"{address}{path}")
        assert page.locator("main textarea").first.input_value() == "Half a word", path
    page.locator("main textarea").first.evaluate("box => box.form.requestSubmit()")
    page.wait_for_url("**/profile/")
    page.goto(f"{address}{FORMS[-1]}")
    assert "draft:" not in page.evaluate(f"Object.keys(sessionStorage).filter("
                                         f"k => k.includes('{FORMS[-1]}')).join()")  # fmt: skip


def test_a_draft_left_by_a_time_out_is_its_writers_alone(opens):
    """E4: who signs in next in the same tab reads nothing of it, and keeps nothing."""
    three = Three()
    page, address = opens(three.sam)
    path = f"{address}{three.at}/messages/new/"
    page.goto(path)
    page.get_by_label("Message", exact=True).press_sequentially("Half a sentence")
    cookie = signed_in(three.ada).cookies["session"].value
    page.context.add_cookies([{"name": "session", "value": cookie, "url": address}])
    page.goto(path)
    assert page.get_by_label("Message", exact=True).input_value() == ""
    assert "Half" not in page.evaluate("JSON.stringify(sessionStorage)")
