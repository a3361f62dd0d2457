"""The one place where HTTP sessions get their manners: real timeouts, no silent resend, and the sandbox.

Pure. Client libraries bring sessions of their own; `Network.dress` mounts one adapter on them, so that no call
waits for ever, none is repeated behind our back (urllib3's retries are off), and with a sandbox set every request
goes there with its real host and path kept in the address: `http://127.0.0.1:8900/i.instagram.com/api/v1/…`.

What a lost request means is decided here too, and raised as our own error through the library: libraries wrap such
errors, swallow them or ask again, and only here is it known whether the connection ever opened and what was asked.
"""

import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import parsedate_to_datetime
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import httpx
import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from connectors.errors import ConnectorError, OutcomeUnknown, Reason, Unreachable

CONNECT_S = 5.0
READ_S = 30.0
SLOWEST_UPLOAD = 32_000
"""Bytes a second: a village's mobile line. A body that is sent gets this much more time to arrive, …"""
UPLOAD_MAX_S = 480.0
"""… up to here: an account's lane is held for ten minutes."""
PIECE = 65_536
"""A smaller body leaves at once."""
BUFFERED = 4_000_000
"""So many bytes of it may still lie in this machine's own buffers when they count as sent (Linux: tcp_wmem)."""
LONGEST_CALL_S = CONNECT_S + UPLOAD_MAX_S + CONNECT_S + READ_S
"""To connect, to send the biggest body by the slowest line, not quite evenly, and to be answered."""

GRAPH_VERSION = "v26.0"
"""Of Meta's Graph API, of 2026-07-29; each version lives about two years, so a setting can name another."""

CURL_NEVER_OPENED = frozenset({5, 6, 7, 35, 60})
"""curl's numbers for: proxy or host not found, no connection, TLS handshake failed, certificate not trusted."""


class Wire:
    """Sees every request of one connector's sessions leave, and says what it means when no verdict comes back.

    Outside `write` a request counts as a read: whatever becomes of it, nothing was done. Inside, the request that
    `irreversible` recognises is let out once; `before` is called at the very last moment, and a second one never
    leaves, whoever asks for it. `undone` recognises the answer by which a platform says that it has not acted yet
    (a film still being worked on): after it the same request may leave again, `before` being asked again, until
    `patience` of them have left.
    """

    def __init__(
        self,
        irreversible: Callable[[requests.PreparedRequest], bool],
        undone: Callable[[requests.Response], bool] = lambda _: False,
        patience: int = 1,
    ) -> None:
        self._irreversible = irreversible
        self._undone = undone
        self._patience = patience
        self._before: Callable[[requests.PreparedRequest], None] | None = None
        self._polls = 0
        self.left = False
        """Whether the irreversible request of this write left, and may have been obeyed."""
        self.stopped: BaseException | None = None
        """What `before`, or our own "not twice", raised: it must come out, whatever the library makes of it."""

    @contextmanager
    def write(self, before: Callable[[requests.PreparedRequest], None]) -> Iterator[None]:
        """One write. A library that swallows what stopped it doesn't hide it: it is raised at the end."""
        self._before, self._polls, self.left, self.stopped = before, 0, False, None
        try:
            yield
        except BaseException as error:
            if self.stopped is not None and error is not self.stopped:
                raise self.stopped from None
            raise
        finally:
            self._before = None
        if self.stopped is not None:
            raise self.stopped

    def leaving(self, request: requests.PreparedRequest) -> None:
        """Called right before `request` leaves; what it raises keeps it here."""
        if not self._irreversible(request):
            return
        assert self._before is not None, "a request that can't be taken back, outside of a write"
        try:
            if self.left:
                raise OutcomeUnknown(Reason.UNREADABLE, "the library wanted to send it a second time")
            if self._polls >= self._patience:
                raise Unreachable(Reason.TIMEOUT, "the platform still works on what was uploaded")
            self._before(request)
        except BaseException as error:
            self.stopped = error
            raise
        self.left = True
        self._polls += 1

    def answered(self, request: requests.PreparedRequest, response: requests.Response) -> None:
        """408 and any 5xx are no verdict: nobody knows how far the platform had come."""
        if response.status_code == requests.codes.request_timeout or response.status_code >= 500:
            raise self.lost(request, Reason.SERVER_ERROR, f"HTTP {response.status_code}")
        if self.left and self._irreversible(request) and self._undone(response):
            self.left = False

    def lost(self, request: requests.PreparedRequest, reason: Reason, detail: str) -> ConnectorError:
        if self.left and self._irreversible(request):
            return OutcomeUnknown(reason, detail)
        return Unreachable(reason, detail)

    def failed(self, request: requests.PreparedRequest, error: requests.RequestException) -> ConnectorError:
        """What a broken transport means for `request`."""
        detail = type(error).__name__
        if never_opened(error):
            self.left = self.left and not self._irreversible(request)
            return Unreachable(Reason.OFFLINE, detail)
        reason = Reason.TIMEOUT if isinstance(error, requests.Timeout) else Reason.DROPPED
        return self.lost(request, reason, detail)


def never_opened(error: BaseException) -> bool:
    """Whether a transport error shows that not one byte of the request was sent."""
    todo: list[Any] = [error]
    seen: set[int] = set()
    while todo:
        one = todo.pop()
        if not isinstance(one, BaseException) or id(one) in seen:
            continue
        seen.add(id(one))
        openings = (requests.ConnectTimeout, ConnectTimeoutError, NewConnectionError, ssl.SSLCertVerificationError)
        if isinstance(one, openings) or getattr(one, "code", None) in CURL_NEVER_OPENED:
            return True
        todo += [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]
    return False


