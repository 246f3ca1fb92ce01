"""Therapy alone and medicine alone: a whole plan each (decisions 2)."""

import pytest

from careplan.plan.models import PlanVersion, TherapyCourse
from tests.journeys.hands import Hands, approach, steps

pytestmark = pytest.mark.django_db


def test_therapy_alone_is_a_whole_plan(time_machine):
    """Decisions 2, L13: no prescriber; two people agree, and nobody else is named."""
    us = Hands(time_machine, prescriber=False)
    first = us.suggests(
        us.sam,
        "approach/",
        {
            **approach(choice="therapy", patient_words="I want to talk first."),
            "words-why": "To begin.",
            "words-look_again_on": us.day(60),
        },
    )
    us.agrees(us.maya, first)
    course = us.suggests(
        us.sam,
        "therapy_start/",
        {
            "type_id": "cbt_individual",
            "focus": "worry",
            "every_days": "7",
            "planned_sessions": "6",
            "words-why": "To learn what helps.",
            "words-look_again_on": us.day(60),
        },
    )
    words = us.maya.get(course).content.decode()
    assert "all three" not in words
    us.agrees(us.maya, course)
    with us.team.acting(us.team.sam):
        row = TherapyCourse.objects.get()
    base = f"{us.people}therapy/{row.pk}/"
    given = {"title": "A card a day", "catalogue_form": "diary_card"}
    assert us.sam.post(f"{base}homework/", given).status_code == 302
    with us.team.acting(us.team.maya):
        sheet = us.at(f"therapy/homework/{row.homework.get().pk}/")
    for day in ("2026-11-20", "2026-11-21"):
        card = {"day": day, "urge_self_harm": "0", "skills": "walk"}
        assert us.maya.post(sheet, card).status_code == 302
    end = {"because": "Done.", "words-why": "Done.", "words-look_again_on": us.day(60)}
    us.agrees(us.maya, us.suggests(us.sam, f"therapy_end/{row.pk}/", end))
    assert "No medicine is in the plan." in us.reads(us.maya)
    with us.team.acting(us.team.maya):
        assert PlanVersion.objects.count() == 3


def test_medicine_alone_is_a_whole_plan(time_machine):
    """Decisions 2: no therapist; start, raise, and stop for safety with an answer."""
    us = Hands(time_machine, therapist=False)
    start = us.suggests(
        us.ada,
        "medicine/",
        {
            "medication": "new",
            "name": "Mirtazapine",
            "unit": "mg",
            "purpose": "sleep and low mood",
            "strengths": "15 half, 30",
            "why": "So that you can sleep.",
            "look_again_on": us.day(28),
            **steps((us.day(0), "15")),
            **approach(choice="medicine"),
        },
    )
    us.agrees(us.maya, start)
    row = us.medicine("Mirtazapine")
    assert "15 mg" in us.reads(us.maya)
    stock = {"tablets": "10", "per_day": "1", "lead_days": "14"}
    us.maya.post(us.at(f"medicines/{row.pk}/stock/"), stock)
    assert "time to ask for more" in us.reads(us.maya, f"medicines/{row.pk}/")
    us.wait(14)
    now = us.ada.post(
        f"{us.people}propose/medicine/",
        {
            "medication": str(row.pk),
            "direction": "stop",
            "why": "Your blood count fell.",
            "look_again_on": us.day(7),
            "base_number": str(us.team.plan.number),
            "start_now": "on",
            "safety_reason": "White cells are low.",
            **steps((us.day(0), "0")),
        },
    )
    assert now.status_code == 302, now.content.decode()[:6000]
    assert "No medicine is in the plan." in us.reads(us.maya)
    us.agrees(us.maya, now.url)
    with us.team.acting(us.team.maya):
        row.refresh_from_db()
        kinds = list(
            PlanVersion.objects.order_by("number").values_list("kind", flat=True)
        )
    assert row.state == "stopped"
    assert kinds == ["agreed", "safety"]
