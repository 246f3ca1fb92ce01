"""Which folded parts of a check-in stand open: those that hold something, or an error."""

from typing import Any

from journal import queries


class Folds:
    """Mixed into the check-in's form; the template asks part by part."""

    page: queries.CheckinPage
    fields: dict[str, Any]
    __getitem__: Any  # a bound field, from the form

    def has_any(self, *names: str) -> bool:
        """Whether one of the fields was filled in or has an error."""
        return any(self[name].value() or self[name].errors for name in names)

    @property
    def is_sleep_open(self) -> bool:
        return self.has_any("bed", "up", "awake", "wakings", "quality")

    @property
    def is_moving_open(self) -> bool:
        return self.has_any("moving", "effort", "habits", "mindful_minutes")

    @property
    def is_feelings_open(self) -> bool:
        return self.has_any(*(n for n in queries.FEELINGS if n in self.fields))

    @property
    def asks_feelings(self) -> bool:
        """Whether one of the feelings is asked at all (J3)."""
        return any(name in self.fields for name in queries.FEELINGS)

    @property
    def is_trackers_open(self) -> bool:
        return self.has_any(*(f"tracker-{row.pk}" for row in self.page.trackers))

    @property
    def is_drink_open(self) -> bool:
        return self.has_any("drink", "units", "drink_words")

    @property
    def is_insight_open(self) -> bool:
        return self.has_any("insight")

    @property
    def is_moment_open(self) -> bool:
        return self.has_any("life_event")

    @property
    def is_note_open(self) -> bool:
        return self.has_any("note")

    @property
    def is_when_open(self) -> bool:
        return self.has_any("on", "at") or self["when"].value() not in (None, "now")

    @property
    def is_more_about_effects_open(self) -> bool:
        return self.has_any("since", "suspected")
