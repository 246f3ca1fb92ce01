"""Addresses of the plan: short ones for the patient, one canonical one for all three."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from careplan.plan.views import (
    ledger,
    medicines,
    own,
    patient_suggests,
    plan,
    proposals,
    propose,
    small_changes,
    suggest,
    therapy,
    visits,
    worksheets,
    worries,
)

app_name = "plan"


def shared(route: str, view: Callable[..., Any], name: str) -> list[URLPattern]:
    """Give one page its short address and its canonical one."""
    return [
        path(f"plan/{route}", view, name=f"own-{name}" if route else "own"),
        path(f"p/<uuid:record>/plan/{route}", view, name=name),
    ]


ONE = "proposals/<uuid:proposal_id>/"

urlpatterns: list[URLPattern] = [
    *shared("", plan.plan, "plan"),
    *shared("print/", plan.print_plan, "print"),
    *shared("versions/", plan.version_list, "versions"),
    *shared("versions/<int:number>/", plan.version, "version"),
    *shared("versions/<int:first>/compare/<int:second>/", plan.compare, "compare"),
    *shared("medicines/<uuid:medicine_id>/", plan.medicine, "medicine"),
    *(
        path(
            f"p/<uuid:record>/plan/medicines/<uuid:medicine_id>/{verb}/",
            medicines.act,
            {"verb": verb},
            name=f"medicine-{verb}",
        )
        for verb in medicines.RIGHTS
    ),
    *shared("goals/", own.goal_list, "goals"),
    path(
        "p/<uuid:record>/plan/goals/<uuid:goal_id>/progress/",
        own.goal_progress,
        name="goal-progress",
    ),
    path(
        "p/<uuid:record>/plan/goals/steps/<uuid:goal_step_id>/",
        own.goal_step,
        name="goal-step",
    ),
    *shared("practices/", own.practice_list, "practices"),
    *shared("staying-well/", own.staying_well, "staying-well"),
    *shared("safety/", own.safety, "safety"),
    path("p/<uuid:record>/plan/own/<slug:kind>/", own.change, name="own-part"),
    path(
        "p/<uuid:record>/plan/own/<slug:kind>/<uuid:item>/", own.change, name="own-item"
    ),
    path(
        "p/<uuid:record>/plan/suggest/<slug:kind>/",
        patient_suggests.suggest,
        name="patient-suggest",
    ),
    *shared("therapy/", therapy.therapy, "therapy"),
    path(
        "p/<uuid:record>/plan/therapy/sessions/<uuid:session_id>/",
        therapy.mark_session,
        name="session",
    ),
    *(
        path(
            f"p/<uuid:record>/plan/therapy/homework/<uuid:homework_id>/{verb}/",
            therapy.homework,
            {"verb": verb},
            name=f"homework-{verb}",
        )
        for verb in ("done", "looked-at")
    ),
    *shared("therapy/homework/<uuid:homework_id>/", worksheets.homework, "homework"),
    *(
        path(
            f"p/<uuid:record>/plan/worked/{about}/<uuid:about_id>/",
            worksheets.worked,
            {"about": about},
            name=f"worked-{about}",
        )
        for about in worksheets.ABOUT
    ),
    path(
        "p/<uuid:record>/plan/worked/<uuid:mark_id>/reply/",
        worksheets.reply,
        name="worked-reply",
    ),
    *shared("skills/", worksheets.skill_list, "skills"),
    *shared("worries/", worries.worry_list, "worries"),
    *shared("worries/<uuid:worry_id>/", worries.worry_end, "worry-end"),
    path(
        "c/people/<uuid:record>/therapy/<uuid:course_id>/forms/new/",
        worksheets.build,
        name="form-build",
    ),
    path(
        "p/<uuid:record>/plan/therapy/forms/<uuid:form_id>/retire/",
        worksheets.retire,
        name="form-retire",
    ),
    path(
        "c/people/<uuid:record>/therapy/<uuid:course_id>/session/",
        therapy.add_session,
        name="session-add",
    ),
    path(
        "c/people/<uuid:record>/therapy/<uuid:course_id>/homework/",
        therapy.add_homework,
        name="homework-add",
    ),
    path(
        "c/people/<uuid:record>/therapy/<uuid:course_id>/summary/",
        therapy.summary,
        name="summary",
    ),
    *shared("history/", ledger.history, "history"),
    *(
        path(
            f"p/<uuid:record>/plan/history/add/{kind}/",
            ledger.add,
            {"kind": kind},
            name=f"history-add-{kind}",
        )
        for kind in ledger.KINDS
    ),
    path(
        "p/<uuid:record>/plan/medicines/<uuid:medicine_id>/stock/",
        ledger.stock,
        name="stock",
    ),
    path(
        "p/<uuid:record>/plan/checks/<uuid:item_id>/done/",
        ledger.check_done,
        name="check-done",
    ),
    path(
        "p/<uuid:record>/plan/checks/<uuid:item_id>/result/",
        ledger.result,
        name="check-result",
    ),
    path("visits/", visits.visit_list, name="own-visits"),
    path("p/<uuid:record>/visits/", visits.visit_list, name="visits"),
    path("visits/<uuid:visit_id>/prepare/", visits.prepare, name="own-prepare"),
    path(
        "p/<uuid:record>/visits/<uuid:visit_id>/prepare/",
        visits.prepare,
        name="prepare",
    ),
    path(
        "p/<uuid:record>/visits/<uuid:visit_id>/appointment.ics",
        visits.calendar,
        name="calendar",
    ),
    path(
        "p/<uuid:record>/visits/<uuid:visit_id>/mark/", visits.mark, name="visit-mark"
    ),
    path(
        "p/<uuid:record>/visits/points/<uuid:point_id>/remove/",
        visits.remove_point,
        name="point-remove",
    ),
    path("c/visits/", visits.own_diary, name="diary"),
    path("c/people/<uuid:record>/visits/new/", visits.add, name="visit-add"),
    *shared(ONE, proposals.proposal, "proposal"),
    *shared(f"{ONE}agree/", proposals.agree, "agree"),
    *shared(f"{ONE}ask/", proposals.ask, "ask"),
    *shared(f"{ONE}other/", proposals.other, "other"),
    *shared(f"{ONE}decline/", proposals.decline, "decline"),
    *shared(f"{ONE}disagree/", proposals.disagree, "disagree"),
    *shared(
        f"{ONE}questions/<uuid:question_id>/answer/",
        proposals.answer_question,
        "answer-question",
    ),
    *(
        path(
            f"p/<uuid:record>/plan/{ONE}{verb}/",
            proposals.act,
            {"verb": verb},
            name=verb,
        )
        for verb in ("take-back", "withdraw", "go-on")
    ),
    path(
        "c/people/<uuid:record>/propose/medicine/",
        propose.medicine,
        name="propose-medicine",
    ),
    path(
        "c/people/<uuid:record>/propose/<uuid:draft_id>/check/",
        propose.check,
        name="propose-check",
    ),
    *(
        path(
            f"c/people/<uuid:record>/propose/medicine/<uuid:medicine_id>/{kind}/",
            small_changes.change,
            {"kind": kind},
            name=f"propose-{kind.replace('_', '-')}",
        )
        for kind in small_changes.KINDS
    ),
    path(
        "c/people/<uuid:record>/propose/<slug:kind>/", suggest.suggest, name="suggest"
    ),
    path(
        "c/people/<uuid:record>/propose/<slug:kind>/<uuid:item>/",
        suggest.suggest,
        name="suggest-item",
    ),
]
