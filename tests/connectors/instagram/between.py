"""A server between the connector and the stand-in: writes down what passes, and answers for it where told to."""

import http.client
import json
import re
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Seen:
    """A request as it came over the wire. `path` begins with the real host."""

    method: str
    path: str
    body: bytes
    headers: dict[str, str]

    @property
    def signed(self) -> dict[str, Any]:
        """instagrapi's signed body."""
        form = parse_qs(self.body.decode())
        return dict(json.loads(form["signed_body"][0].partition(".")[2]))


@dataclass(frozen=True)
class Answer:
    """What is answered instead of the stand-in's own words; `after`: the stand-in acts on the request first."""

    status: int = 200
    body: Any = b""
    after: bool = False
    cut: bool = False
    """Promise more than is sent, then hang up."""

    @property
    def bytes(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


class Between:
    """`tell(pattern, answer, …)` answers the next requests whose address matches; everything else is passed on."""

    def __init__(self, upstream: str) -> None:
        self.upstream = urlsplit(upstream).netloc
        self.seen: list[Seen] = []
        self.answered: list[tuple[Seen, int, bytes]] = []
        """What the stand-in itself said."""
        self.told: list[tuple[re.Pattern[str], Answer]] = []
        self.meanwhile: Callable[[Seen], None] = lambda _: None
        """Called with each request while it is on its way."""
        self.http = _Server(("127.0.0.1", 0), _Handler)
        self.http.between = self
        self.base = f"http://127.0.0.1:{self.http.server_address[1]}"

    def tell(self, pattern: str, *answers: Answer) -> None:
        self.told += [(re.compile(pattern), answer) for answer in answers]

    def take(self, path: str) -> Answer | None:
        for rule in self.told:
            if rule[0].search(path):
                self.told.remove(rule)
                return rule[1]
        return None

    def asked(self, pattern: str, method: str = "") -> list[Seen]:
        return [seen for seen in self.seen if re.search(pattern, seen.path) and method in ("", seen.method)]

    def __enter__(self) -> "Between":
        threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.http.shutdown()
        self.http.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    between: Between

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up is nothing to tell."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def setup(self) -> None:
        super().setup()
        self.upstream = http.client.HTTPConnection(self.server.between.upstream, timeout=120)

    def finish(self) -> None:
        self.upstream.close()
        super().finish()

    def do_GET(self) -> None:
        between = self.server.between
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        seen = Seen(self.command, self.path.lstrip("/"), body, headers)
        between.seen.append(seen)
        between.meanwhile(seen)
        told = between.take(self.path)
        if told is not None and not told.after:
            self._answer(told.status, told.bytes, {"Content-Type": "application/json"}, cut=told.cut)
            return
        try:
            self.upstream.request(self.command, self.path, body, dict(self.headers.items()))
            reply = self.upstream.getresponse()
            status, data, kept = reply.status, reply.read(), dict(reply.getheaders())
        except (OSError, http.client.HTTPException):
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        between.answered.append((seen, status, data))
        if told is not None:
            status, data = told.status, told.bytes
        self._answer(status, data, kept, cut=bool(told and told.cut))

    do_POST = do_GET  # noqa: N815
    do_PUT = do_GET  # noqa: N815
    do_DELETE = do_GET  # noqa: N815

    def _answer(self, status: int, body: bytes, headers: dict[str, str], cut: bool) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() not in {"content-length", "server", "date", "connection"}:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) + 100 * cut))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()
        if cut:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *args: Any) -> None:
        pass
