"""Sessions' manners: nothing waits for ever, nothing leaves twice, and a lost request means what it means."""

import contextlib
import http.client
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import requests

from connectors.errors import ConnectorError, OutcomeUnknown, Reason, Unreachable
from connectors.sessions import (
    CONNECT_S,
    LONGEST_CALL_S,
    READ_S,
    SLOWEST_UPLOAD,
    UPLOAD_MAX_S,
    Body,
    Network,
    Wire,
    never_opened,
)


class Server(HTTPServer):
    """Answers each request by the next of `plan`; counts what came."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.plan: list[str] = []
        self.came: list[str] = []
        self.bodies: list[int] = []
        self.base = f"http://127.0.0.1:{self.server_address[1]}"
        self.over = threading.Event()

    def handle_error(self, request: object, client_address: object) -> None:
        pass


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        self.server.bodies.append(len(self.rfile.read(int(self.headers.get("Content-Length") or 0))))
        self.server.came.append(self.path)
        step = self.server.plan.pop(0) if self.server.plan else "200"
        if step == "silence":
            self.server.over.wait(60)
        elif step == "drop":
            self.connection.shutdown(socket.SHUT_RDWR)
        elif step == "cut":
            self.wfile.write(b"HTTP/1.0 200 OK\r\nContent-Length: 100\r\n\r\n{")
        elif step.startswith("307"):
            self.send_response(307)
            self.send_header("Location", f"{self.server.base}{self.path}")
            self.end_headers()
        else:
            self.send_response(int(step))
            self.end_headers()

    do_GET = do_PUT = do_POST  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield running
        running.over.set()
        running.shutdown()


def is_post(request: requests.PreparedRequest) -> bool:
    return request.method == "POST"


@pytest.fixture
def dressed(server: Server) -> Iterator[Callable[[Wire], requests.Session]]:
    made: list[requests.Session] = []

    def dress(wire: Wire) -> requests.Session:
        session = requests.Session()
        Network(server.base, connect_s=1, read_s=1.5).dress(session, ("https://", "http://"), wire)
        made.append(session)
        return session

    yield dress
    for session in made:
        session.close()


def times(number: int, session: requests.Session) -> None:
    for _ in range(number):
        session.post(URL)


URL = "https://graph.example/v1/me?x=1"
Dress = Callable[[Wire], requests.Session]
LOST = [("silence", Reason.TIMEOUT), ("drop", Reason.DROPPED), ("cut", Reason.DROPPED), ("500", Reason.SERVER_ERROR)]
LOST += [("503", Reason.SERVER_ERROR), ("408", Reason.SERVER_ERROR)]


def test_the_sandbox_sees_the_real_host_and_path(server: Server, dressed: Dress) -> None:
    dressed(Wire(is_post)).get(URL)
    assert server.came == ["/graph.example/v1/me?x=1"]
    assert Network().address(URL) == URL


@pytest.mark.parametrize(("step", "reason"), LOST)
def test_a_lost_read_was_surely_not_done(server: Server, dressed: Dress, step: str, reason: Reason) -> None:
    server.plan = [step]
    with pytest.raises(Unreachable) as caught:
        dressed(Wire(is_post)).get(URL)
    assert caught.value.reason is reason
    assert len(server.came) == 1


@pytest.mark.parametrize(("step", "reason"), LOST)
def test_a_lost_write_may_have_been_done(server: Server, dressed: Dress, step: str, reason: Reason) -> None:
    server.plan = [step]
    wire = Wire(is_post)
    with pytest.raises(OutcomeUnknown) as caught, wire.write(lambda _: None):
        dressed(wire).post(URL)
    assert caught.value.reason is reason
    assert len(server.came) == 1


def test_a_connection_that_never_opened_did_nothing() -> None:
    wire, session = Wire(is_post), requests.Session()
    Network("http://127.0.0.1:9").dress(session, ("https://",), wire)
    with pytest.raises(Unreachable) as caught, wire.write(lambda _: None):
        session.post(URL)
    assert caught.value.reason is Reason.OFFLINE
    assert not wire.left


def test_only_one_leaves_whoever_asks(server: Server, dressed: Dress) -> None:
    wire = Wire(is_post)
    session = dressed(wire)
    with pytest.raises(OutcomeUnknown), wire.write(lambda _: None):
        times(2, session)
    assert len(server.came) == 1


def test_a_redirect_does_not_send_it_again(server: Server, dressed: Dress) -> None:
    """307 tells `requests` to POST the same body once more."""
    server.plan = ["307"]
    wire = Wire(is_post)
    with pytest.raises(OutcomeUnknown), wire.write(lambda _: None):
        dressed(wire).post(URL)
    assert len(server.came) == 1


def test_a_library_cannot_swallow_what_stopped_it(server: Server, dressed: Dress) -> None:
    wire = Wire(is_post)
    session = dressed(wire)

    def stop(_: requests.PreparedRequest) -> None:
        raise LookupError("taken over")

    def library() -> None:
        try:
            session.post(URL)
        except Exception:
            raise requests.ConnectionError("wrapped") from None

    with pytest.raises(LookupError, match="taken over"), wire.write(stop):
        library()
    with pytest.raises(LookupError), wire.write(stop), contextlib.suppress(LookupError):
        session.post(URL)
    assert server.came == []


def test_a_write_outside_of_one_is_a_mistake_of_ours(server: Server, dressed: Dress) -> None:
    with pytest.raises(AssertionError):
        dressed(Wire(is_post)).post(URL)
    assert server.came == []


def test_not_done_yet_may_be_asked_again_with_patience(server: Server, dressed: Dress) -> None:
    wire = Wire(is_post, undone=lambda answer: answer.status_code == 202, patience=3)
    session, asked = dressed(wire), []
    server.plan = ["202", "202", "200"]
    with wire.write(lambda request: asked.append(request.url)):
        times(3, session)
    assert len(asked) == len(server.came) == 3
    server.plan = ["202"] * 9
    with pytest.raises(Unreachable), wire.write(lambda _: None):
        times(9, session)
    assert len(server.came) == 6


def test_each_write_starts_afresh(server: Server, dressed: Dress) -> None:
    wire = Wire(is_post)
    session = dressed(wire)
    for _ in range(2):
        with wire.write(lambda _: None):
            session.post(URL)
    assert len(server.came) == 2


def test_a_big_upload_gets_its_time_and_not_more() -> None:
    def timeout(size: int) -> tuple[float, float]:
        return Network().timeout(requests.Request("POST", URL, data=bytes(size)).prepare())

    assert timeout(0)[1] == READ_S
    assert timeout(3_200_000)[1] == READ_S + 100
    assert timeout(100_000_000)[1] == READ_S + UPLOAD_MAX_S


@pytest.mark.parametrize("size", [0, 1_000_000, 8_000_000, 1_000_000_000])
def test_sending_and_waiting_together_are_within_the_longest_call(size: int) -> None:
    sending_s, answer_s = Network().patience(size)
    assert min(size, 8_000_000) / SLOWEST_UPLOAD <= sending_s
    assert CONNECT_S + sending_s + answer_s <= LONGEST_CALL_S


def test_a_big_body_leaves_in_pieces_and_whole(server: Server, dressed: Dress, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one piece it would have to be gone in the time that a connection has to open: no film, by a slow line."""
    pieces: list[int] = []
    send = http.client.HTTPConnection.send

    def watched(self: http.client.HTTPConnection, data: bytes) -> None:
        pieces.append(len(data))
        send(self, data)

    monkeypatch.setattr(http.client.HTTPConnection, "send", watched)
    assert dressed(Wire(is_post)).put(URL, data=bytes(1_000_000)).status_code == 200
    assert server.bodies == [1_000_000]
    assert max(pieces) < 100_000


def test_a_line_too_slow_for_so_much_is_given_up() -> None:
    body = Body(bytes(100), sending_s=60)
    assert len(body.read(50)) == 50
    body.ends_at -= 61
    with pytest.raises(TimeoutError):
        body.read(50)


class CurlError(Exception):
    def __init__(self, code: int) -> None:
        super().__init__("Failed to perform")
        self.code = code


@pytest.mark.parametrize(("code", "opened"), [(6, False), (7, False), (60, False), (28, True), (52, True), (56, True)])
def test_curls_own_numbers_are_understood(code: int, opened: bool) -> None:
    error = requests.ConnectionError("curl private transport failed")
    error.__cause__ = CurlError(code)
    assert never_opened(error) is not opened


def test_errors_tell_no_address(server: Server, dressed: Dress) -> None:
    server.plan = ["500"]
    with pytest.raises(ConnectorError) as caught:
        dressed(Wire(is_post)).get("https://graph.example/v1/me?access_token=geheim")
    assert "geheim" not in str(caught.value)
