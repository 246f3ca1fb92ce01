"""The cast: a patient, her therapist, her prescriber, a medicine raised six days ago."""

from types import SimpleNamespace

from tests import factory
from tests.journal import made
from tests.kept import kept


def three_people():
    maya = factory.patient()
    sam = factory.clinician("therapist", "Sam Lind")
    okafor = factory.clinician("prescriber", "Dr Ada Okafor")
    factory.member(maya, sam)
    factory.member(maya, okafor)
    sertraline = made.medicine(maya, okafor.user)
    return SimpleNamespace(
        maya=maya, sam=sam.user, okafor=okafor.user, sertraline=sertraline
    )


cast = kept(three_people, at=made.NOW)
