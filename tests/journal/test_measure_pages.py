"""J21, J23, J26-J29, S1, S2: a form from the first question to the clinician's page."""

import json
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from careplan.team.models import Alert
from journal import instruments, measures, responses
from journal.models import MeasureAssignment, MeasureResponse, SafetyMoment
from tests import factory
from tests.journal.made import NOW, TODAY, as_user, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def maya(client, cast):
    return signed_in(client, cast.maya.user, second_factor=False)


@pytest.fixture
def okafor(cast):
    return signed_in(Client(), cast.okafor)


def fill(client, answers, code="phq9", *, private=False):
    client.post(f"/measures/{code}/", {"private": "on"} if private else {})
    for number, value in enumerate(answers, start=1):
        act = {"act": "skip"} if value is None else {"answer": str(value)}
        last = client.post(f"/measures/{code}/{number}/", act)
    return last


def sent(cast, answers, code="phq9", *, at=NOW, private=False):
    with as_user(cast.maya.user):
        draft = responses.begin(cast.maya, code, now=at)
        for number, value in enumerate(answers, start=1):
            responses.answer(draft, cast.maya, number=number, value=value, now=at)
        return responses.send(draft, cast.maya, is_private=private, now=at)


def test_one_question_a_page_then_check_then_the_score_in_words(maya, cast):
    sent(cast, [1] * 9, at=NOW.replace(day=7))
    fill(maya, [1, 1, 1, 1, 1, 1, 1, 0, 0])
    page = maya.get("/measures/phq9/check/").content.decode()
    assert "Trouble falling or staying asleep" in page
    assert "Several days" in page
    page = maya.post("/measures/phq9/check/", follow=True).content.decode()
    assert "Your score is 7, in the range called mild." in page
    assert "Last time it was 9." in page
    assert "depression" not in page.lower()


def test_a_missing_item_gives_no_total_and_says_so(maya, cast):
    fill(maya, [1, 1, 1, None, 1, 1, 1, 1, 0])
    page = maya.post("/measures/phq9/check/", follow=True).content.decode()
    assert "no score" in page
    with as_user(cast.maya.user):
        row = MeasureResponse.objects.get()
        assert (row.score, row.band) == (None, "")
        assert row.answers == [1, 1, 1, None, 1, 1, 1, 1, 0]


def test_no_answer_gets_the_sentence_of_the_page(maya):
    maya.post("/measures/phq9/")
    for typed in ({}, {"answer": "7"}, {"answer": "x\0"}):
        page = maya.post("/measures/phq9/1/", typed).content.decode()
        assert "Choose the answer closest to how it was." in page


def test_a_form_is_kept_and_finished_later(maya, cast):
    maya.post("/measures/phq9/")
    maya.post("/measures/phq9/1/", {"answer": "2"})
    maya.post("/measures/phq9/2/", {"act": "later"})
    assert "Go on" in maya.get("/measures/").content.decode()
    answer = maya.get("/measures/phq9/next/")
    assert answer["Location"] == "/measures/phq9/2/"
    assert maya.get("/measures/phq9/1/").content.decode().count(" checked") == 1
    with as_user(cast.okafor):
        assert not MeasureResponse.objects.exists()  # unsent forms are hers alone


@pytest.mark.parametrize(("value", "level"), [(1, "routine"), (2, "same_day")])
def test_s1_item_nine_is_met_in_the_same_request_unsent(maya, cast, value, level):
    answer = fill(maya, [0, 0, 0, 0, 0, 0, 0, 0, value])
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Are you safe right now?" in page
    assert "Go on with the form" in page
    assert "999" in page
    for user in (cast.okafor, cast.sam):
        with as_user(user):
            alert = Alert.objects.get()
            assert alert.level == level
            assert "better off dead" in alert.exact
            assert not MeasureResponse.objects.exists()


def test_going_on_after_item_nine_still_asks_about_daily_life(maya):
    """S1: the support page takes no question away; answered once, it is not asked."""
    fill(maya, [0] * 8 + [1])
    assert maya.get("/measures/phq9/next/")["Location"] == "/measures/phq9/10/"
    maya.post("/measures/phq9/10/", {"answer": "1"})
    assert maya.get("/measures/phq9/next/")["Location"] == "/measures/phq9/check/"


def test_the_check_page_does_not_promise_what_was_told_already(maya, cast):
    fill(maya, [1] * 9)
    page = maya.get("/measures/phq9/check/").content.decode()
    assert "One answer was told to them already" in page
    assert "and nobody is told" not in page


def test_s1_item_nine_at_zero_opens_nothing(maya, cast):
    assert fill(maya, [3] * 8 + [0]).status_code == 302
    with as_user(cast.maya.user):
        assert not SafetyMoment.objects.exists()


def test_a_private_form_shows_the_page_and_tells_nobody(maya, cast):
    page = fill(maya, [0] * 8 + [3], private=True).content.decode()
    assert "Nobody was told" in page
    assert "Tell my team" in page
    maya.post("/measures/phq9/check/", {"private": "on"})
    with as_user(cast.okafor):
        assert not Alert.objects.exists()
        assert not MeasureResponse.objects.exists()


