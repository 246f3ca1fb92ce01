"""What stands in an address: whose row each argument names, when it is not the plain one."""

from collections.abc import Callable
from typing import Any

from careplan.outbox import links
from tests.access import scene as scenes
from tests.access.addresses import OBJECTS, Address

Chosen = Callable[[scenes.Scene, str], Any]


def _row(label: str) -> Chosen:
    return lambda scene, record: scene.worlds[record].rows[label].pk


def _post_of(name: str) -> Chosen:
    """The clinician's post: of the administered practice, and of another one."""

    def chosen(scene: scenes.Scene, record: str) -> Any:
        who = "therapist" if record == "maya" else "therapist_elsewhere"
        post = scene.people[who].user.clinician_posts.get()
        return post.organisation_id if name == "organisation" else post.pk

    return chosen


def _member(scene: scenes.Scene, record: str) -> Any:
    who = "therapist" if record == "maya" else "therapist_elsewhere"
    patient = scene.worlds[record].patient
    return scenes.member_of(patient, scene.people[who].user).pk


ARGUMENTS: dict[str, dict[str, Any]] = {
    "account_reset_password_from_key": {"uidb36": "1a", "key": "b-c"},
    "mfa_remove_webauthn": {"pk": 1},
    "mfa_edit_webauthn": {"pk": 1},
    "patients:invite": {"token": "0" * 43},
    "patients:come_back": {"token": "0" * 43},
    "patients:withdraw": {
        "invitation_id": lambda scene, record: scene.offers[record],
    },
    "patients:sharing_add": {
        "user_id": lambda scene, record: scene.people["therapist_elsewhere"].user.pk
    },
    "patients:sharing_change": {"member_id": _member},
    "patients:sharing_stop": {"member_id": _member},
    "patients:sharing_successor": {"member_id": _member},
    "manage:account": {"post_id": _post_of("post")},
    "manage:successor": {"post_id": _post_of("post")},
    "manage:act": {"post_id": _post_of("post"), "name": "suspend"},
    "manage:remove_administrator": {
        "admin_id": lambda scene, record: scene.admin_posts[record]
    },
    "manage:withdraw": {"invitation_id": lambda scene, record: scene.offers[record]},
    "manage:team": {"organisation_id": _post_of("organisation")},
    "checkins:link": {"secret": lambda scene, record: scene.secrets[record]},
    "checkins:later": {"secret": lambda scene, record: scene.secrets[record]},
    "checkins:not_today": {"secret": lambda scene, record: scene.secrets[record]},
    "checkins:stop": {
        "message": _row("outbox.Message"),
        "secret": lambda scene, record: links.secret_of(
            "stop", scene.worlds[record].rows["outbox.Message"].pk
        ),
    },
    "plan:own-part": {"kind": "goal"},
    "plan:patient-suggest": {"kind": "quiet_run"},
    "plan:own-item": {"kind": "goal", "item": _row("careplan.Goal")},
    "plan:suggest": {"kind": "goal"},
    "plan:suggest-item": {"kind": "goal", "item": _row("careplan.Goal")},
    "plan:propose-check": {"draft_id": lambda scene, record: scene.drafts[record]},
    "patients:emergency_review": {"opened_id": "00000000-0000-4000-8000-000000000001"},
    "home:end_allergy": {"row_id": _row("careplan.Allergy")},
    "home:record_end_allergy": {"row_id": _row("careplan.Allergy")},
    "home:comment": {"row_id": _row("patients.Diagnosis")},
    "home:withdraw_diagnosis": {"row_id": _row("patients.Diagnosis")},
    "home:profile_add": {"name": "allergies"},
    "home:record_profile_add": {"name": "allergies"},
    "patients:withdraw_patient": {
        "invitation_id": lambda scene, record: scene.offers[record]
    },
    "plan:check-done": {"item_id": _row("careplan.MonitoringItem")},
    "plan:check-result": {"item_id": _row("careplan.MonitoringItem")},
    "plan:worked-homework": {"about_id": _row("careplan.Homework")},
    "plan:worked-session": {"about_id": _row("careplan.TherapySession")},
    "plan:worked-practice": {"about_id": _row("careplan.Practice")},
    "plan:worked-reply": {"mark_id": _row("careplan.WorkedMark")},
    "plan:own-worry-end": {"worry_id": _row("careplan.MedicineWorry")},
    "plan:worry-end": {"worry_id": _row("careplan.MedicineWorry")},
    "team:own_thread": {"thread_id": _row("team.Conversation")},
    "team:thread": {"thread_id": _row("team.Conversation")},
    "team:cover_end": {"period_id": "00000000-0000-4000-8000-000000000001"},
    "team:heads_up_seen": {"heads_up_id": _row("team.HeadsUp")},
    "team:heads_up_noticed": {"heads_up_id": _row("team.HeadsUp")},
    "team:thanks": {"notice_id": _row("team.StoppingNotice")},
    "team:stopping_answer": {"notice_id": _row("team.StoppingNotice")},
    "review:own-brief": {"visit": _row("careplan.Visit")},
    "review:own-brief-pdf": {"visit": _row("careplan.Visit")},
    "journal:dose_needed": {
        "medication": _row("careplan.Medication"),
        "on": scenes.NOW.date(),
    },
    "journal:dose_one": {
        "medication": _row("careplan.Medication"),
        "on": scenes.NOW.date(),
        "slot": "morning",
    },
    "journal:insight": {"insight_id": _row("journal.Insight")},
    "journal:record_insight": {"insight_id": _row("journal.Insight")},
    "journal:tracker": {"tracker_id": _row("journal.Tracker")},
    "journal:record_moment": {"on": scenes.NOW.date()},
    "journal:checklist": {"medication": _row("careplan.Medication"), "week": 0},
    "journal:measure": {"code": "phq9"},
    "journal:measure_next": {"code": "phq9"},
    "journal:measure_question": {"code": "phq9", "number": 1},
    "journal:measure_check": {"code": "phq9"},
    "journal:measure_done": {"code": "phq9"},
    "journal:measure_history": {"code": "phq9"},
    "journal:record_measure": {"code": "phq9"},
    "journal:measure_response": {
        "code": "phq9",
        "response_id": _row("journal.MeasureResponse"),
    },
    "journal:measure_stop": {"asked_id": _row("journal.MeasureAssignment")},
    "journal:day": {"on": scenes.NOW.date()},
    "journal:record_day": {"on": scenes.NOW.date()},
}


def asked_about(address: Address) -> list[tuple[str, bool]]:
    """Give whose objects the address is asked with: (record, mixed)."""
    special = ARGUMENTS.get(address.name, {})
    rows = [a for a in address.arguments if a in OBJECTS or callable(special.get(a))]
    rows = [a for a in rows if a != "record"]
    if not address.has_record:
        return [("maya", False), ("noor", False)] if rows else [("", False)]
    own = [("maya", False), ("noor", False)]
    return [*own, ("maya", True)] if rows else own
