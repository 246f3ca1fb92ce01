"""The activity log: what was done to accounts, by whom. Added only, nothing clinical."""

import datetime as dt

from patients.models import ActivityEvent, Organisation, User

Kind = ActivityEvent.Kind


def note(
    kind: Kind,
    *,
    now: dt.datetime,
    by: User | None = None,
    about: User | None = None,
    organisation: Organisation | None = None,
    words: str = "",
) -> None:
    """Write one line. `words` names a profession or a practice, never a patient."""
    ActivityEvent(
        kind=kind,
        by=by,
        about=about,
        organisation=organisation,
        note=words[:200],
        at=now,
    ).save(force_insert=True)
