"""The servers of the tests do what later tests want of them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import requests
from django.db.utils import ConnectionHandler
from pytest_django import DjangoDbBlocker

from tests.servers import Postgres, Redis
from tests.wordpress import Wordpress

pytestmark = pytest.mark.servers
HERE = Path(__file__).parent


def test_postgresql_answers_django(postgres: Postgres, django_db_blocker: DjangoDbBlocker) -> None:
    where = {"HOST": postgres.host, "PORT": postgres.port, "USER": postgres.user, "NAME": "postgres"}
    connection = ConnectionHandler({"default": {"ENGINE": "django.db.backends.postgresql", **where}})["default"]
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("SELECT version(), current_setting('fsync'), current_setting('listen_addresses')")
        version, fsync, listens_on = cursor.fetchone()
    connection.close()
    assert version.startswith("PostgreSQL ")
    assert (fsync, listens_on) == ("off", "127.0.0.1")


def test_redis_answers_its_client_library(redis: Redis) -> None:
    from redis import Redis as Client

    with Client.from_url(redis.url) as client:
        assert client.ping()
        client.set("salam", "halo")
        assert client.get("salam") == b"halo"
        assert client.config_get("save") == {"save": ""}


def test_wordpress_takes_a_post_by_its_application_password(website: Wordpress) -> None:
    front = requests.get(f"{website.url}/wp-json/", timeout=120).json()
    assert front["name"] == "Puskesmas Uji"
    post = {"title": "Jadwal imunisasi", "content": "Senin sampai Kamis", "status": "publish"}
    address = f"{website.url}/wp-json/wp/v2/posts"
    assert requests.post(address, json=post, timeout=120).status_code == 401
    made = requests.post(address, json=post, auth=website.login, timeout=120)
    assert made.status_code == 201
    assert "Senin sampai Kamis" in requests.get(made.json()["link"], timeout=120).text


def test_what_must_work_on_both_databases_works_on_postgresql(postgres: Postgres) -> None:
    """Runs the tests marked `both_databases` once more, with the settings that name PostgreSQL."""
    ours = {name: value for name, value in os.environ.items() if name != "TANGGAP_TEST_ROOT"}
    marked = [path for path in sorted(HERE.rglob("test_*.py")) if "both_databases" in path.read_text(encoding="utf-8")]
    run = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "-m",
            "both_databases",
            *marked,
        ],
        env={**ours, **postgres.environment(), "TANGGAP_TEST_DATABASE": "postgresql"},
        capture_output=True,
        text=True,
        timeout=1200,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
