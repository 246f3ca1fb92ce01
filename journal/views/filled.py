"""Forms that come filled in: from an earlier check-in, or like yesterday."""

from zoneinfo import ZoneInfo

from django.http import QueryDict

from journal import form_parts, queries
from journal.forms import CheckinForm
from journal.models import (
    Entry,
    Insight,
    LifeEvent,
    PracticeLog,
    SideEffectReport,
    SleepLog,
    SubstanceLog,
    TrackerValue,
)


def same_as_yesterday(typed: QueryDict, page: queries.CheckinPage) -> QueryDict:
    """Give what was typed with yesterday's side effects and strengths added."""
    data = typed.copy()
    chosen = [code for code in data.getlist("effects") if code != "none"]
    for report in page.yesterday:
        if report.code not in chosen:
            chosen.append(report.code)
            data[f"strength-{report.code}"] = str(report.strength or "")
    data.setlist("effects", chosen)
    return data


# What a form holds that is not an answer, or that stands for "now".
NO_ANSWER = frozenset({"client_id", "shown", "day", "when", "on", "at", "bring_back"})


def differs(form: CheckinForm) -> bool:
    """Whether a form says something else than the check-in it starts from."""
    return any(_is_other(form, name) for name in form.changed_data)


def _is_other(form: CheckinForm, name: str) -> bool:
    typed = form[name].value()
    if name in NO_ANSWER or (name.startswith(("dose-", "reason-")) and not typed):
        return False
    if name in ("another", "another_strength"):
        code = queries.code_of(str(form["another"].value() or ""))
        return not code or code not in form.initial.get("effects", ())
    if name == "effects":
        said = set(typed) - {form_parts.NONE, form_parts.ANOTHER}
        return not said <= set(form.initial.get("effects", ()))
    return True


def over(start: dict[str, object], typed: QueryDict) -> QueryDict:
    """Give what a check-in says with what was typed on top of it."""
    data = QueryDict(mutable=True)
    for name, value in start.items():
        if isinstance(value, list):
            data.setlist(name, value)
        elif value not in (None, "", False):
            data[name] = "on" if value is True else str(value)
    for name, values in typed.lists():
        if any(values):
            data.setlist(name, values)
    return data


def from_entry(entry: Entry, page: queries.CheckinPage) -> dict[str, object]:
    """Give the fields of a form that shows an entry as it stands."""
    wall = entry.occurred_at.astimezone(ZoneInfo(page.zone))
    start: dict[str, object] = {
        "client_id": entry.client_id,
        "day": page.day.isoformat(),
        "when": "other",
        "on": wall.date(),
        "at": wall.time().replace(second=0, microsecond=0),
        "private": entry.is_private,
        "energy": _text(entry.energy),
        "worry": _text(entry.worry),
        "irritability": _text(entry.irritability),
        "bring_back": True,
    }
    return start | _mood(entry, page) | _effects(entry) | _folded(entry)


def _mood(entry: Entry, page: queries.CheckinPage) -> dict[str, object]:
    if page.scale != "elevated":
        return {"mood": _text(entry.mood)}
    if entry.low is None and entry.high is None:
        return {}
    if entry.is_mixed:
        return {"low": _text(entry.low), "high": _text(entry.high)}
    return {"mood": str((entry.high or 0) - (entry.low or 0))}


def _effects(entry: Entry) -> dict[str, object]:
    start: dict[str, object] = {}
    codes = []
    for row in SideEffectReport.objects.filter(entry=entry, deleted_at__isnull=True):
        if row.code:
            codes.append(row.code)
            start[f"strength-{row.code}"] = _text(row.strength)
        else:
            start |= {"another": row.words, "another_strength": _text(row.strength)}
        unsure = ["not_sure"] if row.is_not_sure else []
        start |= {
            "since": row.since,
            "suspected": [str(one) for one in row.suspected] + unsure,
        }
    return start | {"effects": codes}


def _folded(entry: Entry) -> dict[str, object]:
    note = getattr(entry, "note", None)
    start: dict[str, object] = {}
    if note is not None and note.deleted_at is None:
        start["note"] = note.words
    insight = Insight.objects.filter(entry=entry, deleted_at__isnull=True).first()
    if insight is not None:
        start |= {"insight": insight.words, "bring_back": insight.bring_back}
    night = SleepLog.objects.filter(entry=entry, deleted_at__isnull=True).first()
    if night is not None:
        start |= _night(night)
    return start | _practices(entry) | _once(entry) | _trackers(entry)


def _once(entry: Entry) -> dict[str, object]:
    """What a check-in holds once at most: a drink, a key moment."""
    rows = {"entry": entry, "deleted_at__isnull": True}
    start: dict[str, object] = {}
    if (drink := SubstanceLog.objects.filter(**rows).first()) is not None:
        start |= {
            "drink": drink.kind,
            "units": drink.units,
            "drink_words": drink.words,
        }
    if (moment := LifeEvent.objects.filter(**rows).first()) is not None:
        start["life_event"] = moment.words
    return start


def _trackers(entry: Entry) -> dict[str, object]:
    rows = TrackerValue.objects.filter(entry=entry, deleted_at__isnull=True)
    return {
        f"tracker-{row.tracker_id}": f"{row.value.normalize():f}"
        for row in rows.order_by("occurred_at")
    }


def _night(night: SleepLog) -> dict[str, object]:
    zone = ZoneInfo(night.zone)
    times = {"bed": night.bed_at, "up": night.up_at}
    walls = {name: at.astimezone(zone).time() for name, at in times.items() if at}
    return walls | {
        "awake": night.minutes_awake,
        "wakings": night.wakings,
        "quality": _text(night.quality),
    }


def _practices(entry: Entry) -> dict[str, object]:
    start: dict[str, object] = {}
    habits = []
    for row in PracticeLog.objects.filter(entry=entry, deleted_at__isnull=True):
        if row.kind == "movement":
            start |= {"moving": row.minutes, "effort": row.effort}
            continue
        habits.append(row.kind)
        start["habits_effect"] = row.effect
        if row.kind == "mindfulness":
            start["mindful_minutes"] = row.minutes
    return start | {"habits": habits}


def _text(value: int | None) -> str:
    return "" if value is None else str(value)
