"""docker-compose.yml and the Dockerfile name only what is here: no Docker is needed to see that."""

import os
import re
import shlex
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import get_commands, load_command_class

from tests.servers import Redis

REPOSITORY = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"] == "tanggap"}
DOCKERFILE = (REPOSITORY / "Dockerfile").read_text()


def test_there_is_a_console_a_worker_a_timetable_a_database_and_a_broker() -> None:
    assert set(SERVICES) == {"migrate", "web", "worker", "timetable", "postgres", "redis"}


@pytest.mark.parametrize("name", OURS)
def test_each_command_exists_and_takes_its_options(name: str) -> None:
    program, *words = OURS[name]["command"]
    if program == "python":
        assert words[0] == "manage.py"
        command = load_command_class(get_commands()[words[1]], words[1])
        command.create_parser("manage.py", words[1]).parse_args(words[2:])
    else:
        from celery.bin.celery import celery

        assert program == "celery"
        assert words[:2] == ["-A", "config"]
        subcommand = celery.commands[words[2]]
        known = {option for parameter in subcommand.params for option in (*parameter.opts, *parameter.secondary_opts)}
        assert {word for word in words[3:] if word.startswith("-")} <= known


def test_the_image_s_own_command_exists() -> None:
    found = re.search(r"^CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)
    assert found is not None
    program, script, command, *options = yaml.safe_load(found[1])
    assert (program, script) == ("python", "manage.py")
    load_command_class(get_commands()[command], command).create_parser(script, command).parse_args(options)


def test_the_image_copies_what_exists_and_does_not_run_as_root() -> None:
    for line in re.findall(r"^COPY (.*) \S+$", DOCKERFILE, re.MULTILINE):
        assert all((REPOSITORY / name).exists() for name in shlex.split(line))
    assert re.findall(r"^USER (\S+)$", DOCKERFILE, re.MULTILINE) == ["tanggap"]


def test_what_a_service_names_is_defined() -> None:
    for service in SERVICES.values():
        assert set(service.get("depends_on", {})) <= set(SERVICES)
        assert set(service.get("secrets", [])) <= set(COMPOSE["secrets"])
        volumes = {volume.partition(":")[0] for volume in service.get("volumes", [])}
        assert {volume for volume in volumes if not volume.startswith(".")} <= set(COMPOSE["volumes"])


def test_its_settings_are_settings() -> None:
    """Every TANGGAP_… that a container is given is read somewhere."""
    read = "\n".join(path.read_text() for path in (REPOSITORY / "config").rglob("*.py"))
    for service in OURS.values():
        for name in service["environment"]:
            assert f'"{name.removesuffix("_FILE")}"' in read, name


def test_each_stays_healthy_or_says_why_not() -> None:
    one_shot = {"migrate"}
    assert all("healthcheck" in service for name, service in SERVICES.items() if name not in one_shot)


@pytest.fixture
def over_redis(redis: Redis, tmp_path: Path) -> dict[str, str]:
    settings = {"DJANGO_SETTINGS_MODULE": "config.settings", "TANGGAP_DATA": str(tmp_path), "TANGGAP_REDIS": redis.url}
    return {**os.environ, **settings}


@pytest.mark.servers
def test_timetable_and_worker_meet_over_redis(redis: Redis, over_redis: dict[str, str], tmp_path: Path) -> None:
    """The composed commands themselves: the timetable's messages pile up until the worker comes and takes them."""
    from redis import Redis as Client

    started: list[subprocess.Popen[bytes]] = []

    def start(name: str) -> None:
        words = [sys.executable, "-m", *OURS[name]["command"]]
        with (tmp_path / name).open("wb") as out:
            started.append(subprocess.Popen(words, cwd=REPOSITORY, env=over_redis, stdout=out, stderr=out))

    def wait_for(waiting: bool) -> None:
        deadline = time.monotonic() + 20
        with Client.from_url(redis.url) as client:
            while bool(client.llen("celery")) is not waiting:
                said = "\n".join(
                    (tmp_path / name).read_text() for name in ("timetable", "worker") if (tmp_path / name).exists()
                )
                assert time.monotonic() < deadline, said
                time.sleep(0.05)

    try:
        start("timetable")
        wait_for(waiting=True)
        start("worker")
        wait_for(waiting=False)
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(15)
