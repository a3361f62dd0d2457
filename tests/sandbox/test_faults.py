"""Faults really act, on the operation they were aimed at, and a write that was accepted stands."""

import socket
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from instagrapi import Client
from instagrapi.exceptions import (
    ChallengeRequired,
    ClientConnectionError,
    ClientError,
    ClientThrottledError,
    LoginRequired,
    PhotoNotUpload,
)

from sandbox.server import Sandbox
from tests.sandbox.conftest import HANDLE, PASSWORD, Citizen, NewClient

BEFORE = {
    "429": ClientThrottledError,
    "500-before": ClientError,
    "drop-before": ClientConnectionError,
    "login-required": LoginRequired,
    "challenge": ChallengeRequired,
}
AFTER = {"500-after": ClientError, "drop-after": ClientConnectionError, "timeout-after": requests.ReadTimeout}


def upload(client: Client, picture: Path) -> str:
    upload_id: str = client.photo_rupload(picture, str(time.time_ns()))[0]
    return upload_id


@pytest.mark.parametrize(("fault", "error"), BEFORE.items())
def test_nothing_was_published(
    client: Client, picture: Path, citizen: Citizen, fault: str, error: type[Exception]
) -> None:
    upload_id = upload(client, picture)
    citizen.fault("publish", fault)
    with pytest.raises(error):
        client.photo_configure(upload_id, 1080, 1080, "Imunisasi")
    assert citizen.ledger() == []
    assert client.photo_configure(upload_id, 1080, 1080, "Imunisasi")["media"]
    assert len(citizen.ledger("post")) == 1


@pytest.mark.parametrize(("fault", "error"), AFTER.items())
def test_it_was_published_and_nobody_said_so(
    client: Client, picture: Path, citizen: Citizen, fault: str, error: type[Exception], sandbox: Sandbox
) -> None:
    for host in client.private.adapters.values():
        host.read_s = 1.5
    upload_id = upload(client, picture)
    citizen.fault("post", fault)
    with pytest.raises(error):
        client.photo_configure(upload_id, 1080, 1080, "Imunisasi")
    assert [entry["text"] for entry in citizen.ledger("post")] == ["Imunisasi"]
    writes = [call for call in citizen.get("calls") if call["operation"] == "publish"]
    assert [call["fault"] for call in writes] == [fault]


@pytest.mark.parametrize("operation", ["reply", "dm"])
@pytest.mark.parametrize(("fault", "stands"), [("drop-before", 0), ("drop-after", 1)])
def test_answers_and_messages(
    client: Client, picture: Path, citizen: Citizen, operation: str, fault: str, stands: int
) -> None:
    media = client.photo_upload(picture, "Posyandu")
    thread_id = int(citizen.dm("Halo")["parent"])
    citizen.fault(operation, fault)
    writes = {
        "reply": lambda: client.media_comment(media.id, "Terima kasih"),
        "dm": lambda: client.direct_send("Terima kasih", thread_ids=[thread_id]),
    }
    with pytest.raises(ClientConnectionError):
        writes[operation]()
    assert len([entry for entry in citizen.ledger() if entry["text"] == "Terima kasih"]) == stands


def test_uploads_reads_and_sign_in(client: Client, new_client: NewClient, picture: Path, citizen: Citizen) -> None:
    citizen.fault("upload", "500-before")
    with pytest.raises(PhotoNotUpload):
        upload(client, picture)
    citizen.fault("fetch", "429", times=2)
    for _ in range(2):
        with pytest.raises(ClientThrottledError):
            client.private_request("direct_v2/inbox/")
    assert client.private_request("direct_v2/inbox/")["status"] == "ok"
    citizen.fault("login", "challenge")
    with pytest.raises(ChallengeRequired):
        new_client().login(HANDLE, PASSWORD)
    citizen.fault("any", "login-required")
    with pytest.raises(LoginRequired):
        client.private_request(f"feed/user/{client.user_id}/")


def test_a_fault_hits_its_own_operation_alone(client: Client, picture: Path, citizen: Citizen) -> None:
    citizen.fault("dm", "500-before")
    media = client.photo_upload(picture, "Posyandu")
    client.media_comment(media.id, "Halo")
    assert client.media_delete(media.id)
    assert [fault["times"] for fault in citizen.get("faults")] == [1]


def test_faults_are_listed_counted_and_cleared(citizen: Citizen, client: Client) -> None:
    citizen.fault("fetch", "429", times=3)
    with pytest.raises(ClientThrottledError):
        client.private_request("direct_v2/inbox/")
    assert citizen.get("faults") == [{"platform": "instagram", "operation": "fetch", "fault": "429", "times": 2}]
    assert requests.delete(f"{citizen.base}/_sandbox/faults", timeout=5).json() == []
    assert client.private_request("direct_v2/inbox/")["status"] == "ok"


def test_silence_does_not_hold_up_the_end() -> None:
    with Sandbox() as other:
        citizen = Citizen(other.base)
        citizen.fault("login", "timeout-after")
        held = socket.create_connection(("127.0.0.1", int(urlsplit(other.base).port or 0)))
        held.sendall(b"GET /i.instagram.com/api/v1/accounts/current_user/ HTTP/1.1\r\nHost: i.instagram.com\r\n\r\n")
        while citizen.get("faults"):
            time.sleep(0.01)
        held.settimeout(0.2)
        with pytest.raises(TimeoutError):
            held.recv(1)
    held.settimeout(60)
    assert held.recv(1) == b""
    held.close()
