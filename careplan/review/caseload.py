"""The caseload's reads: everybody a clinician works with, in a fixed number of queries.

One statement gathers the newest of everything for all people at once; row security
adds each one's consent a second time, so a column the reader may not see is empty.
Private and deleted rows never count (decisions 16).
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from careplan.common.clock import local_date
from careplan.common.postgresql.prepared import planned_cursor
from careplan.plan.contacts import Contact, Met, next_contact
from careplan.plan.queries import MEETS
from careplan.review.worklist import Known
from patients.access import Actor, places_of, seen_in_list
from patients.models import CareTeamMember, Role
from patients.topics import Topic

# One row a person, from one reading of each table for all of them: a bitmap over the
# index looks at each page once, where a subquery a person went down it 500 times.
# MATERIALIZED: on tables without statistics the planner would else read them anew for
# each person after all. FULL, where LEFT would do: it is joined by hash at any size,
# while a plan kept for few people would go through all of each table for each of 500.
PEOPLE = """
WITH pl AS MATERIALIZED (SELECT patient_id, number AS version, review_on, phase,
  created_at AS plan_since,
  therapist_every_days AS therapist_every, prescriber_every_days AS prescriber_every,
  therapist_every_since, prescriber_every_since
  FROM careplan_plan WHERE patient_id = ANY(%(ids)s::uuid[])),
al AS MATERIALIZED (SELECT DISTINCT ON (patient_id) patient_id, level AS alert_level,
  label AS alert_label, raised_at AS alert_at, state AS alert_state
  FROM team_alert WHERE patient_id = ANY(%(safe)s::uuid[]) AND state <> 'done'
  ORDER BY patient_id,
    array_position(ARRAY['emergency','same_day','routine'], level::text), raised_at),
co AS MATERIALIZED (SELECT DISTINCT ON (patient_id) patient_id, raised_at AS concern_at,
  ground_label AS concern_about
  FROM team_concern WHERE patient_id = ANY(%(ids)s::uuid[])
  AND state IN ('open', 'answered') AND owner_id = %(me)s
  ORDER BY patient_id, raised_at),
pr AS MATERIALIZED (SELECT DISTINCT ON (patient_id) patient_id, sent_at AS proposal_at,
  title AS proposal_title, proposer_id AS proposer, answered AS has_answered,
  CASE WHEN proposer_id = %(me)s THEN (SELECT min(asked_at)
    FROM careplan_proposalquestion k WHERE k.patient_id = x.patient_id
    AND k.proposal_id = x.id AND k.answered_at IS NULL) END AS question_at
  FROM (SELECT id, patient_id, sent_at, title, proposer_id,
      EXISTS (SELECT FROM careplan_response r WHERE r.proposal_id = q.id
        AND r.user_id = %(me)s AND r.taken_back_at IS NULL) AS answered
    FROM careplan_proposal q WHERE patient_id = ANY(%(ids)s::uuid[])
    AND state IN ('proposed', 'question_open', 'agreed')) x
  ORDER BY patient_id, answered, sent_at),
st AS MATERIALIZED (SELECT DISTINCT ON (s.patient_id) s.patient_id, s.not_before AS step_on,
  m.name AS step_name
  FROM careplan_dosestep s JOIN careplan_medication m ON m.id = s.medication_id
  WHERE s.patient_id = ANY(%(ids)s::uuid[]) AND s.state = 'planned'
  AND m.prescriber_id = %(me)s AND s.not_before <= %(soon)s
  ORDER BY s.patient_id, s.not_before),
mo AS MATERIALIZED (SELECT DISTINCT ON (patient_id) patient_id, due_on AS monitoring_on,
  what AS monitoring_what
  FROM careplan_monitoringitem WHERE patient_id = ANY(%(ids)s::uuid[])
  AND done_on IS NULL AND cancelled_at IS NULL AND not_needed_because = ''
  AND due_on <= %(soon)s ORDER BY patient_id, due_on),
