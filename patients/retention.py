"""How long each table is kept, why, and what erases it (E5). One line a table.

A table of the database that is not listed here fails the tests. What may outlive a
record is LEFT: the page about leaving and docs/security.md say it in the same words,
and a dump after an erasure may hold the person's number in those tables alone.

`clear` runs every day beside `leaving.erase_due`, as the same database role.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import psycopg
from django.utils.translation import gettext_lazy as _

DAY = dt.timedelta(days=1)
MONTH, YEAR, SIX_YEARS = 30 * DAY, 365 * DAY, 6 * 365 * DAY


@dataclass(frozen=True, slots=True)
class Kept:
    """For how long, why, and by what it goes."""

    until: str
    because: str
    erased_by: str


ERASURE, SWEEP = "manage.py erase_records, leaving.erase_due", "retention.clear"
FORGET, WAYS = "app.forget_person", "app.forget_ways"

RECORD = Kept(
    "30 days after the person closes the record",
    "it is her record; until then she may come back",
    ERASURE,
)
BIN = Kept(
    "30 days in the bin (a report that a clinician judged: hidden); else as the record",
    "what was deleted by a slip can be taken back",
    f"journal.empty_bin; {ERASURE}",
)
ACCOUNT = Kept(
    "30 days after the record is closed", "it is how she signs in or is reached", FORGET
)
REACHED = Kept(ACCOUNT.until, ACCOUNT.because, WAYS)
STAFF = Kept(
    "as long as a record or the log names the post",
    "a signature must say who signed and who had checked that profession",
    "nothing yet: it is about people at work, not about patients",
)
MACHINE = Kept("always", "machinery: names nobody", "nothing")
PASSING = Kept("minutes to 12 hours", "what a sign-in needs while it lasts", SWEEP)

TABLES: dict[str, Kept] = {
    "patients_patient": RECORD,
    "patients_patientkey": RECORD,
    "patients_careteammember": RECORD,
    "patients_consent": RECORD,
    "patients_accessevent": RECORD,
    "patients_auditseal": RECORD,
    "patients_changeevent": RECORD,
    "patients_emergencyaccess": RECORD,
    "patients_keptcopy": RECORD,
    "patients_successoranswer": RECORD,
    "patients_broughtin": RECORD,
    "patients_contactdetails": RECORD,
    "patients_diagnosis": RECORD,
    "patients_diagnosiscomment": RECORD,
    "careplan_plan": RECORD,
    "careplan_planversion": RECORD,
    "careplan_planversionsection": RECORD,
    "careplan_signature": RECORD,
    "careplan_proposal": RECORD,
    "careplan_proposedchange": RECORD,
    "careplan_response": RECORD,
    "careplan_proposalquestion": RECORD,
    "careplan_goal": RECORD,
    "careplan_goalstep": RECORD,
    "careplan_practice": RECORD,
    "careplan_earlysign": RECORD,
    "careplan_stayingwell": RECORD,
    "careplan_preference": RECORD,
    "careplan_approach": RECORD,
    "careplan_medication": RECORD,
    "careplan_strength": RECORD,
    "careplan_taperplan": RECORD,
    "careplan_dosestep": RECORD,
    "careplan_dosetime": RECORD,
    "careplan_hold": RECORD,
    "careplan_stockcount": RECORD,
    "careplan_allergy": RECORD,
    "careplan_pastmedicine": RECORD,
    "careplan_monitoringitem": RECORD,
    "careplan_labresult": RECORD,
    "careplan_therapycourse": RECORD,
    "careplan_therapysession": RECORD,
    "careplan_homeworkform": RECORD,
    "careplan_homework": RECORD,
    "careplan_workedmark": RECORD,
    "careplan_sharedsummary": RECORD,
    "careplan_medicineworry": RECORD,
    "careplan_pasttherapy": RECORD,
    "careplan_visit": RECORD,
    "careplan_agendapoint": RECORD,
    "careplan_safetyplan": RECORD,
    "careplan_safetyline": RECORD,
    "careplan_safetyperson": RECORD,
    "team_alert": RECORD,
    "team_alertrecipient": RECORD,
    "team_alertchoice": RECORD,
    "team_headsup": RECORD,
    "team_headsupseen": RECORD,
    "team_concern": RECORD,
    "team_concernnote": RECORD,
    "team_conversation": RECORD,
    "team_post": RECORD,
    "team_readupto": RECORD,
    "team_stoppingnotice": RECORD,
    "journal_entry": BIN,
    "journal_entrynote": BIN,
    "journal_entryversion": BIN,
    "journal_sleeplog": BIN,
    "journal_practicelog": BIN,
    "journal_substancelog": BIN,
    "journal_trackervalue": BIN,
    "journal_doseanswer": BIN,
    "journal_sideeffectreport": BIN,
    "journal_sideeffectjudgement": RECORD,
    "journal_tracker": RECORD,
    "journal_lifeevent": BIN,
    "journal_keptform": RECORD,
    "journal_checkintiming": RECORD,
    "journal_baselinechecklist": RECORD,
    "journal_measureassignment": RECORD,
    "journal_measureresponse": BIN,
    "journal_safetymoment": RECORD,
    "journal_insight": BIN,
    "journal_homeworkanswer": BIN,
    "review_reviewmark": RECORD,
    "review_decision": RECORD,
    "checkins_schedule": RECORD,
    "checkins_prompt": RECORD,
    "checkins_teamtold": RECORD,
    # Accounts.
    "account_emailaddress": ACCOUNT,
    "account_emailconfirmation": ACCOUNT,
    "mfa_authenticator": ACCOUNT,
    "patients_device": Kept(
        "a year after it was last seen, 30 days after it was forgotten",
        "so that a sign-in on a new device can be told apart",
        f"{SWEEP}; {FORGET}",
    ),
    "patients_invitation": Kept(
        "30 days after it was answered, taken back or ran out",
        "whoever invited sees what became of it; the address is of somebody who may"
        " never have wanted an account",
        f"{SWEEP}; {FORGET}",
    ),
    "outbox_channeladdress": REACHED,
    "outbox_pushsubscription": REACHED,
    "outbox_optout": REACHED,
    "outbox_message": Kept(
        "30 days after the record is closed; a clinician's as long as the post",
        "it shows what was sent, and keeps anything from being sent twice",
        f"{ERASURE}; {WAYS}",
    ),
    "patients_user": Kept(
        "its number for good; name, address and every way in 30 days after leaving",
        "other rows say by this number who acted",
        FORGET,
    ),
    "patients_termsanswer": Kept(
        "six years",
        "we must be able to show that we were allowed to keep health data",
        SWEEP,
    ),
    "patients_activityevent": Kept(
        "six years", "we must be able to show who did what to an account", SWEEP
    ),
    # Practices and people at work.
    "patients_organisation": STAFF,
    "patients_clinician": STAFF,
    "patients_administrator": STAFF,
    "patients_helplinecheck": STAFF,
    "team_coverperiod": STAFF,
    "team_digesttime": STAFF,
    # What lasts a sign-in.
    "django_session": PASSING,
    "usersessions_usersession": Kept(
        PASSING.until, PASSING.because, f"{SWEEP}; {FORGET}"
    ),
    "patients_cache": PASSING,
    # Machinery.
    "patients_consenttext": MACHINE,
    "checkins_tickmark": MACHINE,
    "app.seal_queue": Kept(
        "a minute", "looks that wait for their seal", "app.mark_sealed"
    ),
    "app.identity_key": MACHINE,
    "auth_group": MACHINE,
    "auth_group_permissions": MACHINE,
    "auth_permission": MACHINE,
    "django_content_type": MACHINE,
    "django_migrations": MACHINE,
}


@dataclass(frozen=True, slots=True)
class Left:
    """What outlives a record here, in words for the person who leaves."""

    what: Any
    until: Any
    because: Any


LEFT: dict[str, Left] = {
    "patients_user": Left(
        _("The number of your account"),
        _("without your name, address, language or time zone"),
        _("The two lines below name it instead of you."),
    ),
    "patients_termsanswer": Left(
        _("That this number agreed to our terms, and when"),
        _("for six years"),
        _("We must be able to show that we were allowed to keep your record."),
    ),
    "patients_activityevent": Left(
        _("That this number signed up, signed in on a new device and left"),
        _("for six years"),
        _("We must be able to show who did what to an account."),
    ),
}

# Table, condition, and how long ago; run in this order, each for all people alike.
_OVER = (
    "joined_at < %(cut)s OR withdrawn_at < %(cut)s"
    " OR (used_at IS NULL AND expires_at < %(cut)s)"
)
SWEEPS: tuple[tuple[str, str, dt.timedelta], ...] = (
    ("django_session", "expire_date < %(cut)s", dt.timedelta()),
    (
        "usersessions_usersession",
        "session_key NOT IN (SELECT session_key FROM django_session)",
        dt.timedelta(),
    ),
    ("patients_cache", "expires < %(cut)s", dt.timedelta()),
    ("patients_invitation", _OVER, MONTH),
    ("patients_device", "forgotten_at < %(cut)s", MONTH),
    ("patients_device", "last_seen_at < %(cut)s", YEAR),
    ("patients_activityevent", "at < %(cut)s", SIX_YEARS),
    (
        "patients_termsanswer",
        "given_at < %(cut)s AND user_id IN"
        " (SELECT id FROM patients_user WHERE email LIKE '%%@erased.invalid')",
        SIX_YEARS,
    ),
)


def clear(erasing: psycopg.Connection[Any], *, now: dt.datetime) -> int:
    """Delete what is kept no longer, of everybody; says how many rows.

    `erasing` is the erasing role. May run twice: the second finds nothing.
    """
    rows = 0
    with erasing.transaction():
        for table, condition, ago in SWEEPS:
            rows += erasing.execute(
                f"DELETE FROM {table} WHERE {condition}".encode(),  # noqa: S608 - above
                {"cut": now - ago},
            ).rowcount
    return rows
