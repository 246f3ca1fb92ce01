"""The compose file: one published port, no default password, nothing of ours as root."""

import re

import pytest

from tests.house.commands import ROOT

COMPOSE = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
OURS = ("web", "worker", "beat", "migrate")


def services() -> dict[str, str]:
    """Cut the file into its services, by indentation."""
    body = COMPOSE.split("\nservices:\n")[1].split("\nvolumes:\n")[0]
    parts = re.split(r"^  (\w+):\n", body, flags=re.M)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def test_every_part_of_production_is_there():
    assert set(services()) == {*OURS, "postgres", "valkey", "caddy"}


def test_only_web_publishes_a_port_unless_caddy_is_asked_for():
    published = [name for name, text in services().items() if "ports:" in text]
    assert published == ["web", "caddy"]
    assert "profiles: [caddy]" in services()["caddy"]


@pytest.mark.parametrize("name", ["postgres", "valkey"])
def test_a_server_of_data_is_on_no_network(name):
    assert "network_mode: none" in services()[name]


@pytest.mark.parametrize("name", OURS)
def test_our_parts_share_the_locked_down_shape(name):
    assert "<<: *careplan" in services()[name]


def test_the_locked_down_shape_writes_nothing_and_gains_nothing():
    shape = COMPOSE.split("x-careplan:")[1].split("x-settings:")[0]
    for line in ("read_only: true", "cap_drop: [ALL]", "no-new-privileges:true"):
        assert line in shape


def test_no_value_from_the_environment_has_a_default():
    used = re.findall(r"(?<!\$)\$\{([^}]+)\}", COMPOSE)
    assert used
    assert [each for each in used if not re.fullmatch(r"[A-Z_]+:?\?", each)] == []


def test_the_example_names_every_value_and_holds_no_secret():
    wanted = set(re.findall(r"(?<!\$)\$\{([A-Z_]+)", COMPOSE))
    given = dict(re.findall(r"^([A-Z_]+)=(.*)$", EXAMPLE, flags=re.M))
    assert wanted == set(given)
    secret = re.compile(r"PASSWORD|SECRET|KEY")
    assert [name for name in given if secret.search(name) and given[name]] == []


def test_the_owners_password_reaches_migrate_and_postgres_alone():
    holders = [n for n, text in services().items() if "CAREPLAN_OWNER_PASSWORD" in text]
    assert holders == ["migrate", "postgres"]


@pytest.mark.parametrize("name", ["web", "worker", "beat", "postgres", "valkey"])
def test_what_runs_on_says_how_to_tell_that_it_is_well(name):
    assert "healthcheck:" in services()[name]


def test_the_image_installs_hashed_pins_and_runs_as_nobody_special():
    assert "pip install --require-hashes --no-deps -r" in DOCKERFILE
    last_stage = DOCKERFILE.split("\nFROM ")[-1]
    assert "USER 10001:10001" in last_stage
    assert "pip install" not in last_stage


def test_images_are_named_with_a_version():
    images = re.findall(r"image: (\S+)", COMPOSE) + re.findall(
        r"^FROM (\S+)", DOCKERFILE, re.M
    )
    assert [i for i in images if ":" not in i and i != "careplan"] == []
