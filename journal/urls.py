"""Every address of the journal, with its prefix."""

import datetime as dt

from django.urls import path, register_converter

from journal.views import (
    checkin,
    checklist,
    doses,
    lookback,
    measures,
    own,
    scores,
    support,
    today,
)


class DayConverter:
    """A calendar day such as 2026-11-21, of a century that has people in it."""

    regex = r"(?:19|20|21)\d{2}-\d{2}-\d{2}"

    def to_python(self, value: str) -> dt.date:
        return dt.date.fromisoformat(value)

    def to_url(self, value: dt.date | str) -> str:
        return value if isinstance(value, str) else value.isoformat()


register_converter(DayConverter, "day")

app_name = "journal"
urlpatterns = [
    path("check-in/", checkin.check_in, name="check_in"),
    path("check-in/<uuid:entry_id>/", checkin.entry, name="entry"),
    path("check-in/<uuid:entry_id>/delete/", checkin.delete, name="entry_delete"),
    path("check-in/<uuid:entry_id>/restore/", checkin.restore, name="entry_restore"),
    path("check-in/<uuid:entry_id>/privacy/", checkin.privacy, name="entry_privacy"),
    path("journal/bin/", checkin.in_bin, name="bin"),
    path("doses/answer/", today.dose, name="dose"),
    path("journal/", lookback.index, name="index"),
    path("journal/<day:on>/", lookback.day, name="day"),
    path(
        "journal/effects/<uuid:report_id>/link/",
        lookback.effect_link,
        name="effect_link",
    ),
    path("journal/months/", doses.months, name="months"),
    path("journal/doses/", doses.figures, name="doses"),
    path("journal/doses/<uuid:medication>/<day:on>/", doses.one, name="dose_needed"),
    path(
        "journal/doses/<uuid:medication>/<day:on>/<slug:slot>/",
        doses.one,
        name="dose_one",
    ),
    path("journal/scales/", own.scales, name="scales"),
    path("journal/insights/", own.insights, name="insights"),
    path("journal/insights/<uuid:insight_id>/", own.insight, name="insight"),
    path("journal/trackers/", own.trackers, name="trackers"),
    path("journal/trackers/<uuid:tracker_id>/", own.tracker, name="tracker"),
    path("journal/checklists/", checklist.index, name="checklists"),
    path(
        "journal/checklists/<uuid:medication>/<int:week>/",
        checklist.fill,
        name="checklist",
    ),
    path("c/check-in-time/", checklist.seconds, name="seconds"),
    path("journal/search/", own.search, name="search"),
    path("p/<uuid:record>/journal/", lookback.index, name="record_index"),
    path("p/<uuid:record>/journal/months/", doses.months, name="record_months"),
    path("p/<uuid:record>/journal/doses/", doses.figures, name="record_doses"),
    path("p/<uuid:record>/journal/insights/", own.insights, name="record_insights"),
    path(
        "p/<uuid:record>/journal/checklists/",
        checklist.index,
        name="record_checklists",
    ),
    path(
        "p/<uuid:record>/journal/insights/<uuid:insight_id>/",
        own.insight,
        name="record_insight",
    ),
    path("p/<uuid:record>/journal/<day:on>/moment/", own.moment, name="record_moment"),
    path("p/<uuid:record>/journal/<day:on>/", lookback.day, name="record_day"),
    path(
        "p/<uuid:record>/journal/effects/<uuid:report_id>/judge/",
        lookback.judge,
        name="judge",
    ),
    path("measures/", measures.index, name="measures"),
    path("measures/<slug:code>/", measures.intro, name="measure"),
    path("measures/<slug:code>/next/", measures.following, name="measure_next"),
    path(
        "measures/<slug:code>/<int:number>/", measures.question, name="measure_question"
    ),
    path("measures/<slug:code>/check/", measures.check, name="measure_check"),
    path("measures/<slug:code>/done/", measures.done, name="measure_done"),
    path("measures/<slug:code>/history/", scores.history, name="measure_history"),
    path("p/<uuid:record>/measures/", scores.record_index, name="record_measures"),
    path(
        "p/<uuid:record>/measures/<slug:code>/",
        scores.history,
        name="record_measure",
    ),
    path(
        "p/<uuid:record>/measures/<slug:code>/<uuid:response_id>/",
        scores.response,
        name="measure_response",
    ),
    path("c/people/<uuid:record>/measures/assign/", scores.ask, name="measure_ask"),
    path(
        "c/people/<uuid:record>/measures/<uuid:asked_id>/end/",
        scores.stop_asking,
        name="measure_stop",
    ),
    path("support/<uuid:moment_id>/", support.after, name="support_after"),
]
