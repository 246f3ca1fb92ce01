"""About me: contact, diagnoses, allergies, earlier treatment (P1-P6, N18, N19)."""

import pytest
from django.core.cache import cache
from django.test import Client

from careplan.common.identity import acting_as, person
from careplan.plan.models import Allergy, PastMedicine, PastTherapy
from patients.models import AccessEvent, ContactDetails, Diagnosis
from tests import factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def maya():
    cache.clear()
    return factory.patient()


@pytest.fixture
def client(maya, browser):
    return browser(maya.user)


def as_patient(patient):
    return acting_as(person(patient.user_id, second_factor=False))


def text(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


def test_p1_each_change_of_contact_leaves_its_own_row(maya, client):
    told = {
        "phone": "07700 900123",
        "safe_channel": "text",
        "safe_words": "No voicemail",
    }
    assert client.post("/profile/contact/", told).url == "/profile/"
    client.post("/profile/contact/", told)
    client.post("/profile/contact/", told | {"phone": "07700 900456"})
    with as_patient(maya):
        assert ContactDetails.objects.count() == 2
    page = text(client.get("/profile/"))
    assert "07700 900456" in page
    assert "No voicemail" in page


def test_p1_everything_to_reach_a_person_is_on_one_page(maya, client):
    maya.user.preferred_name = "May"
    maya.user.save(update_fields=["preferred_name"])
    page = client.get("/profile/").content.decode()
    for label in (
        "Name",
        "Language",
        "Time zone",
        "Safe way",
        "Phone",
        "Address",
        "Date of birth",
    ):
        assert f"<dt>{label}</dt>" in page
    assert "called May" in page


def test_p1_a_child_is_refused_kindly_and_the_date_is_not_kept(maya, client):
    answer = client.post(
        "/profile/contact/", {"birth_date": "2015-01-01", "safe_channel": "any"}
    )
    assert "18 and older" in text(answer)
    for odd in ("1800-01-01", "2200-01-01", "yesterday"):
        answer = client.post(
            "/profile/contact/", {"birth_date": odd, "safe_channel": "any"}
        )
        assert "Check" in text(answer)


def test_p3_none_known_differs_from_not_asked(maya, client):
    assert "Not asked yet." in text(client.get("/profile/"))
    client.post("/profile/allergies/none/")
    page = text(client.get("/profile/"))
    assert "None known" in page
    assert "Not asked yet." not in page


def test_p3_a_named_reaction_ends_none_known_and_can_be_taken_off(maya, client):
    client.post("/profile/allergies/none/")
    told = {
        "substance": "Penicillin",
        "reaction": "Rash",
        "severity": "moderate",
        "happened": "2018",
    }
    client.post("/profile/allergies/add/", told)
    page = text(client.get("/profile/"))
    assert "Penicillin" in page
    assert "None known" not in page
    with as_patient(maya):
        row = Allergy.objects.get(ended_at=None)
    client.post(f"/profile/allergies/{row.pk}/end/")
    assert "Penicillin" not in text(client.get("/profile/"))


def test_p4_n18_a_medicine_tried_before_says_where_it_is_known_from(
    maya, client, browser
):
    told = {
        "name": "Sertraline",
        "highest_dose": "100 mg",
        "weeks_at_adequate_dose": "8",
        "benefit": "A little",
        "stopped_because": "I felt flat",
        "when": "2019",
    }
    client.post("/profile/medicines/add/", told)
    ada = factory.member(maya, factory.clinician("prescriber"))
    theirs = browser(ada.user, second_factor=True)
    theirs.post(f"/p/{maya.pk}/profile/medicines/add/", told | {"name": "Mirtazapine"})
    with as_patient(maya):
        known = dict(PastMedicine.objects.values_list("name", "source"))
    assert known == {"Sertraline": "patient", "Mirtazapine": "records"}
    assert "I felt flat" in text(theirs.get(f"/p/{maya.pk}/profile/"))


def test_n19_a_therapy_tried_before_is_kept_beside_it(maya, client):
    client.post(
        "/profile/therapies/add/",
        {"name": "CBT", "sessions": "12", "skills": "Breathing"},
    )
    assert "12 sessions" in text(client.get("/profile/"))
    with as_patient(maya):
        assert PastTherapy.objects.get().helped == ""


def test_p2_a_clinician_records_and_the_patient_comments(maya, client, browser):
    ada = factory.member(maya, factory.clinician("prescriber"))
    theirs = browser(ada.user, second_factor=True)
    found = {"words": "Depression, recurrent", "code": "F33.1", "status": "confirmed"}
    answer = theirs.post(f"/p/{maya.pk}/profile/diagnoses/add/", found)
    assert answer.url == f"/p/{maya.pk}/profile/"
    assert "Depression, recurrent" in text(client.get("/profile/"))
    with as_patient(maya):
        row = Diagnosis.objects.get()
    client.post(f"/profile/diagnoses/{row.pk}/comment/", {"words": "This fits for me"})
    assert "This fits for me" in text(theirs.get(f"/p/{maya.pk}/profile/"))
    theirs.post(f"/p/{maya.pk}/profile/diagnoses/{row.pk}/withdraw/")
    assert "Depression, recurrent" not in text(client.get("/profile/"))


def test_p2_the_patient_records_no_diagnosis_and_the_software_none(client):
    assert client.get("/profile/diagnoses/add/").status_code == 403
    assert client.post("/profile/diagnoses/add/", {"words": "x"}).status_code == 403


def test_a_part_that_is_not_shared_is_absent_and_a_look_is_noted(maya, client, browser):
    client.post("/profile/contact/", {"phone": "07700 900123", "safe_channel": "any"})
    sam = factory.member(maya, factory.clinician(), topics=["therapy"])
    page = text(browser(sam.user, second_factor=True).get(f"/p/{maya.pk}/profile/"))
    assert "Therapies tried before" in page
    for hidden in ("07700", "Allergies", "Diagnoses"):
        assert hidden not in page
    with as_patient(maya):
        assert AccessEvent.objects.get().part == "profile"


def test_who_may_not(maya, browser):
    path = f"/p/{maya.pk}/profile/"
    assert Client().get(path).status_code == 302
    stranger = browser(factory.clinician().user, second_factor=True)
    assert stranger.get(path).status_code == 404
    bare = factory.member(maya, factory.clinician(), topics=["mood"])
    member = browser(bare.user, second_factor=True)
    assert member.get(path).status_code == 403
    assert member.post(f"{path}allergies/none/").status_code == 403
    sam = factory.member(maya, factory.clinician(), topics=["medicines"])
    therapist = browser(sam.user, second_factor=True)
    assert therapist.get(f"{path}medicines/add/").status_code == 403
    assert browser(factory.operator(), second_factor=True).get(path).status_code == 404


def test_rows_of_another_record_are_not_found(maya, client, browser):
    noor = factory.patient("Noor")
    browser(noor.user).post("/profile/allergies/add/", {"substance": "Nuts"})
    with as_patient(noor):
        row = Allergy.objects.get(patient=noor)
    assert client.post(f"/profile/allergies/{row.pk}/end/").status_code == 404


@pytest.mark.parametrize("bad", ["", "x" * 10_000, "🙂", "a\x00b", "-1"])
@pytest.mark.parametrize("name", ["allergies", "medicines", "therapies", "contact"])
def test_bad_input_never_breaks_a_form(client, name, bad):
    path = "/profile/contact/" if name == "contact" else f"/profile/{name}/add/"
    fields = [
        "substance",
        "reaction",
        "severity",
        "name",
        "sessions",
        "phone",
        "address",
    ]
    fields += ["weeks_at_adequate_dose", "birth_date", "safe_channel", "happened"]
    answer = client.post(path, dict.fromkeys(fields, bad))
    assert answer.status_code in {200, 302}
    if answer.status_code == 200:
        assert "Check these answers" in answer.content.decode()


@pytest.mark.parametrize("path", ["/settings/", "/settings/about/"])
def test_everybody_has_settings_in_their_own_shell(client, browser, path):
    assert "Get support" in text(client.get(path))
    work = browser(factory.clinician().user, second_factor=True)
    assert "Caseload" in text(work.get(path))
    office = browser(factory.operator(), second_factor=True)
    assert "Activity" in text(office.get(path))
