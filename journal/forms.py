"""The journal's forms: shape and wording. They read no row and save nothing."""

import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from careplan.common.catalogue import side_effects
from careplan.common.forms import (
    MOOD_CHOICES,
    POLE_CHOICES,
    CareForm,
    CheckList,
    DateInput,
    Segmented,
    TextArea,
    Tide,
    TimeInput,
    with_capitals,
)
from journal import filled_in, form_parts, queries
from journal.entries import LONGEST_NOTE
from journal.folds import Folds
from journal.form_parts import (
    ANOTHER,
    ANSWERS,
    ENERGY,
    FEELINGS,
    HABITS,
    NONE,
    QUALITY,
    STRENGTHS,
    DoseRow,
    EffectRow,
    Words,
    segments,
)
from journal.inputs import CheckinInput
from journal.models import DoseAnswer, PracticeLog, SubstanceLog

OLDEST = dt.timedelta(days=3660)


class CheckinForm(Folds, CareForm):
    """A whole check-in. Every part is optional; one of them must say something."""

    quiet_optional = True  # the page says so once: "Add more, only if you want"

    client_id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    shown = forms.CharField(widget=forms.HiddenInput, required=False, max_length=300)
    day = forms.DateField(widget=forms.HiddenInput, required=False)
    mood = forms.ChoiceField(
        label=_("How is your mood?"),
        choices=MOOD_CHOICES,
        widget=Tide,
        required=False,
        error_messages={"invalid_choice": _("Choose the level closest to your mood")},
    )
    when = segments(
        (
            ("now", _("Now")),
            ("yesterday", _("Yesterday evening")),
            ("other", _("Another time")),
        ),
        _("When was it?"),
    )
    on = forms.DateField(label=_("Day"), widget=DateInput, required=False)
    at = forms.TimeField(label=_("Time"), widget=TimeInput, required=False)
    effects = forms.MultipleChoiceField(
        label=_("Any side effects?"), required=False, choices=form_parts.every_effect
    )
    another = Words(
        label=_("Another side effect"),
        help_text=_("Start typing to search the list, or use your own words."),
        required=False,
        max_length=300,
        widget=forms.TextInput({"list": "effect-names", "autocomplete": "off"}),
    )
    another_strength = segments(STRENGTHS, _("How strong is it?"))
    since = forms.DateField(
        label=_("Since which day?"), widget=DateInput, required=False
    )
    suspected = forms.MultipleChoiceField(
        label=_("Which medicine could it be from?"),
        required=False,
        widget=CheckList,
        choices=(),
    )
    bed = forms.TimeField(label=_("Into bed at"), widget=TimeInput, required=False)
    up = forms.TimeField(label=_("Out of bed at"), widget=TimeInput, required=False)
    awake = forms.IntegerField(
        label=_("Minutes awake in the night"),
        required=False,
        min_value=0,
        max_value=1440,
    )
    wakings = forms.IntegerField(
        label=_("How many times you woke up"), required=False, min_value=0, max_value=99
    )
    quality = segments(QUALITY, _("How was your sleep?"))
    moving = forms.IntegerField(
        label=_("Minutes of moving about"), required=False, min_value=0, max_value=1440
    )
    effort = segments(with_capitals(PracticeLog.Effort.choices), _("How hard was it?"))
    habits = forms.MultipleChoiceField(
        label=_("Anything else you did"),
        required=False,
        widget=CheckList,
        choices=HABITS,
    )
    mindful_minutes = forms.IntegerField(
        label=_("Minutes of mindfulness"), required=False, min_value=0, max_value=1440
    )
    habits_effect = segments(
        with_capitals(PracticeLog.Effect.choices), _("What did it do?")
    )
    energy = segments(ENERGY, _("Energy"))
    worry = segments(FEELINGS, _("Worry"))
    irritability = segments(FEELINGS, _("Feeling snappy"))
    drink = segments(
        with_capitals(SubstanceLog.Kind.choices), _("Alcohol or drugs today")
    )
    units = forms.DecimalField(
        label=_("Units of alcohol"),
        help_text=_("A small glass of wine is about one and a half units."),
        required=False,
        min_value=0,
        max_value=99,
        decimal_places=1,
    )
    drink_words = Words(label=_("In your own words"), required=False, max_length=300)
    insight = Words(
        label=_("Something from therapy"),
        help_text=_("Something you noticed or learned."),
        required=False,
        max_length=LONGEST_NOTE,
        widget=TextArea(rows=3),
    )
    bring_back = forms.BooleanField(
        label=_("Bring this back to my next session"), required=False
    )
    life_event = Words(
        label=_("A key moment"),
        help_text=_("One line, such as “Moved house”."),
        required=False,
        max_length=300,
    )
    note = Words(
        label=_("A note"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=TextArea(rows=5),
    )
    private = forms.BooleanField(label=_("Keep this one private"), required=False)

    def __init__(
        self,
        *args: object,
        page: queries.CheckinPage,
        now: dt.datetime,
        **kwargs: object,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.page, self.now = page, now
        if page.scale == "elevated":
            self._offer_both_ways()
        self._offer_doses()
        self._offer_effects()
        self._offer_trackers()
        for name in page.feelings_off:
            self.fields.pop(name, None)

    def on_page(self, page: queries.CheckinPage) -> "CheckinForm":
        """Give the same answers and errors on a page that offers everything again."""
        fuller = type(self)(self.data, page=page, now=self.now)
        fuller.is_valid()
        for error in self.errors.get("mood", []):
            if error not in fuller.errors.get("mood", []):
                fuller.add_error("mood", error)
        return fuller

    # --- What is offered ---------------------------------------------------------

    def _offer_both_ways(self) -> None:
        mood = self.fields["mood"]
        mood.widget = Tide(middle=True)
        mood.choices = POLE_CHOICES
        self.fields["low"] = segments(FEELINGS, _("How low?"))
        self.fields["high"] = segments(FEELINGS, _("How high?"))

    def _offer_doses(self) -> None:
        answers = [*ANSWERS, *self._rarer_answers()]
        for dose in self.page.doses:
            said = dose.answered
            self.fields[f"dose-{dose.key}"] = forms.ChoiceField(
                label=f"{dose.name} {dose.dose}",
                choices=answers,
                required=False,
                initial=said.answer if said else None,
                widget=Segmented,
            )
            # Three answers are drawn; a rarer one given elsewhere stays valid.
            self.fields[f"dose-{dose.key}"].widget.choices = [
                *ANSWERS,
                *(a for a in self._rarer_answers() if said and a[0] == said.answer),
            ]
            self.fields[f"reason-{dose.key}"] = forms.ChoiceField(
                label=_("Why, if you like to say"),
                choices=with_capitals(DoseAnswer.Reason.choices),
                required=False,
                initial=said.reason if said else None,
                widget=Segmented,
            )

    def _rarer_answers(self) -> list[tuple[str, str]]:
        usual = {value for value, _word in ANSWERS}
        return [(v, w) for v, w in DoseAnswer.Answer.choices if v not in usual]

    def _offer_effects(self) -> None:
        for code in self.effect_codes:
            self.fields[f"strength-{code}"] = segments(
                STRENGTHS, _("How strong is it?")
            )
        names = [(str(row.id), row.name) for row in self.page.medicines]
        self.fields["suspected"].choices = [*names, ("not_sure", _("Not sure"))]

    @property
    def effect_codes(self) -> list[str]:
        """The codes offered, and any chosen on a page that offered others."""
        known = {row.id for row in side_effects.all_side_effects()}
        chosen = [code for code in self._chosen_effects if code in known]
        return list(dict.fromkeys([*self.page.offered, *chosen]))

    @property
    def _chosen_effects(self) -> list[str]:
        if self.is_bound and hasattr(self.data, "getlist"):
            return self.data.getlist(self.add_prefix("effects"))
        return list(self.initial.get("effects", ()))

    def _offer_trackers(self) -> None:
        for tracker in self.page.trackers:
            self.fields[f"tracker-{tracker.pk}"] = form_parts.tracker_field(tracker)

    # --- What the template walks over --------------------------------------------

    @property
    def dose_rows(self) -> Iterator[DoseRow]:
        """The due medicines."""
        for dose in self.page.doses:
            yield DoseRow(
                dose.name,
                dose.dose,
                dose.slot_label,
                self[f"dose-{dose.key}"],
                self[f"reason-{dose.key}"],
            )

    @property
    def effect_rows(self) -> Iterator[EffectRow]:
        """The chips with their strengths."""
        chosen = set(self._chosen_effects)
        for code, label in queries.effect_names(self.effect_codes):
            yield EffectRow(code, label, code in chosen, self[f"strength-{code}"])

    @property
    def is_none_chosen(self) -> bool:
        """Whether the chip "None" is on."""
        return NONE in self._chosen_effects

    @property
    def is_another_chosen(self) -> bool:
        """Whether the chip "Another" is on."""
        return ANOTHER in self._chosen_effects or bool(self["another"].value())

    @property
    def tracker_fields(self) -> list[BoundField]:
        """The person's own trackers."""
        return [self[f"tracker-{row.pk}"] for row in self.page.trackers]

    # --- Checking ------------------------------------------------------------------

    def clean(self) -> dict:
        said = super().clean() or {}
        chosen = set(said.get("effects", ()))
        if NONE in chosen and (chosen - {NONE} or said.get("another")):
            self.add_error("effects", _("Choose None, or your side effects"))
        both = "low" in self.fields and {"low", "high"} & set(self.changed_data)
        if said.get("mood") and not both:
            # A tile chosen over "both at once" of before: radios cannot be emptied.
            said |= {"low": "", "high": ""}
        if said.get("habits_effect") and not (
            said.get("habits") or said.get("mindful_minutes") is not None
        ):
            self.add_error("habits", _("Choose what it was about"))
        if bool(said.get("bed")) != bool(said.get("up")) and not self.errors:
            self.add_error(
                "up" if said.get("bed") else "bed",
                _("Enter both times, or neither of them"),
            )
        if "since" in said and said["since"] and said["since"] > self._today:
            self.add_error("since", _("Choose today or an earlier day"))
        self._clean_when(said)
        if not self.errors and NONE not in chosen and not self._says_something():
            self.add_error("mood", _("Choose at least one thing to save"))
        return said

    def _says_something(self) -> bool:
        return self.checkin().says_something

    @property
    def _today(self) -> dt.date:
        return self.now.astimezone(ZoneInfo(self.page.zone)).date()

    def _clean_when(self, said: dict) -> None:
        on = said.get("on")
        if on and on < self._today - OLDEST:
            self.add_error("on", _("Choose a day in the last ten years"))
        elif on and (on > self._today or self.occurred_at(said) > self.now):
            self.add_error("on", _("Choose today or an earlier day"))
        elif said.get("when") == "other" and not on and "on" not in self.errors:
            self.add_error("on", _("Choose the day it was"))

    def occurred_at(self, said: dict | None = None) -> dt.datetime:
        """Give the moment the check-in is about."""
        said = self.cleaned_data if said is None else said
        zone = ZoneInfo(self.page.zone)
        choice = said.get("when") or ("other" if said.get("on") else "now")
        if choice == "yesterday":
            day = self._today - dt.timedelta(days=1)
            return _instant(day, said.get("at") or dt.time(20), zone)
        if choice == "other" and said.get("on"):
            at = said.get("at") or dt.time(12)
            if said.get("at") is None and said["on"] == self._today:
                return self.now
            return _instant(said["on"], at, zone)
        return self.now

    # --- What was said -------------------------------------------------------------

    def checkin(self) -> CheckinInput:
        """Give what was filled in, as plain values."""
        return filled_in.checkin(
            self.cleaned_data, self.page, at=self.occurred_at(), now=self.now
        )


def _instant(day: dt.date, clock: dt.time, zone: ZoneInfo) -> dt.datetime:
    return dt.datetime.combine(day, clock, tzinfo=zone).astimezone(dt.UTC)
