"""docker-compose.yml at work without Docker: each service's own command as a process here, over a real PostgreSQL, a
real Redis and the proxy itself; a post goes out, and a complaint becomes a case with its picture."""

import contextlib
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
import requests

from config.desk import tied_to
from tests import servers
from tests.config.test_compose import OURS, REPOSITORY, SERVICES
from tests.test_demo import wait_for

pytestmark = pytest.mark.servers

SETTING_UP = """
from django.conf import settings
from django.utils import timezone
from PIL import Image
from connectors.models import Account
from offices.models import Office
office = Office.objects.create(name="Puskesmas Melati", slug="melati")
Account.objects.create(office=office, platform="instagram", handle="pkm.melati", name=office.name,
                       secrets={"password": "kata-sandi-uji"}, check_wanted_at=timezone.now())
media = settings.CONTENT_ROOT / "melati" / "media"
media.mkdir(parents=True)
Image.new("RGB", (1080, 1350), "teal").save(media / "poster.jpg")
"""
COMPLAINT = "Antre dari jam 6 pagi, jam 11 belum dipanggil juga. Petugas loketnya galak!"


@dataclass
class Composed:
    """All services of the file, running here."""

    postgres: servers.Postgres
    web: str
    proxy: str
    sandbox: str
    folder: Path
    processes: dict[str, subprocess.Popen[bytes]]
    environment: dict[str, str]

    def one(self, question: str) -> Any:
        where = f"host=127.0.0.1 port={self.postgres.port} user=tanggap dbname=postgres"
        with psycopg.connect(where) as connection:
            return connection.execute(question.encode()).fetchone()

    def ledger(self, kind: str) -> list[dict[str, Any]]:
        entries = requests.get(f"{self.sandbox}/_sandbox/ledger", timeout=30).json()
        return [one for one in entries if one["kind"] == kind]

    def health(self, service: str) -> int:
        """The service's own health check."""
        words = SERVICES[service]["healthcheck"]["test"][1:]
        more = ["--port", self.web.rpartition(":")[2]] if service == "web" else []
        return subprocess.run(local([*words, *more]), cwd=REPOSITORY, env=self.of(service), check=False).returncode

    def of(self, service: str) -> dict[str, str]:
        """In a container of its own each has a /tmp of its own."""
        return {**self.environment, "TANGGAP_ALIVE": str(self.folder / f"alive-{service}")}

    def said(self) -> str:
        return "\n".join(f"--- {path.name}\n{path.read_text()[-3000:]}" for path in sorted(self.folder.glob("*.said")))


def local(words: list[str], **instead: str) -> list[str]:
    """A composed command for this machine: our Python, and other ports than the container's."""
    words = [instead.get(word, word) for word in words]
    return [sys.executable, *words[1:]] if words[0] == "python" else [sys.executable, "-m", *words]


def composed_environment(postgres: servers.Postgres, redis: servers.Redis, folder: Path) -> dict[str, str]:
    """What the file gives its services, with this machine's addresses; each must be one that the file sets, too."""
    secrets = {name: folder / name.lower() for name in ("POSTGRES_PASSWORD", "SECRET_KEY", "ENCRYPTION_KEY")}
    for path in secrets.values():
        path.write_text("k7dWQyWZ8cYkyJ8x0e6Gd2lwq7xw9b0mE3vQ4rT5u6Y=\n")
    composed = {name: str(value) for name, value in OURS["web"]["environment"].items()}
    here = {
        "TANGGAP_POSTGRES_HOST": postgres.host,
        "TANGGAP_POSTGRES_DB": "postgres",
        "TANGGAP_REDIS": redis.url,
        "TANGGAP_ALIVE": str(folder),
        **{f"TANGGAP_{name}_FILE": str(path) for name, path in secrets.items()},
    }
    assert set(here) <= set(composed)
    by_image = {"TANGGAP_DATA": str(folder / "data"), "TANGGAP_CONTENT": str(folder / "content")}
    quick = {"TANGGAP_POLL_SECONDS": "2", "TANGGAP_SETTLE": "1", "TANGGAP_POSTGRES_PORT": str(postgres.port)}
    alone = {name: value for name, value in os.environ.items() if not name.startswith(("TANGGAP_", "DJANGO_"))}
    return {**alone, **composed, **here, **by_image, **quick}


@pytest.fixture(scope="module")
def composed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Composed]:
    folder = tmp_path_factory.mktemp("composed")
    folder.chmod(0o755)
    with contextlib.ExitStack() as stack:
        try:
            caddy = servers.program("caddy")
            postgres = stack.enter_context(servers.postgres(*SERVICES["postgres"]["command"][1:]))
            redis = stack.enter_context(servers.redis(*SERVICES["redis"]["command"][1:]))
        except servers.MissingProgramError as missing:
            pytest.skip(f"{missing} is not installed; to get it: make servers")
        yield start(stack, folder, postgres, redis, caddy)


