"""What a kind of change is: one file in `changes/`, found by its place.

Adding a kind touches no other file: its form, the sentence for the patient, the
sentence for the record, whose agreement it needs, what it does, what to watch.
"""

from __future__ import annotations

import importlib
import pkgutil
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, ClassVar
from uuid import UUID

from django import forms

from careplan.plan.models import Plan, Proposal
from patients.models import Role, User
from patients.topics import Topic

Values = Mapping[str, Any]

PATIENT = "patient"
CLINICIANS = frozenset({Role.THERAPIST.value, Role.PRESCRIBER.value})
ANYONE = frozenset({PATIENT, *CLINICIANS, Role.CARE_MANAGER.value})


@dataclass(frozen=True)
class Watch:
    """What the therapist is told after a dose change (N7)."""

    label: str
    expect: str
    until: date
    watch: str


@dataclass(frozen=True)
class Application:
    """One agreed change on its way into the plan: where, by whom, when."""

    plan: Plan
    version_id: UUID
    author: User
    now: datetime
    today: date
    proposal: Proposal | None = None


class ChangeKind(ABC):
    """One kind of change. Subclasses say what differs from "nothing special"."""

    name: ClassVar[str]
    label: ClassVar[Any]
    topic: ClassVar[Topic]
    proposers: ClassVar[frozenset[str]] = ANYONE
    # The patient's own part applies at once when she writes it (decisions 3).
    is_own_part: ClassVar[bool] = False
    form: ClassVar[type[forms.Form]]

    @abstractmethod
    def title(self, plan: Plan, values: Values) -> str:
        """Return the heading of a suggestion with this change alone."""

    @abstractmethod
    def sentence(self, plan: Plan, values: Values) -> str:
        """Return what the patient reads."""

    def record_sentence(self, plan: Plan, values: Values) -> str:
        """Return what a clinician reads in the record."""
        return self.sentence(plan, values)

    def missing(self, plan: Plan, values: Values) -> str:
        """Return the name of a needed part that is blank, or ""."""
        return ""

    def owner_id(self, plan: Plan, values: Values) -> UUID | None:
        """Return the clinician named on the item, whose agreement is needed."""
        return None

    def owner_role(self, values: Values) -> str | None:
        """Return the role whose agreement the section needs."""
        return OWNER_ROLES.get(self.topic)

    def medicine_key(self, values: Values) -> str:
        """Return which medicine it is about; one open suggestion for each."""
        return ""

    def basis(self, plan: Plan, values: Values) -> str:
        """Return what the change was written on top of; "" when it adds something.

        It is read again when the change is applied: different means stale.
        """
        return ""

    def initial(self, plan: Plan) -> Values:
        """Return what the form shows first, of a part that is no item of its own."""
        return {}

    def may_start_now(self, plan: Plan, values: Values) -> bool:
        """Say whether a prescriber may start it at once for safety (decisions 6)."""
        return False

    def first_day(self, values: Values) -> date | None:
        """Return the first day it can touch, for the reply-by date."""
        return None

    @abstractmethod
    def apply(self, values: Values, to: Application) -> None:
        """Write the agreed change into the items. Runs inside one transaction."""

    def watch(self, values: Values, to: Application) -> Watch | None:
        """Return the heads-up for the therapist, or None."""
        return None

    def values_from(self, plan: Plan, cleaned: Mapping[str, Any]) -> Values:
        """Return the values of a form that was filled in well."""
        return {key: value for key, value in cleaned.items() if value is not None}


OWNER_ROLES: dict[str, str] = {
    Topic.MEDICINES: Role.PRESCRIBER.value,
    Topic.THERAPY: Role.THERAPIST.value,
}


@cache
def kinds() -> dict[str, ChangeKind]:
    """Return every kind by name, found by listing the folder `changes/`."""
    from careplan.plan import changes  # the kinds use this module: found, not named

    found = [
        importlib.import_module(f"{changes.__name__}.{module.name}").KIND
        for module in pkgutil.iter_modules(changes.__path__)
        if not module.name.startswith("_")
    ]
    return {kind.name: kind for kind in found}


def kind_of(name: str) -> ChangeKind:
    """Return one kind; an unknown name raises LookupError."""
    try:
        return kinds()[name]
    except KeyError:
        raise LookupError(f"no such kind of change: {name}") from None