fo AS MATERIALIZED (SELECT patient_id,
  (array_agg(score ORDER BY sent_at DESC) FILTER (WHERE is_phq9))[1:30] AS phq9,
  (array_agg(local_date ORDER BY sent_at DESC) FILTER (WHERE is_phq9))[1:30]
    AS phq9_days,
  (array_agg(CASE WHEN jsonb_typeof(answers->8) = 'number' THEN (answers->>8)::int END
    ORDER BY sent_at DESC) FILTER (WHERE is_phq9))[1:30] AS item9,
  (array_agg(score ORDER BY sent_at DESC)
    FILTER (WHERE instrument = 'gad7' AND score IS NOT NULL))[1:30] AS gad7,
  (array_agg(CASE WHEN jsonb_typeof(answers->2) = 'number' THEN (answers->>2)::int END
    ORDER BY sent_at DESC) FILTER (WHERE instrument = 'side_effect_burden'))[1]
    AS burden
  FROM (SELECT patient_id, instrument, score, sent_at, local_date, answers,
      instrument = 'phq9' AND score IS NOT NULL AS is_phq9
    FROM journal_measureresponse WHERE patient_id = ANY(%(ids)s::uuid[])
    AND instrument IN ('phq9', 'gad7', 'side_effect_burden') AND state = 'sent'
    AND NOT is_private AND deleted_at IS NULL) x GROUP BY patient_id),
ef AS MATERIALIZED (SELECT DISTINCT ON (patient_id) patient_id, code AS effect_code,
  before AS effect_before, now AS effect_now FROM (SELECT patient_id, code,
    coalesce(max(strength) FILTER (WHERE local_date <= %(two_weeks)s), 0) AS before,
    max(strength) FILTER (WHERE local_date > %(two_weeks)s) AS now
  FROM journal_sideeffectreport WHERE patient_id = ANY(%(ids)s::uuid[])
  AND code <> '' AND NOT is_private AND deleted_at IS NULL AND strength IS NOT NULL
  AND local_date > %(four_weeks)s GROUP BY patient_id, code) x
  WHERE now > before ORDER BY patient_id, now DESC, before, code),
en AS MATERIALIZED (SELECT patient_id, max(local_date) AS last_checkin,
  count(DISTINCT local_date) AS checkin_days
  FROM journal_entry WHERE patient_id = ANY(%(ids)s::uuid[])
  AND deleted_at IS NULL AND NOT is_private AND local_date > %(eight_weeks)s
  GROUP BY patient_id),
qu AS MATERIALIZED (SELECT patient_id, max(local_date) AS long_ago
  FROM journal_entry WHERE patient_id = ANY(ARRAY(
    SELECT unnest(%(ids)s::uuid[]) EXCEPT SELECT patient_id FROM en))
  AND deleted_at IS NULL AND NOT is_private
  AND local_date > %(half_year)s AND local_date <= %(eight_weeks)s
  GROUP BY patient_id),
ta AS MATERIALIZED (SELECT patient_id, min(state) AS taper FROM careplan_taperplan
  WHERE patient_id = ANY(%(ids)s::uuid[]) AND state IN ('active', 'held', 'watching')
  GROUP BY patient_id),
th AS MATERIALIZED (SELECT patient_id, min(started_on) AS started_on FROM careplan_therapycourse
  WHERE patient_id = ANY(%(ids)s::uuid[]) AND state = 'active' GROUP BY patient_id),
md AS MATERIALIZED (SELECT patient_id, max(started_on) AS medicine_since FROM careplan_medication
  WHERE patient_id = ANY(%(ids)s::uuid[]) AND state = 'active' GROUP BY patient_id),
de AS MATERIALIZED (SELECT patient_id, max(decided_at) AS decided_at FROM review_decision
  WHERE patient_id = ANY(%(ids)s::uuid[]) GROUP BY patient_id),
me AS MATERIALIZED (SELECT patient_id,
  min(starts_at) FILTER (WHERE clinician_id = %(me)s AND state = 'planned'
    AND starts_at >= %(now)s) AS next_visit,
  max(starts_at) FILTER (WHERE clinician_id = %(me)s AND state = 'held'
    AND starts_at < %(now)s) AS last_visit,
  max(starts_at) FILTER (WHERE role = 'therapist' AND state = 'held') AS therapist_held,
  max(starts_at) FILTER (WHERE role = 'prescriber' AND state = 'held')
    AS prescriber_held,
  min(starts_at) FILTER (WHERE role = 'therapist' AND state = 'planned'
    AND starts_at >= %(now)s) AS therapist_booked,
  min(starts_at) FILTER (WHERE role = 'prescriber' AND state = 'planned'
    AND starts_at >= %(now)s) AS prescriber_booked
  FROM careplan_visit WHERE patient_id = ANY(%(ids)s::uuid[]) GROUP BY patient_id)
