"""The demo's pages: there in the demo alone, its mail readable, its codes current."""

import json
import smtplib
import socket
import subprocess
import sys
from email.message import EmailMessage

import pytest
from django.test import override_settings
from django.urls import NoReverseMatch, include, path, reverse

from careplan.home.demo import people
from tests.house.commands import ROOT

urlpatterns = [path("", include("careplan.home.demo.urls"))]
in_the_demo = override_settings(ROOT_URLCONF="tests.home.test_demo_pages")


@pytest.fixture
def demo_home(tmp_path, monkeypatch):
    monkeypatch.setenv("CAREPLAN_DEMO_HOME", str(tmp_path))
    return tmp_path


@pytest.mark.django_db
def test_no_address_leads_to_the_demo_outside_of_it(client):
    with pytest.raises(NoReverseMatch):
        # Named, since a thread keeps the addresses of its last request.
        reverse("demo:start", urlconf="careplan.urls")
    assert client.get("/demo/").status_code == 404
    assert client.get("/demo/mail/").status_code == 404


@pytest.mark.django_db
@in_the_demo
def test_a_mail_sent_over_smtp_is_shown_with_its_link(client, demo_home):
    _send_to_the_sink(demo_home, "Your check-in is ready http://localhost:8000/l/abc")
    page = client.get("/demo/mail/").content.decode()
    name = next((demo_home / "mail").glob("*.eml")).stem
    assert "maya@example.org" in page
    page = client.get(f"/demo/mail/{name}/").content.decode()
    assert 'href="http://localhost:8000/l/abc"' in page


@pytest.mark.django_db
@in_the_demo
@pytest.mark.parametrize("name", ["1", "people", "..", "-"])
def test_a_mail_that_is_not_there_is_not_found(client, demo_home, name):
    (demo_home / "people.eml").write_text("Subject: no\n\nno")
    assert client.get(f"/demo/mail/{name}/").status_code == 404


@pytest.mark.django_db
@in_the_demo
def test_sign_ins_are_shown_with_the_code_of_the_moment(client, demo_home):
    # RFC 6238, appendix B: at second 59 this secret gives 94287082, of which six digits.
    row = {"name": "Sam Lind", "role": "therapist", "email": "sam@example.org"}
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    rows = [row | {"password": "in words", "totp_secret": secret}]
    (demo_home / "people.json").write_text(json.dumps(rows))
    assert [each.code for each in people.everyone(unix_time=59)] == ["287082"]
    page = client.get("/demo/").content.decode()
    assert "sam@example.org" in page
    assert "in words" in page


@pytest.mark.django_db
@in_the_demo
def test_a_demo_without_people_says_so(client, demo_home):
    assert "Nobody lives here yet" in client.get("/demo/").content.decode()


def _send_to_the_sink(home, text):
    listener = socket.create_server(("127.0.0.1", 0))
    module = "careplan.embedded.mail_sink"
    sink = subprocess.Popen(
        [sys.executable, "-m", module, str(listener.fileno()), str(home / "mail")],
        cwd=ROOT,
        pass_fds=[listener.fileno()],
    )
    message = EmailMessage()
    message["Subject"], message["To"] = "Your reminder", "maya@example.org"
    message["From"] = "hello@example.org"
    message.set_content(text)
    port = listener.getsockname()[1]
    listener.close()
    try:
        with smtplib.SMTP("127.0.0.1", port, timeout=20) as server:
            server.send_message(message)
    finally:
        sink.terminate()
        sink.wait()
