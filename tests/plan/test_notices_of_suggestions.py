"""Decisions 32: the patient hears of a suggestion soon, a clinician in the digest."""

import pytest
from django.db import transaction

from careplan.common.identity import acting_as, system
from careplan.outbox.models import Message
from careplan.team import notices
from tests.plan import cast as c

pytestmark = pytest.mark.django_db


def queued():
    with acting_as(system("tick")), transaction.atomic():
        return {(m.recipient_id, m.kind): m for m in Message.objects.all()}


def test_a_suggestion_reaches_a_clinician_with_the_notice_of_the_day():
    team = c.cast()
    c.suggest(team, team.ada, c.APPROACH, c.start())
    found = queued()
    assert set(found) == {(team.maya.pk, "plan"), (team.sam.pk, "team-digest")}
    digest = found[team.sam.pk, "team-digest"]
    expected = notices.next_digest(c.NOW, team.sam.time_zone, notices.USUAL_DIGEST)
    assert digest.due_at == expected
    assert "sertraline" not in f"{digest.subject} {digest.body}".casefold()
