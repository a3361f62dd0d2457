"""The HTTP side of the stand-in: reads a call whole, finds its route, lets a waiting fault act, answers.

with Sandbox() as sandbox:
    requests.get(sandbox.base + "/_sandbox/health")
"""

import logging
import select
import socket
import threading
from collections import deque
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar
from urllib.parse import parse_qsl, unquote, urlsplit

from sandbox import graph, instagram, pages, website, whatsapp, x, youtube
from sandbox.control import Control
from sandbox.faults import AFTER, Faults
from sandbox.ledger import World
from sandbox.webhooks import Webhooks
from sandbox.wire import BadCall, Call, Platform, Reply, Route, as_json, as_page

PLATFORMS: dict[str, Platform] = {
    "instagram_graph": graph.INSTAGRAM_PLATFORM,  # before the other one: it knows which pages are its own
    "instagram": instagram.PLATFORM,
    "facebook": graph.FACEBOOK_PLATFORM,
    "x": x.PLATFORM,
    "youtube": youtube.PLATFORM,
    "whatsapp": whatsapp.PLATFORM,
    "website": website.PLATFORM,  # the last: every other host is a site's
}
BODY_MAX = 512 * 1024 * 1024
CALLS_KEPT = 2000
STATIC = Path(__file__).parent / "templates" / "static"
STATIC_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}

log = logging.getLogger("sandbox")


class Sandbox:
    """The stand-in as a server on 127.0.0.1; port 0 takes a free one. A context manager runs it in a thread."""

    def __init__(self, port: int = 0) -> None:
        self.world = World()
        self.world.numbers = {one.name: one.number for one in PLATFORMS.values() if one.number}
        self.faults = Faults()
        self.calls: deque[dict[str, Any]] = deque(maxlen=CALLS_KEPT)
        self.stopping = threading.Event()
        self.late_s = 5.0
        """How long lists don't show what was written under the fault `eventually`."""
        self.webhooks = Webhooks(self.world, {name: platform.news for name, platform in PLATFORMS.items()})
        self.control = Control(frozenset(PLATFORMS), self.faults, self.calls, self.webhooks)
        self.http = _Server(self, port)
        self.base = f"http://127.0.0.1:{self.http.server_address[1]}"

    def serve(self) -> None:
        """Answers until `stop` is called from another thread."""
        self.http.serve_forever(poll_interval=0.02)

    def stop(self) -> None:
        """Ends serving; a connection held by `timeout-after` is let go within a fraction of a second."""
        self.stopping.set()
        self.webhooks.stop()
        self.http.shutdown()
        self.http.server_close()

    def __enter__(self) -> "Sandbox":
        threading.Thread(target=self.serve, name="sandbox", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def answer(self, call: Call) -> tuple[Reply, str]:
        """The reply, and the name of a fault that acts on the connection itself (empty: just send it)."""
        host, _, rest = call.path.partition("/")
        if host == "":
            return as_page(pages.home(call, list(PLATFORMS.values()))), ""
        if host == "_sandbox":
            return self._own(call, rest), ""
        for platform in PLATFORMS.values():
            for route in platform.routes:
                match = route.pattern.fullmatch(call.path) if call.method in route.methods else None
                found = _with(call, match.groups("")) if match else None
                if found and route.mine(found):
                    return self._platform(platform, route, found)
        log.warning("no such route: %s /%s", call.method, call.path)
        return as_json({"message": f"the stand-in does not know {call.method} /{call.path}", "status": "fail"}, 404), ""

    def _platform(self, platform: Platform, route: Route, call: Call) -> tuple[Reply, str]:
        fault = self.faults.take(platform.name, route.operation)
        if route.operation:
            seen = {"platform": platform.name, "operation": route.operation, "method": call.method}
            self.calls.append(seen | {"path": "/" + call.path, "fault": fault})
        if fault == "drop-before":
            return Reply(), "drop"
        if fault and fault not in AFTER:
            return platform.refusal(fault), ""
        with self.world.shown_late(self.late_s if fault == "eventually" else 0):
            reply = route.handler(call)
        if fault == "500-after":
            return platform.refusal(fault), ""
        return reply, {"drop-after": "drop", "timeout-after": "silence"}.get(fault, "")

    def _own(self, call: Call, path: str) -> Reply:
        kind, _, name = path.partition("/")
        if kind == "media" and name in self.world.files:
            blob = self.world.files[name]
            return Reply(200, blob.data, blob.mime, {"Cache-Control": "max-age=86400"})
        if kind == "static" and (STATIC / name).parent == STATIC and (STATIC / name).is_file():
            return Reply(200, (STATIC / name).read_bytes(), STATIC_TYPES[(STATIC / name).suffix])
        return self.control.answer(call, path.strip("/"))


def _with(call: Call, found: tuple[str, ...]) -> Call:
    return Call(call.world, call.base, call.method, call.path, call.query, call.headers, call.body, found)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # a held connection must not hold up the end
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, sandbox: Sandbox, port: int) -> None:
        self.sandbox = sandbox
        super().__init__(("127.0.0.1", port), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        log.exception("a request from %s failed", client_address)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    server_version = "sandbox"
    disable_nagle_algorithm = True
    wbufsize = -1
    quiet: ClassVar[tuple[type[Exception], ...]] = (ConnectionError, TimeoutError)

    def handle(self) -> None:
        try:
            super().handle()
        except self.quiet:
            self.close_connection = True  # the client went away

    def do_GET(self) -> None:
        sandbox = self.server.sandbox
        try:
            reply, act = sandbox.answer(self._call(sandbox))
        except BadCall as error:
            reply, act = as_json({"error": str(error), "message": str(error), "status": "fail"}, 400), ""
        except (ConnectionError, TimeoutError):
            raise
        except Exception:
            log.exception("%s %s failed in the stand-in", self.command, self.path)
            reply, act = as_json({"message": "the stand-in itself failed; see its log", "status": "fail"}, 500), ""
        if act == "silence":
            self._wait_until_gone()
        if act:
            self._drop()
        else:
            self._send(reply)

    do_POST = do_GET  # noqa: N815
    do_PUT = do_GET  # noqa: N815
    do_DELETE = do_GET  # noqa: N815

    def _call(self, sandbox: Sandbox) -> Call:
        length = self.headers.get("Content-Length") or "0"
        if not length.isdecimal() or int(length) > BODY_MAX:
            self.close_connection = True
            raise BadCall("the body is too big, or its length is no number")
        body = self.rfile.read(int(length))
        parts = urlsplit(self.path)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        path = unquote(parts.path).lstrip("/")
        return Call(sandbox.world, sandbox.base, self.command, path, query, _lower(self.headers), body)

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.type)
        self.send_header("Content-Length", str(len(reply.body)))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body)
        self.wfile.flush()

    def _wait_until_gone(self) -> None:
        """Say nothing until the client hangs up or the server stops."""
        while not self.server.sandbox.stopping.is_set():
            readable, _, _ = select.select([self.connection], [], [], 0.1)
            if readable and not self.connection.recv(1, socket.MSG_PEEK):
                return

    def _drop(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *args: Any) -> None:
        log.debug(format, *args)


def _lower(headers: Message) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
