"""docker-compose.yml and the Dockerfile name only what is here: no Docker is needed to see that."""

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import playwright
import pytest
import yaml
from celery import Celery
from django.core.management import get_commands, load_command_class

from config.celery import QUEUES, app

REPOSITORY = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"] == "tanggap"}
DOCKERFILE = (REPOSITORY / "Dockerfile").read_text()
OF_DEBIAN = {"libstdc++6", "libgcc-s1"}
PACKAGES = {"libatomic": "libatomic1", "libstdc++": "libstdc++6", "libgcc_s": "libgcc-s1"}
"""Which of Debian's packages brings a library."""


def test_there_is_a_console_a_worker_a_timetable_a_database_and_a_broker() -> None:
    workers = {"publishing", "polling", "captures"}
    assert set(SERVICES) == {"proxy", "migrate", "web", *workers, "timetable", "postgres", "redis"}


def check(file: Path) -> subprocess.CompletedProcess[str]:
    """Against the JSON schema of the Compose specification, which check-jsonschema brings along."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(file)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)


def test_it_keeps_to_the_compose_specification(tmp_path: Path) -> None:
    checked = check(REPOSITORY / "docker-compose.yml")
    assert checked.returncode == 0, checked.stdout
    wrong = tmp_path / "docker-compose.yml"
    wrong.write_text((REPOSITORY / "docker-compose.yml").read_text().replace("stop_grace_period", "stop_patience"))
    assert "stop_patience" in check(wrong).stdout


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


@pytest.mark.skipif(shutil.which("ldd") is None, reason="ldd tells which libraries a program wants")
def test_the_image_has_the_libraries_of_the_browser_s_driver() -> None:
    """A small Debian has those of C and C++; without another, every screenshot fails and nothing else does."""
    driver = Path(playwright.__file__).parent / "driver/node"
    said = subprocess.run(["ldd", driver], capture_output=True, text=True, timeout=60, check=True).stdout
    wanted = set(re.findall(r"^\t(lib[\w+]+)\.so", said, re.MULTILINE))
    packages = {name: PACKAGES.get(name, name) for name in wanted - {"libc", "libdl", "libm", "libpthread", "librt"}}
    installed = re.findall(r"apt-get install .*", DOCKERFILE)[0].split()
    assert {name for name, package in packages.items() if package not in {*OF_DEBIAN, *installed}} == set()


def test_the_image_keeps_the_description_of_each_service_of_google_s_that_is_called() -> None:
    python = "\n".join(path.read_text() for path in python_of("connectors"))
    called = {".".join(names) for names in re.findall(r'discovery\.build\("(\w+)", "(\w+)"', python)}
    assert called == {name.removesuffix(".json") for name in re.findall(r"! -name (\S+)", DOCKERFILE)}


def test_what_a_service_names_is_defined() -> None:
    for service in SERVICES.values():
        assert set(service.get("depends_on", {})) <= set(SERVICES)
        assert set(service.get("secrets", [])) <= set(COMPOSE["secrets"])
        assert set(service.get("networks", [])) <= set(COMPOSE["networks"])
        volumes = {volume.partition(":")[0] for volume in service.get("volumes", [])}
        assert {volume for volume in volumes if not volume.startswith(".")} <= set(COMPOSE["volumes"])


def test_the_workers_serve_every_queue_between_them() -> None:
    """A queue without a worker would take messages and do nothing with them."""
    served = [words[words.index("-Q") + 1] for words in (one["command"] for one in OURS.values()) if "-Q" in words]
    assert sorted(served) == sorted(QUEUES)


def test_every_task_of_the_timetable_has_its_queue() -> None:
    queue = {name: app.amqp.router.route({}, name)["queue"].name for name in due(app)}
    assert queue["connectors.tasks.send_due"] == "publishing"
    assert queue["moderation.tasks.take_evidence"] == "captures"
    assert queue["moderation.tasks.fetch_due"] == "polling"
    assert set(queue.values()) == set(QUEUES), "a queue that gets nothing looks dead to its health check"


def due(app: Celery) -> list[str]:
    return [str(line["task"]) for line in app.conf.beat_schedule.values()]


def test_nothing_is_acknowledged_late_or_sent_ahead() -> None:
    assert app.conf.task_acks_late is False
    assert app.conf.worker_prefetch_multiplier == 1
    for name, task in app.tasks.items():
        assert not task.acks_late, name
    ours = [path for app_name in ("config", "connectors", "moderation", "scheduler") for path in python_of(app_name)]
    ahead = re.compile(r"\b(eta|countdown)\s*=")
    assert [path for path in ours if ahead.search(path.read_text())] == []


def python_of(app_name: str) -> list[Path]:
    return [path for path in (REPOSITORY / app_name).rglob("*.py") if "migrations" not in path.parts]


def test_nothing_runs_with_more_than_it_needs() -> None:
    """Whoever breaks into a service finds nothing to write to and no right to gain."""
    for name, service in SERVICES.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        profile = ["seccomp=config/captures.seccomp.json"] if name == "captures" else []
        assert service["security_opt"] == ["no-new-privileges:true", *profile], name
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]


def test_the_browser_s_sandbox_is_allowed_and_what_could_do_harm_in_one_is_not() -> None:
    """Docker refuses every name space; Chromium's sandbox is made of them."""
    profile = json.loads((REPOSITORY / "config/captures.seccomp.json").read_text())
    refused = {name for rule in profile["syscalls"] for name in rule["names"]}
    assert {rule["action"] for rule in profile["syscalls"]} == {"SCMP_ACT_ERRNO"}
    assert not refused & {"clone", "clone3", "unshare", "chroot"}
    assert refused >= {"mount", "fsopen", "setns", "ptrace", "bpf", "keyctl", "io_uring_setup", "init_module"}


def test_secrets_come_by_file() -> None:
    for service in SERVICES.values():
        for name in service.get("environment", {}):
            assert name.endswith("_FILE") or not re.search("PASSWORD|SECRET|KEY", name), name


def test_its_settings_are_settings() -> None:
    """Every TANGGAP_… that a container is given is read somewhere."""
    read = "\n".join(path.read_text() for path in (REPOSITORY / "config").rglob("*.py"))
    for service in OURS.values():
        for name in service["environment"]:
            if not name.startswith("CELERY_"):
                assert f'"{name.removesuffix("_FILE")}"' in read, name


def test_each_stays_healthy_or_says_why_not() -> None:
    one_shot = {"migrate"}
    assert all("healthcheck" in service for name, service in SERVICES.items() if name not in one_shot)
