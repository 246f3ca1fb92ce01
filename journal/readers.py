"""Who reads what a person writes, said before it is saved (P10)."""

from collections.abc import Mapping, Sequence

from django.utils.text import get_text_list
from django.utils.translation import gettext

from patients.models import CareTeamMember, Patient
from patients.topics import Topic

Readers = Mapping[str, tuple[str, ...]]  # a topic, and who sees it
# The topics a check-in holds; each part is shared under its own.
OF_A_CHECKIN = (
    Topic.MOOD,
    Topic.DOSES,
    Topic.SIDE_EFFECTS,
    Topic.SUBSTANCES,
    Topic.THERAPY,
    Topic.NOTES,
)


def of(patient: Patient, topic: Topic) -> tuple[str, ...]:
    """Give the names of those who see a topic now, in the order they joined."""
    members = CareTeamMember.objects.filter(
        patient=patient, state="active", topics__contains=[topic.value]
    ).select_related("user")
    return tuple(member.called for member in members.order_by("joined_at", "-role"))


def by_topic(patient: Patient) -> Readers:
    """Give for each topic of a check-in the names of those who see it now."""
    members = CareTeamMember.objects.filter(patient=patient, state="active")
    rows = list(members.select_related("user").order_by("joined_at", "-role"))
    return {
        topic.value: tuple(row.called for row in rows if topic.value in row.topics)
        for topic in OF_A_CHECKIN
    }


def who_sees_this(names: Sequence[str]) -> str:
    """Say who can see one part of a check-in."""
    if not names:
        return gettext("Only you can see this.")
    return gettext("%(names)s can see this.") % {"names": listed(names)}


def who_sees(names: Sequence[str]) -> str:
    """Say who can see check-ins."""
    if not names:
        return gettext("Only you can see check-ins.")
    return gettext("%(names)s can see check-ins.") % {"names": listed(names)}


def listed(names: Sequence[str]) -> str:
    """Join names as people do: "Sam and Dr Okafor"."""
    return get_text_list(list(names), gettext("and"))