SELECT p.id, u.name, u.pronouns, p.birth_date, p.time_zone, p.mood_scale,
  alert_level, alert_label, alert_at, alert_state, concern_at, concern_about,
  proposal_at, proposal_title, proposer, has_answered, question_at, step_on, step_name,
  monitoring_on, monitoring_what, phq9, phq9_days, item9, gad7, burden, effect_code,
  effect_before, effect_now, coalesce(last_checkin, long_ago) AS last_checkin,
  checkin_days, version, pl.review_on, phase,
  (plan_since AT TIME ZONE p.time_zone)::date AS plan_since,
  therapist_every, prescriber_every, therapist_every_since, prescriber_every_since,
  taper, started_on, medicine_since, decided_at, next_visit, last_visit,
  (therapist_held AT TIME ZONE p.time_zone)::date AS therapist_held,
  (prescriber_held AT TIME ZONE p.time_zone)::date AS prescriber_held,
  (therapist_booked AT TIME ZONE p.time_zone)::date AS therapist_booked,
  (prescriber_booked AT TIME ZONE p.time_zone)::date AS prescriber_booked
FROM (SELECT *, id AS patient_id FROM patients_patient
  WHERE id = ANY(%(ids)s::uuid[]) AND closed_at IS NULL) p
  JOIN patients_user u ON u.id = p.user_id
  FULL JOIN pl USING (patient_id) FULL JOIN al USING (patient_id)
  FULL JOIN co USING (patient_id) FULL JOIN pr USING (patient_id)
  FULL JOIN st USING (patient_id) FULL JOIN mo USING (patient_id)
  FULL JOIN fo USING (patient_id) FULL JOIN ef USING (patient_id)
  FULL JOIN en USING (patient_id) FULL JOIN qu USING (patient_id)
  FULL JOIN ta USING (patient_id) FULL JOIN th USING (patient_id)
  FULL JOIN md USING (patient_id) FULL JOIN de USING (patient_id)
  FULL JOIN me USING (patient_id)
WHERE CASE WHEN p.id IS NULL THEN false ELSE true END
"""


def _places(actor: Actor) -> QuerySet[CareTeamMember]:
    """Where the actor works as a clinician; supporters have no caseload."""
    return places_of(actor).exclude(role=Role.SUPPORTER)


@dataclass(frozen=True, slots=True)
class Place:
    """What a reader is to one person, and what is open to them there."""

    role: str
    topics: frozenset[str]
    id: UUID | None = None


def people(actor: Actor, *, now: dt.datetime) -> tuple[Known, ...]:
    """Give what is known of each person on the actor's caseload: two queries."""
    rows = _places(actor).values_list("patient_id", "role", "topics", "pk")
    places = {
        patient: Place(role, frozenset(topics), pk)
        for patient, role, topics, pk in rows
    }
    if not places or actor.user is None:
        return ()
    return known_of(places, actor.user.pk, now=now)


