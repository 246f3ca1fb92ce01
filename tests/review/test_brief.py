"""The brief before a visit, per role, on screen and on paper (N10, V9, V10, X2, T6)."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from careplan.common.identity import acting_as, system
from careplan.plan.models import StayingWell, TherapyCourse
from careplan.review import brief_pdf
from careplan.review.models import ReviewMark
from careplan.review.timeline import draw_compact
from patients import consents, people
from patients.models import AccessEvent, CareTeamMember
from tests.kept import kept
from tests.review import made
from tests.review.timeline import stories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _same_day(time_machine):
    time_machine.move_to(made.NOW, tick=False)


def before_a_visit():
    team = made.cast()
    made.story(team)
    made.visit(team.patient, team.ada, "prescriber", 36, state="held")
    team.visit = made.visit(team.patient, team.ada, "prescriber", -2)
    made.point(team.patient, team.visit, "Is it too soon to stop?")
    made.goal(team.patient, "Work three full days", "now two")
    course = made.therapy(team.patient, team.sam)
    made.homework(team.patient, team.sam, course, "Worry time", given=9, done=3)
    return team


team = kept(before_a_visit, at=made.NOW)


def page(user, address, status=200):
    response = made.signed_in(user).get(address)
    assert response.status_code == status, address
    return response.content.decode()


def at(team, rest=""):
    return f"/c/people/{team.patient.pk}/review/{rest}"


def test_the_prescribers_page_opens_with_the_patients_own_topics(team):
    """T5, V9: agenda, four facts with a word each, the time since the last visit."""
    words = page(team.ada, at(team))
    assert "Is it too soon to stop?" in words
    for name in ("Mood", "Scores", "Medicines", "Side effects"):
        assert f'<span class="k">{name}</span>' in words
    assert "Since 16 Oct" in words
    assert "Better" in words


@pytest.mark.parametrize("who", ["ada", "sam"])
def test_p5_both_briefs_open_with_her_own_words_on_being_well(team, who):
    with acting_as(system("apply")):
        well = StayingWell(patient=team.patient, when_well="I cook for friends.")
        well.save(force_insert=True)
    words = page(getattr(team, who), at(team))
    assert "“I cook for friends.”" in words
    assert words.index("I cook for friends.") < words.index('id="agenda"')


def test_the_therapist_reads_homework_and_what_medicine_changed(team):
    """N10: each role has its own page."""
    words = page(team.sam, at(team))
    assert "Worry time" in words
    assert "What medicine changed" in words
    assert "What medicine changed" not in page(team.ada, at(team))


def test_the_patient_reads_it_first_and_without_the_words(team):
    """N10: same facts, no verdicts; decision support is for clinicians only."""
    words = page(team.maya, f"/visits/{team.visit.pk}/brief/")
    assert "Is it too soon to stop?" in words
    assert ">Better<" not in words
    assert ">Watch<" not in words
    assert page(team.maya, at(team), 403)


def test_she_finds_her_copy_beside_the_visit_and_on_the_day_before(team, time_machine):
    """N10: ready a day before, from where she is anyway; clinicians have their own."""
    copy = f"/visits/{team.visit.pk}/brief/"
    assert copy in page(team.maya, "/visits/")
    prepare = f"/p/{team.patient.pk}/visits/{team.visit.pk}/prepare/"
    assert copy in page(team.maya, prepare)
    assert copy not in page(team.ada, prepare)
    assert copy not in page(team.maya, "/today/")
    time_machine.move_to(team.visit.starts_at - dt.timedelta(hours=23), tick=False)
    assert copy in page(team.maya, "/today/")
    assert page(team.maya, copy)


def test_no_copy_is_offered_of_somebody_who_left(team):
    with made.as_user(team.maya):
        member = CareTeamMember.objects.get(patient=team.patient, user=team.ada)
        people.end_membership(member, by=team.maya, now=made.NOW)
    copy = f"/visits/{team.visit.pk}/brief/"
    assert copy not in page(team.maya, "/visits/")
    assert page(team.maya, copy, 404)


def test_each_word_says_how_it_is_worked_out_on_the_page(team):
    """6.5: the basis is one link away, never behind a pointer that hovers."""
    words = page(team.ada, at(team))
    assert 'href="#worked-out"' in words
    assert 'id="worked-out"' in words
    assert "A difference of 0.5 counts" in words
    hers = page(team.maya, f"/visits/{team.visit.pk}/brief/")
    assert "worked-out" not in hers


def test_only_the_patient_of_the_visit_has_her_copy(team):
    other = made.cast(name="Somebody Else")
    assert page(other.maya, f"/visits/{team.visit.pk}/brief/", 404)
    assert page(other.ada, at(team), 404)


def test_what_is_not_shared_is_absent_and_named_without_judging():
    team = made.cast(ada_topics=["plan", "medicines"])
    made.story(team)
    words = page(team.ada, at(team))
    assert "does not share with you: " in words
    assert '<span class="k">Mood</span>' not in words
    assert "Nausea" not in words


def test_marking_keeps_who_when_and_which_days(team):
    """V10: with a word to the patient."""
    client = made.signed_in(team.ada)
    response = client.post(at(team, "mark/"), {"words": "Good to see you sleep."})
    assert response.status_code == 302
    with made.as_user(team.maya):
        row = ReviewMark.objects.get()
        assert (row.user_id, row.words) == (team.ada.pk, "Good to see you sleep.")
        assert row.end == made.TODAY


@pytest.mark.parametrize("words", ["", "x" * 10_000, "\x00", "🙂" * 400])
def test_bad_words_never_break_the_page(team, words):
    response = made.signed_in(team.ada).post(at(team, "mark/"), {"words": words})
    assert response.status_code in (200, 302)


def test_receipts_come_when_asked_for_together_and_before_a_visit(team):
    """N16: off until she chooses, batched, each with a word, never a "last seen"."""
    from careplan.review import marks
    from patients.models import Patient

    for words in ("", "Thank you."):
        made.signed_in(team.ada).post(at(team, "mark/"), {"words": words})
    made.signed_in(team.sam).post(at(team, "mark/"), {"words": ""})
    visit_at, day = team.visit.starts_at, dt.timedelta(days=1)
    with made.as_user(team.maya):
        patient = Patient.objects.get(pk=team.patient.pk)

        def told(now):
            rows = marks.receipts(patient, visit_at=visit_at, now=now)
            return [row.words for row in rows]

        assert told(visit_at - day) == []
        patient.review_receipts = True
        assert told(visit_at - 4 * day) == [], "not as it happens"
        assert told(visit_at - day) == ["Thank you."], "and not without a word"


@pytest.mark.parametrize("who", ["ada", "sam", "maya"])
def test_the_page_on_paper_is_one_tagged_page(team, who):
    """X2: PDF/UA-1, one page, the redisclosure notice, noted as an export."""
    address = at(team, "pdf/")
    if who == "maya":
        address = f"/visits/{team.visit.pk}/brief/pdf/"
    response = made.signed_in(getattr(team, who)).get(address)
    assert response["Content-Type"] == "application/pdf"
    pdf = response.content
    assert b"/MarkInfo" in pdf
    assert b"/StructTreeRoot" in pdf
    assert set(re.findall(rb"/Count (\d+)", pdf)) == {b"1"}
    if who != "maya":
        with made.as_user(team.maya):
            assert AccessEvent.objects.filter(through="export").count() == 1


def test_the_drawing_on_paper_asks_for_nothing_that_the_pdf_maker_cannot_set():
    """It knows weights in whole hundreds; a line with an arrow lost its font."""
    drawing = draw_compact.draw(stories.STORIES["brief"](), with_style=True).svg
    assert re.search(">[^<]*[↑↓]<", drawing)
    paper = brief_pdf.drawn(drawing)
    assert not re.search(">[^<]*[↑↓]<", paper)
    weights = {int(found) for found in re.findall(r"font-weight:(\d+)", paper)}
    assert weights == {400, 700}


def test_queries_do_not_grow_with_what_was_logged():
    counts = []
    for months in (3, 12):
        team = made.cast()
        made.story(team, months=months)
        client = made.signed_in(team.ada)
        client.get(at(team))
        with CaptureQueriesContext(connection) as caught:
            client.get(at(team))
        counts.append(len([q for q in caught if "SAVEPOINT" not in q["sql"]]))
    assert counts[0] == counts[1] <= 22


def test_the_patients_copy_holds_no_flag_and_no_verdict():
    """G2, ux 6.5: "Scores are worse" and its like are for clinicians only."""
    team = made.cast(ada_topics=["plan", "measures", "visits", "mood", "safety"])
    visit = made.visit(team.patient, team.ada, "prescriber", -2)
    made.medicine(team.patient, team.ada, "Sertraline", [(80, 50)])
    made.score(team.patient, "phq9", 70, 6)
    made.score(team.patient, "phq9", 2, 19, answers=[*[2] * 8, 3])
    assert "Scores are worse" in page(team.ada, f"/c/people/{team.patient.pk}/review/")
    words = page(team.maya, f"/visits/{visit.pk}/brief/")
    for flag in ("Scores are worse", "Not improving", "Item 9 was answered"):
        assert flag not in words
    assert "Sertraline" not in words


def test_the_patient_reads_receipts_beside_her_copy(team):
    """N16: before a visit, with the word, only when she asked for it."""
    made.signed_in(team.ada).post(at(team, "mark/"), {"words": "Good to see."})
    address = f"/visits/{team.visit.pk}/brief/"
    assert "Good to see." not in page(team.maya, address)
    with made.as_user(team.maya):
        team.patient.review_receipts = True
        team.patient.save(update_fields=["review_receipts"])
    assert "Good to see." in page(team.maya, address)


def test_a_shared_summary_crosses_over_only_with_that_yes(team):
    """T6, P9: the patient reads it; the prescriber only when clinicians may talk."""
    with made.as_user(team.sam):
        course = TherapyCourse.objects.get(patient=team.patient)
    made.summary(team.patient, team.sam, course, "We work on worry time.")
    for may_talk in (False, True):
        with made.as_user(team.maya):
            consents.let_clinicians_talk(
                team.patient, granted=may_talk, by=team.maya, now=made.NOW
            )
        assert ("We work on worry time." in page(team.ada, at(team))) is may_talk
    read = page(team.maya, f"/p/{team.patient.pk}/plan/therapy/")
    assert "We work on worry time." in read


def test_a_brief_is_ready_a_day_before_and_longer(team, time_machine):
    """N10: it is worked out whenever it is opened, so it is there 24 h before."""
    for hours in (72, 24, 1):
        moment = team.visit.starts_at - dt.timedelta(hours=hours)
        time_machine.move_to(moment, tick=False)
        assert "Is it too soon to stop?" in page(team.ada, at(team))
        words = page(team.maya, f"/visits/{team.visit.pk}/brief/")
        assert "Is it too soon to stop?" in words