class Clock:
    """How far this machine's clock is ahead of a platform's, by the `Date` of its answers. A cached one is old, a slow
    one late: the smallest difference counts."""

    def __init__(self) -> None:
        self._ahead_s: float | None = None

    def heard(self, date: str) -> None:
        try:
            ahead_s = time.time() - parsedate_to_datetime(date).timestamp()
        except (ValueError, OverflowError):
            return
        self._ahead_s = ahead_s if self._ahead_s is None else min(ahead_s, self._ahead_s)

    def ahead(self) -> timedelta:
        return timedelta(seconds=max(0.0, self._ahead_s or 0.0))


@dataclass(frozen=True, slots=True)
class Network:
    """How a platform is reached, for one use. `sandbox` is the stand-in's base address, empty for the real world."""

    sandbox: str = ""
    connect_s: float = CONNECT_S
    read_s: float = READ_S
    graph_version: str = GRAPH_VERSION
    clock: Clock = field(default_factory=Clock, compare=False)

    def address(self, url: str) -> str:
        """The address to ask for `url`: itself, or its place in the sandbox."""
        if not self.sandbox:
            return url
        parts = urlsplit(url)
        return f"{self.sandbox}/{parts.netloc}{parts.path}" + (f"?{parts.query}" if parts.query else "")

    def timeout(self, request: requests.PreparedRequest) -> tuple[float, float]:
        """Seconds to connect and to wait; curl takes their sum as the time for all, so a big body gets more."""
        size = len(request.body) if isinstance(request.body, bytes | str) else 0
        return self.connect_s, self.read_s + min(size / SLOWEST_UPLOAD, UPLOAD_MAX_S)

    def patience(self, size: int) -> tuple[float, float]:
        """Seconds for sending a body of so many bytes, and for waiting for its answer; together as `timeout` says."""
        buffered_s = min(size, BUFFERED) / SLOWEST_UPLOAD
        sending_s = min(size / SLOWEST_UPLOAD, UPLOAD_MAX_S - buffered_s)
        return self.connect_s + sending_s, self.read_s + buffered_s

    def dress(
        self,
        session: requests.Session,
        prefixes: tuple[str, ...],
        wire: Wire,
        inner: BaseAdapter | None = None,
    ) -> None:
        """Mount our adapter on `session` for `prefixes` (a library may re-mount "https://": longer ones survive)."""
        for prefix in prefixes:
            session.mount(prefix, MannersAdapter(self, wire, inner))

    def httpx_client(self, wire: Wire) -> httpx.Client:
        """For a library that speaks by httpx."""
        return httpx.Client(transport=MannersTransport(self, wire), timeout=self.read_s)


class Body(BytesIO):
    """A body that leaves in small pieces, each in its time, and all of it by a deadline. urllib3 gives a body in one
    piece as long as it gives the connection to open: some seconds, for a film by a village's line."""

    def __init__(self, data: bytes, sending_s: float) -> None:
        super().__init__(data)
        self.ends_at = time.monotonic() + sending_s

    def read(self, size: int | None = -1, /) -> bytes:
        if time.monotonic() > self.ends_at:
            raise TimeoutError("the line is too slow for so much")
        return super().read(size)


class MannersAdapter(BaseAdapter):
    """Timeouts always, retries never, the sandbox where one is set. `inner` may be a library's own adapter."""

    def __init__(self, network: Network, wire: Wire, inner: BaseAdapter | None) -> None:
        super().__init__()
        self.network = network
        self.wire = wire
        # The sandbox speaks plain HTTP/1.1, which a library's own transport may not.
        self.inner = inner if inner is not None and not network.sandbox else HTTPAdapter(max_retries=0)
        self.is_plain = isinstance(self.inner, HTTPAdapter)

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: bool | str = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        assert request.url is not None
        self.wire.leaving(request)
        # A copy is sent: `request` keeps its real address, by which it is recognised when the answer comes.
        sent = request.copy()
        sent.url = self.network.address(request.url)
        timeout = timeout or self.network.timeout(request)
        if self.is_plain and isinstance(request.body, bytes) and len(request.body) > PIECE:
            sending_s, answer_s = self.network.patience(len(request.body))
            sent.body, timeout = Body(request.body, sending_s), (self.network.connect_s, answer_s)  # type: ignore[assignment]
        try:
            response = self.inner.send(
                sent,
                stream=stream,
                timeout=timeout,
                verify=verify,
                cert=cert,
                proxies=None if self.network.sandbox else proxies,
            )
            # Read whole here: a body cut off half-way is no answer, and some libraries would ask for it again.
            _ = response.content
        except requests.RequestException as error:
            raise self.wire.failed(request, error) from error
        self.network.clock.heard(response.headers.get("Date", ""))
        self.wire.answered(request, response)
        return response

    def close(self) -> None:
        self.inner.close()


class MannersTransport(httpx.BaseTransport):
    """httpx's requests leave by the adapter above: one wire, one set of rules, one meaning of what goes wrong."""

    def __init__(self, network: Network, wire: Wire) -> None:
        self._adapter = MannersAdapter(network, wire, None)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        headers = {name: value for name, value in request.headers.items() if name not in OF_THE_TRANSPORT}
        asked = requests.Request(request.method, str(request.url), headers=headers, data=request.read()).prepare()
        answer = self._adapter.send(asked, proxies=requests.utils.get_environ_proxies(str(request.url)))
        kept = {name: value for name, value in answer.headers.items() if name.lower() not in OF_THE_TRANSPORT}
        return httpx.Response(answer.status_code, headers=kept, content=answer.content, request=request)

    def close(self) -> None:
        self._adapter.close()


OF_THE_TRANSPORT = frozenset(
    {"host", "connection", "content-length", "transfer-encoding", "content-encoding", "accept-encoding"}
)
"""Headers that say how bytes travel: each of the two sides writes its own."""