def start(
    stack: contextlib.ExitStack, folder: Path, postgres: servers.Postgres, redis: servers.Redis, caddy: str
) -> Composed:
    port, proxy_port, health_port, sandbox_port = (servers.free_port() for _ in range(4))
    environment = composed_environment(postgres, redis, folder)
    web, proxy, sandbox = (f"http://127.0.0.1:{number}" for number in (port, proxy_port, sandbox_port))
    environment |= {"TANGGAP_PUBLIC_URL": proxy, "TANGGAP_SANDBOX": sandbox}
    desk = Composed(postgres, web, proxy, sandbox, folder, {}, environment)

    def run(name: str, words: list[str], ready: Callable[[], bool] = lambda: True, **more: str) -> None:
        process = stack.enter_context(running(words, folder / f"{name}.said", {**desk.of(name), **more}))
        desk.processes[name] = process
        wait_for(f"{name} is up", lambda: ready() or process.poll() is not None)
        assert process.poll() is None, desk.said()

    run(
        "sandbox", local(shlex.split(f"python -m sandbox --port {sandbox_port}")), lambda: servers.answers(sandbox_port)
    )
    for words in (OURS["migrate"]["command"], ["python", "manage.py", "shell", "-c", SETTING_UP]):
        done = subprocess.run(
            local(words), cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
    here = {"8000": str(port), "0.0.0.0": "127.0.0.1"}
    for name in OURS.keys() - {"migrate"}:
        run(name, local(OURS[name]["command"], **here))
    config = {"/etc/caddy/Caddyfile": str(REPOSITORY / "config/proxy/Caddyfile")}
    words = [config.get(word, word) for word in SERVICES["proxy"]["command"]]
    run(
        "proxy",
        [caddy, *words[1:]],
        TANGGAP_HOST=proxy,
        TANGGAP_WEB=f"127.0.0.1:{port}",
        TANGGAP_PROXY_HEALTH_PORT=str(health_port),
        HOME=str(folder),
        XDG_DATA_HOME=str(folder),
        XDG_CONFIG_HOME=str(folder),
    )
    return desk


@contextlib.contextmanager
def running(words: list[str], said: Path, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    parent = os.getpid()
    with said.open("wb") as out:
        process = subprocess.Popen(
            words,
            cwd=REPOSITORY,
            env=environment,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=lambda: tied_to(parent),
        )
    try:
        yield process
    finally:
        servers.end(process, signal.SIGKILL)  # nothing is kept of it


def drop_calendar(folder: Path) -> None:
    """With everything up: a row whose time has passed when the file is read would be refused."""
    due = datetime.now(ZoneInfo("Asia/Jakarta")) + timedelta(seconds=5)
    row = f"{due:%d/%m/%Y;%H:%M:%S};@pkm.melati;Imunisasi tiap Senin.;poster.jpg;siap"
    (folder / "kalender.csv").write_text("tanggal;jam;akun;caption;media;status\n" + row)


def test_a_post_goes_out_and_a_complaint_becomes_a_case(composed: Composed) -> None:
    drop_calendar(composed.folder / "content" / "melati")
    try:
        post = wait_for("a post", lambda: composed.ledger("post"))[0]
        told = {"platform": "instagram", "account": "pkm.melati", "post": post["id"], "author": "bu_ratna"}
        requests.post(f"{composed.sandbox}/_sandbox/comment", json={**told, "text": COMPLAINT}, timeout=30)
        path, size = wait_for(
            "the complaint in a case, with its picture",
            lambda: composed.one(
                "SELECT e.path, e.size FROM moderation_evidence e JOIN moderation_message m ON m.id = e.message_id"
                " WHERE m.label = 'complaint' AND e.kind = 'rendering' AND e.state = 'taken'"
            ),
        )
    except BaseException:
        sys.stdout.write(composed.said())
        raise
    assert (composed.folder / "data/evidence" / path).stat().st_size == size > 10_000
    assert [one["text"] for one in composed.ledger("post")] == ["Imunisasi tiap Senin."]


def test_the_console_is_reached_through_the_proxy(composed: Composed) -> None:
    page = wait_for("the console", lambda: requests.get(f"{composed.proxy}/masuk/", timeout=30))
    assert page.status_code == 200
    assert re.search(r"<title>[^<]*Tanggap", page.text)
    wait_for("it is healthy", lambda: requests.get(f"{composed.proxy}/sehat/", timeout=30).text == "sehat\n")


def test_strangers_send_little(composed: Composed) -> None:
    """The proxy turns a large body away itself: the console would first keep all of it."""
    where = f"{composed.proxy}/kabar/facebook/nobodys-key/"
    wait_for("the proxy", lambda: requests.get(where, timeout=30).status_code < 500)
    small, large = (requests.post(where, data=b"x" * size, timeout=60).status_code for size in (100, 5_000_000))
    assert small == 403  # the console's own word for a key that nobody has
    assert large in (413, 502)  # an older Caddy calls it a bad gateway


@pytest.mark.parametrize("service", sorted(OURS.keys() - {"migrate"}))
def test_each_service_is_healthy_by_its_own_check(composed: Composed, service: str) -> None:
    wait_for(f"{service} is healthy", lambda: composed.health(service) == 0)


def test_a_worker_that_stands_still_is_not_healthy(composed: Composed) -> None:
    """The process lives, and does nothing: what a look at the process would call healthy."""
    worker = composed.processes["polling"]
    os.killpg(worker.pid, signal.SIGSTOP)
    try:
        (composed.folder / "alive-polling" / "polling").unlink(missing_ok=True)
        assert worker.poll() is None
        assert composed.health("polling") == 1
    finally:
        os.killpg(worker.pid, signal.SIGCONT)
    wait_for("polling works again", lambda: composed.health("polling") == 0)
