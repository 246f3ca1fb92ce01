"""A second person reviews what was opened in an emergency, in three days (B5)."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.utils.formats import date_format

from careplan.common import clock
from careplan.common.identity import acting_as, system
from careplan.outbox.models import Message
from patients import emergency
from tests import factory
from tests.patients.emergency.acts import as_clinician, open_up, opened_ago

pytestmark = pytest.mark.django_db


def test_b5_a_second_person_reviews_it_and_the_patient_reads_the_answer(
    browser, maya, sam, ada
):
    opened = open_up(sam, maya)
    path = f"/c/emergency/{opened.pk}/"
    by_sam = browser(sam.user, second_factor=True)
    assert by_sam.get(path).status_code == 404
    assert "Sam Lind opened" not in by_sam.get("/c/emergency/").content.decode()
    by_ada = browser(ada.user, second_factor=True)
    assert "Sam Lind opened Maya" in by_ada.get("/c/emergency/").content.decode()
    page = by_ada.get(path).content.decode()
    assert "not answering" in page
    assert "opened your record in an emergency" in page
    before = browser(maya.user).get("/sharing/").content.decode()
    assert before.index("Opened in an emergency") < before.index("Can see")
    said = {"was_right": "yes", "words": "She was ill. It was needed."}
    assert by_ada.post(path, said).url == "/c/emergency/"
    assert by_ada.post(path, said).status_code == 404, "once"
    patients_page = browser(maya.user).get("/sharing/").content.decode()
    assert patients_page.index("Opened in an emergency") > patients_page.index(
        "Can see"
    )
    assert "Dr Ada Okafor checked it and found it right." in patients_page
    assert "It was needed." in patients_page


def test_b5_an_operator_reviews_without_learning_whose_record_it_is(browser, maya, sam):
    opened = open_up(sam, maya)
    client = browser(factory.operator(), second_factor=True)
    for page in ("/c/emergency/", f"/c/emergency/{opened.pk}/"):
        content = client.get(page).content.decode()
        assert "Sam Lind" in content
        assert "Maya" not in content
    bad = client.post(f"/c/emergency/{opened.pk}/", {"was_right": "", "words": ""})
    assert "Choose yes or no" in bad.content.decode()
    client.post(f"/c/emergency/{opened.pk}/", {"was_right": "no", "words": "Why?"})
    assert "not right" in browser(maya.user).get("/sharing/").content.decode()


def test_b5_a_review_is_overdue_after_three_days(browser, maya, sam, ada):
    opened_ago(sam, maya, 72 * 60 - 1)
    client = browser(ada.user, second_factor=True)
    assert "Review by" in client.get("/c/emergency/").content.decode()
    opened_ago(sam, maya, 72 * 60 + 1)
    assert "Overdue since" in client.get("/c/emergency/").content.decode()


def overdue_notices():
    with acting_as(system("deliver")):
        return list(
            Message.objects.filter(kind="review-overdue").select_related("recipient")
        )


def test_b5_an_overdue_review_is_told_to_the_second_person_once(maya, sam, ada):
    """Three days later, in neutral words, to who may review and not to who opened it."""
    opened = open_up(sam, maya)
    (notice,) = overdue_notices()
    assert notice.recipient == ada.user
    assert notice.due_at == opened.opened_at + dt.timedelta(hours=72)
    assert "emergency" not in f"{notice.subject} {notice.body}".replace(
        "/c/emergency/", ""
    )


def test_b5_a_review_in_time_takes_that_notice_back(maya, sam, ada):
    opened = open_up(sam, maya)
    with as_clinician(ada):
        emergency.review(
            opened, by=ada.user, was_right=True, words="Needed.", now=clock.now()
        )
    (notice,) = overdue_notices()
    assert (notice.state, notice.because) == ("cancelled", "reviewed")


def test_b5_with_no_colleague_the_operators_of_the_service_are_asked(maya, sam):
    operator = factory.operator()
    open_up(sam, maya)
    assert operator in {notice.recipient for notice in overdue_notices()}


def test_b5_practice_administrators_patients_and_others_see_no_reviews(
    browser, maya, sam
):
    opened = open_up(sam, maya)
    admin = factory.administrator(factory.organisation())
    for user in (admin, maya.user):
        client = browser(user, second_factor=True)
        for path in ("/c/emergency/", f"/c/emergency/{opened.pk}/"):
            assert client.get(path).status_code == 403


def test_its_times_are_those_of_whoever_reads_them(browser, maya, sam, ada):
    """A reviewer in Tokyo and a clinician in New York each read their own clock."""
    zones = ((ada.user, "Asia/Tokyo"), (sam.user, "America/New_York"))
    for user, zone in zones:
        user.time_zone = zone
        user.save(update_fields=["time_zone"])
    opened = open_up(sam, maya)
    at, until = (
        instant.astimezone(ZoneInfo(zone))
        for instant, (_, zone) in zip(
            (opened.opened_at, opened.ends_at), zones, strict=True
        )
    )
    by_ada = browser(ada.user, second_factor=True)
    for path in ("/c/emergency/", f"/c/emergency/{opened.pk}/"):
        page = by_ada.get(path).content.decode()
        assert date_format(at, "j F Y, H:i") in page
        assert "UTC" not in page
    by_sam = browser(sam.user, second_factor=True)
    page = by_sam.get(f"/c/people/{maya.pk}/emergency/").content.decode()
    assert f"until {until:%H:%M}." in page
