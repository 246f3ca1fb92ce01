"""The person's own safety plan, as the support page shows it."""

from dataclasses import dataclass

from careplan.common.support import reach
from careplan.plan.models import SafetyLine, SafetyPerson
from patients.models import Patient


@dataclass(frozen=True, slots=True)
class OwnPerson:
    """Somebody to ask for help, and the address that calls them."""

    name: str
    phone: str
    when: str
    url: str


@dataclass(frozen=True, slots=True)
class OwnPlan:
    """Lines by heading in the person's words, and people with numbers."""

    groups: tuple[tuple[str, tuple[str, ...]], ...] = ()
    people: tuple[OwnPerson, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show yet."""
        return not self.groups and not self.people


def own_plan(patient: Patient) -> OwnPlan:
    """Read the safety plan's lines and people: two statements."""
    current = {"patient": patient, "safety_plan__ended_at__isnull": True}
    groups: dict[str, list[str]] = {}
    for line in SafetyLine.objects.filter(**current).order_by("order"):
        groups.setdefault(line.heading, []).append(line.words)
    headings = [heading for heading in SafetyLine.Heading if heading in groups]
    people = SafetyPerson.objects.filter(**current).order_by("kind", "order")
    return OwnPlan(
        groups=tuple((str(h.label), tuple(groups[h])) for h in headings),
        people=tuple(map(_person, people)),
    )


def _person(row: SafetyPerson) -> OwnPerson:
    return OwnPerson(row.name, row.phone, row.when, reach(row.phone))
