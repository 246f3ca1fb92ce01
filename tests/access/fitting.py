"""Values that a row needs to be legal or a page needs to make sense of it."""

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

# Columns whose text is a key into a catalogue or a zone: never a canary.
MEANT = {
    "catalogue_id": "sertraline",
    "type_id": "cbt",
    "condition_id": "depression",
    "code": "tremor",
    "instrument": "phq9",
    "unit": "mg",
    "zone": "Europe/London",
    "time_zone": "Europe/London",
    "language": "en",
    "country": "GB",
    "role": "prescriber",
    "opened_role": "prescriber",
    "author_role": "prescriber",
    "raised_as": "therapist",
    "proposer_role": "prescriber",
    "practice": "exercise",
    "slot": "",
    "topic": "mood",
    "state": None,
    "hash": None,
    "ground": "measure:1:9",
    "catalogue_form": "",
    "change_unit": "mg",
}


def _change(_world: Any) -> dict[str, Any]:
    return {"change_on": "2026-11-14", "change_day": 6}


def _mark(world: Any) -> dict[str, Any]:
    return {
        "homework_id": world.rows["careplan.Homework"].pk,
        "session_id": None,
        "practice_id": None,
    }


def _answers(_world: Any) -> dict[str, Any]:
    return {
        "state": "sent",
        "answers": [1] * 9,
        "score": 9,
        "band": "mild",
        "sent_at": "2026-11-20T09:00Z",
        "version": "1",
    }


def _sent(_world: Any) -> dict[str, Any]:
    return {
        "state": "proposed",
        "sent_at": "2026-11-20T08:00Z",
        "text_hash": "0" * 64,
        "topics": ["plan"],
        "base_number": 1,
    }


def _goal(world: Any) -> dict[str, Any]:
    return {
        "kind": "goal",
        "values": {"words": f"CANARY-{world.name}-careplan.ProposedChange-values"},
        "topics": ["plan"],
    }


def _times(_world: Any) -> dict[str, Any]:
    return {"times": [dt.time(9)], "next_slot": "", "asked": "", "tight_because": ""}


def _moment(world: Any) -> dict[str, Any]:
    return {"ground": f"measure:{world.rows['journal.MeasureResponse'].pk}"}


def _over(_world: Any) -> dict[str, Any]:
    opened = dt.datetime(2026, 11, 18, 9, tzinfo=dt.UTC)
    ends = opened + dt.timedelta(minutes=30)
    return {"opened_at": opened, "ends_at": ends, "review_words": ""}


def _filled(world: Any) -> dict[str, Any]:
    said = f"CANARY-{world.name}-careplan.Homework-answers"
    one = {"at": "2026-11-19T09:00:00+00:00", "values": {"words": said}}
    return {"answers": json.dumps({"entries": [one]})}


def _own_lines(world: Any) -> dict[str, Any]:
    said = f"CANARY-{world.name}-patients.KeptCopy-content"
    line = {"what": "post", "at": "2026-11-20", "words": [["text", said]]}
    # The therapist's own place, whichever of the team's was made last: a page with one
    # more copy asks what it asked before.
    therapist = world.people["therapist"]
    whose = {"user_id": therapist.pk}
    for place in world.patient.members.filter(user=therapist, state="active"):
        whose["member_id"] = place.pk  # in the scene; a world of rows alone has no team
    return {"content": json.dumps({"name": "Somebody", "lines": [line]}), **whose}


def _copy(_world: Any) -> dict[str, Any]:
    whole = {"format": "careplan-record", "version": 1, "tables": {}}
    return {"content": json.dumps(whole), "counts": {}, "rows": []}


def _named(world: Any) -> dict[str, Any]:
    return {"successor_id": world.people["therapist"].clinician_posts.get().pk}


FITTING: dict[str, Callable[[Any], dict[str, Any]]] = {
    "journal.SideEffectReport": _change,
    "journal.MeasureResponse": _answers,
    "careplan.WorkedMark": _mark,
    "careplan.Proposal": _sent,
    "careplan.Homework": _filled,
    "patients.EmergencyAccess": _over,
    "checkins.Schedule": _times,
    "journal.SafetyMoment": _moment,
    "patients.BroughtIn": _copy,
    "patients.KeptCopy": _own_lines,
    "patients.SuccessorAnswer": _named,
    "careplan.ProposedChange": _goal,
}

# What sets a private twin apart where a table allows one row of a kind.
TWINS: dict[str, dict[str, Any]] = {
    "journal.BaselineChecklist": {"week": 2},
}
