"""The patient's own part: goals, practices, early signs, safety plan, preferences.

It applies at once, as a version with her signature; the others are told by seeing it
(decisions 3). Progress is hers too, and is never a version.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from django.db import transaction

from careplan.common.clock import local_date
from careplan.common.identity import acting_as, system
from careplan.plan import canonical, plans, versions
from careplan.plan.change import PATIENT, Application, kind_of
from careplan.plan.errors import NotAllowed, PartMissing, StaleVersion
from careplan.plan.medications import By
from careplan.plan.models import Plan, PlanVersion, Signature
from careplan.plan.proposals import Change


@transaction.atomic
def change(
    plan: Plan,
    *,
    by: By,
    changes: Sequence[Change],
    why: str = "",
    base_number: int,
    now: datetime,
) -> PlanVersion:
    """Change the patient's own part at once, as the next version, signed by her.

    Refuses anyone else, a kind that is not hers alone, a blank needed part, and a
    form opened on an older version: both texts are kept by the page.
    """
    kinds = [(kind_of(c.kind), canonical.plain(c.values)) for c in changes]
    if by.role != PATIENT or not all(kind.is_own_part for kind, _values in kinds):
        raise NotAllowed
    for kind, values in kinds:
        missing = kind.missing(plan, values)  # type: ignore[arg-type]  # plain() keeps mappings
        if missing:
            raise PartMissing(part=missing)
    with acting_as(system("apply")):
        locked = plans.locked(plan)
        if locked.number != base_number:
            raise StaleVersion
        locked.patient = plan.patient
        to = Application(
            plan=locked,
            version_id=uuid4(),
            author=by.user,
            now=now,
            today=local_date(now, plan.patient.time_zone),
        )
        for kind, values in kinds:
            kind.apply(values, to)  # type: ignore[arg-type]
        signer = versions.Signer(by.user.pk, PATIENT, Signature.Kind.AGREED, now)
        return versions.write(
            locked,
            version_id=to.version_id,
            kind=PlanVersion.Kind.OWN,
            author=by.user,
            why={kind.topic.value: why for kind, _values in kinds},
            signers=[signer],
            now=now,
        )
