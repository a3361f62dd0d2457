"""`/_sandbox/…`: what is wrong is said, and the ledger has the promised shape."""

import json
import os
import signal
import socket
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from instagrapi import Client

from sandbox.ledger import World
from sandbox.server import PLATFORMS
from tests.sandbox.conftest import HANDLE, Citizen

KEYS = ["seq", "at", "platform", "account", "kind", "id", "parent", "author", "text", "media"]
COMMENT = {"account": HANDLE, "post": "1", "author": "bu.sri", "text": "halo"}


def test_the_ledger_tells_everything_once_oldest_first(client: Client, picture: Path, citizen: Citizen) -> None:
    media = client.photo_upload(picture, "Posyandu Melati")
    asked = citizen.comment(media.code, "Jam berapa?", author="Bu Sri", name="Sri Utami")
    client.media_comment(media.id, "Jam 8, Bu.", replied_to_comment_id=int(asked["id"]))
    citizen.dm("Terima kasih", author="Bu Sri")
    ledger = citizen.ledger()
    assert [list(entry) for entry in ledger] == [KEYS] * 4
    assert [entry["seq"] for entry in ledger] == [1, 2, 3, 4]
    assert [entry["kind"] for entry in ledger] == ["post", "comment", "reply", "dm"]
    assert [entry["author"] for entry in ledger] == [HANDLE, "bu_sri", HANDLE, "bu_sri"]
    assert [entry["parent"] for entry in ledger][:3] == ["", str(media.pk), asked["id"]]
    assert {entry["account"] for entry in ledger} == {HANDLE}
    assert all(datetime.fromisoformat(entry["at"]).tzinfo for entry in ledger)
    assert asked == ledger[1]
    [comment] = client.media_comments(media.id)
    assert (comment.user.username, comment.user.full_name) == ("bu_sri", "Sri Utami")


@pytest.mark.parametrize(
    ("path", "data", "complaint"),
    [
        ("comment", {**COMMENT, "platform": "friendster"}, "platform"),
        ("comment", {**COMMENT, "text": " "}, "text"),
        ("comment", {**COMMENT, "account": "siapa"}, "account"),
        ("comment", COMMENT, "post"),
        ("comment", {**COMMENT, "author": HANDLE}, "author"),
        ("dm", {"account": HANDLE, "author": "bu.sri"}, "text"),
        ("faults", {"operation": "fetch", "fault": "418"}, "fault"),
        ("faults", {"operation": "tidur", "fault": "429"}, "operation"),
        ("faults", {"operation": "fetch", "fault": "429", "times": 0}, "times"),
        ("accounts", {"account": "x"}, "password"),
    ],
)
def test_a_bad_request_is_told_why(client: Client, citizen: Citizen, path: str, data: Any, complaint: str) -> None:
    answer = citizen.post(path, **data)
    assert answer.status_code == 400
    assert answer.json()["error"].startswith(complaint)
    assert citizen.ledger() == []


def test_no_json_and_no_such_request(citizen: Citizen) -> None:
    assert requests.post(f"{citizen.base}/_sandbox/dm", data=b"{", timeout=5).status_code == 400
    assert "POST /_sandbox/dm" in citizen.get("tidak-ada")["error"]
    assert citizen.get("health")["status"] == "ok"
    assert requests.get(f"{citizen.base}/_sandbox/static/../control.py", timeout=5).status_code == 404


def test_half_an_emoji_does_not_spoil_the_ledger(client: Client, citizen: Citizen) -> None:
    body = json.dumps({"platform": "instagram", "account": HANDLE, "author": "bu.sri", "text": "terima kasih \ud83d"})
    assert requests.post(f"{citizen.base}/_sandbox/dm", data=body, timeout=5).status_code == 201
    assert [entry["text"] for entry in citizen.ledger()] == ["terima kasih ?"]


@pytest.mark.parametrize("length", ["x", "-1", "99999999999"])
def test_a_length_that_is_none_is_refused_at_once(citizen: Citizen, length: str) -> None:
    port = int(citizen.base.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
        line.sendall(f"POST /_sandbox/dm HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n".encode())
        assert line.recv(100).startswith(b"HTTP/1.1 400 ")


def test_numbers_and_times_only_grow() -> None:
    world = World()
    ids = [int(world.new_id()) for _ in range(2000)]
    times = [world.now_us() for _ in range(2000)]
    assert ids == sorted(set(ids))
    assert times == sorted(set(times))


def test_the_program_says_where_it_listens_and_ends_when_asked() -> None:
    command = [sys.executable, "-W", "error", "-m", "sandbox", "--port", "0"]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=root, text=True, env=dict(os.environ)) as process:
        assert process.stdout is not None
        try:
            base = process.stdout.readline().removeprefix("sandbox: ").strip()
            assert base.startswith("http://127.0.0.1:")
            health = requests.get(f"{base}/_sandbox/health", timeout=30).json()
            assert health["platforms"] == sorted(PLATFORMS)
        finally:
            process.send_signal(signal.SIGTERM)
            ended = process.wait(timeout=120)
        assert ended == 0