def test_an_urgent_follow_up_answer_is_told_the_same_day(maya, cast):
    maya.post("/measures/safety_follow_up/")
    page = maya.post("/measures/safety_follow_up/3/", {"answer": "9"}).content.decode()
    assert "Are you safe right now?" in page
    with as_user(cast.okafor):
        alert = Alert.objects.get()
        assert alert.level == "same_day"
        assert "rather not say" in alert.exact


def test_j26_a_form_asked_of_one_person_is_due_with_its_reason(okafor, maya, cast):
    url = f"/c/people/{cast.maya.pk}/measures/assign/"
    okafor.post(
        url,
        {
            "instrument": "gad7",
            "due_on": "2026-11-21",
            "every_days": "14",
            "reason": "To see how worry moves",
        },
    )
    assert "To see how worry moves" in maya.get("/measures/").content.decode()
    fill(maya, [1] * 7, "gad7")
    maya.post("/measures/gad7/check/")
    with as_user(cast.okafor):
        asked = MeasureAssignment.objects.get()
        assert asked.due_on.isoformat() == "2026-12-05"
    okafor.post(f"/c/people/{cast.maya.pk}/measures/{asked.pk}/end/")
    with as_user(cast.maya.user):
        assert MeasureAssignment.objects.get().ended_at is not None


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({}, "Choose a form."),
        ({"instrument": "bdi2"}, "Choose one of the answers listed"),
        ({"due_on": "2020-01-01"}, "Choose today or a later day."),
        ({"reason": ""}, "Say why, in plain words."),
    ],
)
def test_asking_for_a_form_answers_bad_input(okafor, cast, typed, sentence):
    good = {"instrument": "gad7", "due_on": TODAY.isoformat(), "reason": "why"}
    url = f"/c/people/{cast.maya.pk}/measures/assign/"
    page = okafor.post(url, {**good, **typed} if typed else {}).content.decode()
    assert sentence in page


def test_a_patient_may_not_ask_and_a_stranger_finds_nothing(maya, cast):
    url = f"/c/people/{cast.maya.pk}/measures/assign/"
    assert maya.get(url).status_code == 403
    stranger = signed_in(Client(), factory.clinician().user)
    assert stranger.get(url).status_code == 404


def test_j27_j28_a_clinician_sees_change_with_formula_and_items(okafor, cast):
    sent(cast, [2, 2, 2, 2, 2, 2, 2, 2, 0])
    sent(cast, [1, 1, 1, 1, 1, 1, 1, 1, 0], at=NOW.replace(hour=15))
    page = okafor.get(f"/p/{cast.maya.pk}/measures/phq9/").content.decode()
    for words in (
        "50.0 %",
        "(16 − 8) ÷ 16 × 100",
        "reliably improved",
        "6 points or more",
        "Several days",
        "−1",
    ):
        assert words in page


def test_the_patient_sees_scores_and_no_change_statistics(maya, cast):
    sent(cast, [2] * 8 + [0])
    sent(cast, [1] * 8 + [0], at=NOW.replace(hour=15))
    page = maya.get("/measures/phq9/history/").content.decode()
    assert "moderately severe" in page
    assert "reliably" not in page


def test_a_private_score_is_absent_for_a_clinician_everywhere(okafor, cast):
    hidden = sent(cast, [3] * 8 + [0], private=True)
    for address in (
        f"/p/{cast.maya.pk}/measures/",
        f"/p/{cast.maya.pk}/measures/phq9/",
        f"/p/{cast.maya.pk}/journal/",
    ):
        assert "moderately severe" not in okafor.get(address).content.decode()
        assert "severe" not in okafor.get(address).content.decode()
    url = f"/p/{cast.maya.pk}/measures/phq9/{hidden.pk}/"
    assert okafor.get(url).status_code == 404


def test_wrong_ids_and_forms_are_not_found(maya, okafor, cast):
    for address in (
        "/measures/bdi2/",
        "/measures/phq9/99/",
        f"/p/{cast.maya.pk}/measures/phq9/{uuid4()}/",
    ):
        maya.post("/measures/phq9/")
        assert maya.get(address).status_code == 404


def test_j23_a_new_measure_is_one_file_and_no_code(maya, cast, tmp_path, monkeypatch):
    file = json.loads((instruments.HERE / "gad7.json").read_text())
    file["id"], file["name"] = "calm7", "CALM-7"
    for item in file["items"]:
        item["id"] = item["id"].replace("gad7", "calm7")
    (tmp_path / "calm7.json").write_text(json.dumps(file))
    added = dict(instruments.all_instruments()) | dict(
        instruments.load_folder(tmp_path)
    )
    monkeypatch.setattr(instruments, "all_instruments", lambda: added)
    assert "CALM-7" in maya.get("/measures/").content.decode()
    fill(maya, [1] * 7, "calm7")
    page = maya.post("/measures/calm7/check/", follow=True).content.decode()
    assert "Your score is 7" in page


def test_a_sent_form_does_not_change_any_more(cast):
    row = sent(cast, [1] * 9)
    with as_user(cast.maya.user), pytest.raises(responses.AlreadySent):
        responses.answer(row, cast.maya, number=1, value=2, now=NOW)


def test_an_empty_form_is_not_sent(cast):
    with as_user(cast.maya.user):
        draft = responses.begin(cast.maya, "phq9", now=NOW)
        with pytest.raises(responses.NothingAnswered):
            responses.send(draft, cast.maya, is_private=False, now=NOW)
        assert measures.first_open(draft) == 1