def known_of(
    places: Mapping[UUID, Place], me: UUID, *, now: dt.datetime
) -> tuple[Known, ...]:
    """Give what `me` has to know of these people; consent is applied here, too."""
    today = now.date()
    with planned_cursor() as cursor:
        cursor.execute(
            PEOPLE,
            {
                "ids": _array(places),
                "safe": _array(
                    record
                    for record, place in places.items()
                    if Topic.SAFETY.value in place.topics
                ),
                "me": me,
                "now": now,
                "soon": today + dt.timedelta(days=7),
                "two_weeks": today - dt.timedelta(days=14),
                "four_weeks": today - dt.timedelta(days=28),
                "eight_weeks": today - dt.timedelta(days=56),
                "half_year": today - dt.timedelta(days=183),
            },
        )
        names = [column.name for column in cursor.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    days = {zone: local_date(now, zone) for zone in {row["time_zone"] for row in rows}}
    return tuple(
        [
            _known(_open(row, places[row["id"]]), me, days[row["time_zone"]], now=now)
            for row in rows
        ]
    )


def _array(records: Iterable[UUID]) -> str:
    """As PostgreSQL writes an array: one text, where the driver would turn each of
    500 ids into SQL for each table that is read."""
    return "{" + ",".join(map(str, records)) + "}"


MOOD = Topic.MOOD.value

# Which columns a topic opens. Row security empties the same: each lock holds alone.
COLUMNS_OF: Mapping[Topic, tuple[str, ...]] = {
    Topic.MOOD: ("last_checkin", "checkin_days"),
    Topic.MEASURES: ("phq9", "phq9_days", "gad7", "item9", "burden", "decided_at"),
    Topic.SIDE_EFFECTS: ("effect_code", "effect_before", "effect_now"),
    Topic.MEDICINES: (
        "step_on",
        "step_name",
        "monitoring_on",
        "monitoring_what",
        "taper",
        "medicine_since",
    ),
    Topic.THERAPY: ("started_on",),
    Topic.PLAN: (
        "proposal_at",
        "proposal_title",
        "question_at",
        "version",
        "review_on",
        "phase",
        "plan_since",
    ),
    Topic.SAFETY: ("alert_level", "alert_label", "alert_at", "alert_state"),
}


def _open(row: dict[str, Any], place: Place) -> dict[str, Any]:
    own = {"role": place.role, "topics": place.topics, "place": place.id}
    return {**row, **_closed(place.topics), **own}


@lru_cache(maxsize=256)
def _closed(topics: frozenset[str]) -> Mapping[str, None]:
    """The columns of every topic that is not among these, each empty."""
    return {
        column: None
        for topic, columns in COLUMNS_OF.items()
        if topic.value not in topics
        for column in columns
    }


def _known(row: dict[str, Any], me: UUID, today: dt.date, *, now: dt.datetime) -> Known:
    contact = _contact(row, today)
    return Known(
        id=row["id"],
        place=row["place"],
        name=row["name"],
        pronouns=row["pronouns"] or "",
        age=_age(row["birth_date"], now.date()),
        role=row["role"],
        shares_mood=MOOD in row["topics"],
        mood_scale=row["mood_scale"],
        zone=row["time_zone"],
        today=today,
        next_visit=row["next_visit"],
        last_visit=row["last_visit"],
        contact_on=contact.next_on if contact else None,
        is_contact_overdue=bool(contact and contact.is_overdue),
        decided_at=row["decided_at"],
        alert_level=row["alert_level"] or "",
        alert_label=row["alert_label"] or "",
        alert_at=row["alert_at"],
        alert_is_taken=row["alert_state"] == "taken",
        concern_at=row["concern_at"],
        concern_about=row["concern_about"] or "",
        question_at=row["question_at"],
        proposal_at=row["proposal_at"],
        proposal_title=row["proposal_title"] or "",
        is_mine_to_answer=bool(
            row["proposal_at"] and row["proposer"] != me and not row["has_answered"]
        ),
        step_on=row["step_on"],
        step_name=row["step_name"] or "",
        monitoring_on=row["monitoring_on"],
        monitoring_what=row["monitoring_what"] or "",
        phq9=tuple(row["phq9"] or ()),
        phq9_days=tuple(row["phq9_days"] or ()),
        gad7=tuple(row["gad7"] or ()),
        item9=tuple(row["item9"] or ()),
        burden=row["burden"],
        effect_code=row["effect_code"] or "",
        effect_before=row["effect_before"] or 0,
        effect_now=row["effect_now"] or 0,
        last_checkin=row["last_checkin"],
        checkin_days=row["checkin_days"] or 0,
        version=row["version"] or 0,
        review_on=row["review_on"],
        phase=row["phase"] or "",
        taper=row["taper"] or "",
        since=min(
            row["started_on"] or dt.date.max, row["medicine_since"] or dt.date.max
        )
        if row["started_on"] or row["medicine_since"]
        else None,
        medicine_since=row["medicine_since"],
    )


def _contact(row: Mapping[str, Any], today: dt.date) -> Contact | None:
    """The reader's own next meeting by the plan's rhythm; of others the nearest (Q6)."""
    begun = row["plan_since"]
    roles = (row["role"],) if row["role"] in MEETS else MEETS
    asked = [role for role in roles if row[f"{role}_every"] is not None]
    if begun is None or not asked:
        return None
    found = (
        next_contact(
            Met(
                role,
                row[f"{role}_every"],
                row[f"{role}_held"],
                row[f"{role}_booked"],
            ),
            since=row[f"{role}_every_since"] or begun,
            today=today,
        )
        for role in asked
    )
    return min(filter(None, found), key=lambda contact: contact.next_on)


def _age(born: dt.date | None, today: dt.date) -> int | None:
    if born is None:
        return None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


class Listed(NamedTuple):
    """A place on a team through which somebody was listed."""

    pk: UUID
    patient_id: UUID
    role: str


def note_seen(actor: Actor, people: Sequence[Known], *, now: dt.datetime) -> None:
    """Note who was listed, once a patient, clinician and day (decisions 25)."""
    listed = [
        Listed(person.place, person.id, person.role)
        for person in people
        if person.place is not None
    ]
    seen_in_list(actor, listed, "caseload", now=now)
