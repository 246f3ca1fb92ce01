"""Every address of the journal, with its prefix."""

import datetime as dt

from django.urls import path, register_converter

from journal.views import checkin, lookback, support, today


class DayConverter:
    """A calendar day such as 2026-11-21."""

    regex = r"\d{4}-\d{2}-\d{2}"

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
    path("doses/answer/", today.dose, name="dose"),
    path("journal/", lookback.index, name="index"),
    path("journal/<day:on>/", lookback.day, name="day"),
    path(
        "journal/effects/<uuid:report_id>/link/",
        lookback.effect_link,
        name="effect_link",
    ),
    path("p/<uuid:record>/journal/", lookback.index, name="record_index"),
    path("p/<uuid:record>/journal/<day:on>/", lookback.day, name="record_day"),
    path(
        "p/<uuid:record>/journal/effects/<uuid:report_id>/judge/",
        lookback.judge,
        name="judge",
    ),
    path("support/<uuid:moment_id>/", support.after, name="support_after"),
]
