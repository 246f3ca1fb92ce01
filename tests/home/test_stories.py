"""The demo's people: their stories hold by the product's own rules, their pages open."""

import datetime as dt
import json
import os
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import pytest
from django.core.management import CommandError, call_command
from django.test import Client, override_settings
from django.utils import timezone

from careplan.common.identity import acting_as, person
from careplan.plan import plans, versions
from careplan.plan.models import PlanVersion, Proposal
from patients.models import Patient, User
from tests.kept import kept

pytestmark = pytest.mark.django_db
PATIENT_PAGES = (
    "/today/",
    "/check-in/",
    "/journal/",
    "/timeline/",
    "/plan/",
    "/visits/",
)
RECORD_PAGES = ("plan/", "timeline/", "journal/")


def the_stories():
    with TemporaryDirectory() as home, override_settings(DEMO=True):
        with patch.dict(os.environ, CAREPLAN_DEMO_HOME=home):
            call_command("seed_demo")
        return json.loads((Path(home) / "people.json").read_text())


stories = kept(the_stories)


@pytest.fixture
def told(stories, settings):
    settings.DEMO = True
    return stories


def signed_in(email, *, second_factor):
    client = Client()
    user = User.objects.get(email=email)
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    if second_factor:
        session = client.session
        now = timezone.now().timestamp()
        session["account_authentication_methods"] = [{"method": "mfa", "at": now}]
        session.save()
    return client


def test_the_three_stories_are_told_and_their_pages_open(told):
    assert [row["role"] for row in told].count("patient") == 3
    maya = User.objects.get(email="maya@demo.example")
    with acting_as(person(maya.pk, second_factor=False)):
        record = Patient.objects.get(user=maya)
        plan = plans.plan_of(record)
        assert versions.faults(plan) == ()
        assert PlanVersion.objects.filter(plan=plan).count() >= 7
        waiting = Proposal.objects.get(plan=plan, state=Proposal.State.PROPOSED)
        assert waiting.title.lower() == "slowly stop mirtazapine"
    client = signed_in("maya@demo.example", second_factor=False)
    for page in PATIENT_PAGES:
        assert client.get(page).status_code == 200, page
    doctor = signed_in("okafor@demo.example", second_factor=True)
    for page in RECORD_PAGES:
        assert doctor.get(f"/p/{record.pk}/{page}").status_code == 200, page
    assert "Maya Raman" in doctor.get("/c/caseload/").content.decode()


def test_outside_the_demo_nobody_is_invented(settings):
    settings.DEMO = False
    with pytest.raises(CommandError):
        call_command("seed_demo")


def test_a_private_note_of_the_story_is_hidden_from_the_clinicians(told):
    doctor = signed_in("okafor@demo.example", second_factor=True)
    with acting_as(
        person(User.objects.get(email="maya@demo.example").pk, second_factor=False)
    ):
        record = Patient.objects.get(user__email="maya@demo.example")
    day = timezone.now().date() - dt.timedelta(days=12)
    page = doctor.get(f"/p/{record.pk}/journal/{day}/").content.decode()
    assert "not ready to say" not in page
