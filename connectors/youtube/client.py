"""googleapiclient, dressed: the discovery document that it brings along, our own transport, nothing repeated.

Its default transport, httplib2, sends a POST again when the server hangs up without an answer, so that an answer to a
citizen could stand twice; `SafeHttp` takes its place. Tokens are refreshed by google-auth over the same session.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httplib2  # type: ignore[import-untyped]
import requests
from google.auth.transport.requests import Request as Refresh
from google.oauth2.credentials import Credentials
from googleapiclient import discovery

from connectors.answers import leads_on
from connectors.base import Login
from connectors.errors import LoginNeeded, OutcomeUnknown, RateLimited, Reason, Unreachable
from connectors.sessions import Network, Wire
from connectors.youtube.errors import border, made, told
from connectors.youtube.quota import Quota
from connectors.youtube.reading import Json

TOKEN_URI = "https://oauth2.googleapis.com/token"  # noqa: S105  an address
HOST = re.compile(r"(?:[a-z0-9-]+\.)*googleapis\.com")
"""Where our token may go."""

COMMENTS = re.compile(r"/youtube/v3/comments$")
UPLOAD = re.compile(r"^/(?:resumable/)?upload/youtube/v3/videos$")
PART = re.compile(r"bytes (\d+)-(\d+)/(\d+)")

INCOMPLETE = 308
"""Google's "go on": so many bytes are here (`Range`), and no video yet."""
REST_OF_A_FILM = 5
"""How often the end of a film may be sent again because YouTube kept only a part of it."""
PAGES_MAX = 100
EXPIRES_EARLY = timedelta(minutes=5)

Result = TypeVar("Result")


class GoogleWire(Wire):
    """Asks `before` for every part of a film, not for the last alone: each renews the lease of a long upload, and
    what it commits at the first is the upload's address. Nothing exists at YouTube before the last byte."""

    def __init__(self) -> None:
        super().__init__(cannot_be_taken_back, lambda answer: answer.status_code == INCOMPLETE, REST_OF_A_FILM)

    @contextmanager
    def write(self, before: Callable[[requests.PreparedRequest], None]) -> Iterator[None]:
        """What left within it casts no doubt on the reads after it."""
        try:
            with super().write(before):
                yield
        finally:
            self.left = False

    def leaving(self, request: requests.PreparedRequest) -> None:
        if is_part(request) and not self._irreversible(request) and self._before is not None:
            try:
                self._before(request)
            except BaseException as error:
                self.stopped = error
                raise
        super().leaving(request)

    def answered(self, request: requests.PreparedRequest, response: requests.Response) -> None:
        """google-auth would ask again and again for a token that is refused for haste."""
        super().answered(request, response)
        if str(request.url).startswith(TOKEN_URI) and response.status_code == requests.codes.too_many_requests:
            raise RateLimited(Reason.TOO_FAST, "token: HTTP 429")


def is_part(request: requests.PreparedRequest) -> bool:
    return request.method == "PUT" and PART.match(str(request.headers.get("Content-Range") or "")) is not None


def cannot_be_taken_back(request: requests.PreparedRequest) -> bool:
    """A comment, and the part of a film that holds its last byte."""
    path = urlsplit(str(request.url)).path
    if request.method == "POST":
        return COMMENTS.search(path) is not None
    found = PART.match(str(request.headers.get("Content-Range") or "")) if request.method == "PUT" else None
    return found is not None and int(found[2]) + 1 == int(found[3])


class Token:
    """The access token: kept for its hour, then asked for anew with the refresh token."""

    def __init__(self, login: Login, session: requests.Session) -> None:
        kept, secrets = login.session, login.secrets
        expiry = datetime.fromisoformat(str(kept["expiry"])) if kept.get("token") and kept.get("expiry") else None
        self._credentials = Credentials(  # type: ignore[no-untyped-call]
            token=kept.get("token") if expiry else None,
            expiry=expiry.replace(tzinfo=None) if expiry else None,
            refresh_token=secrets.get("refresh_token"),
            token_uri=TOKEN_URI,
            client_id=secrets.get("client_id"),
            client_secret=secrets.get("client_secret"),
        )
        self._refresh = Refresh(session)
        self.fresh = False
        """Whether it was asked for in this use."""
        self.scopes: frozenset[str] = frozenset(str(kept.get("scopes") or "").split())

    def header(self) -> str:
        expiry = self._credentials.expiry
        now = datetime.now(UTC).replace(tzinfo=None)
        # One that would live for longer than Google gives was made under a clock that was wrong.
        if not (expiry and now + EXPIRES_EARLY < expiry < now + timedelta(hours=2)):
            self.renew()
        return f"Bearer {self._credentials.token}"

    def renew(self) -> None:
        missing = [
            key for key in ("client_id", "client_secret", "refresh_token") if not getattr(self._credentials, key)
        ]
        if missing:
            raise LoginNeeded(Reason.BAD_PASSWORD, f"{', '.join(missing)} is missing")
        self.forget()
        self._credentials.refresh(self._asked)  # type: ignore[no-untyped-call]
        self.fresh = True

    def _asked(self, **options: Any) -> Any:
        """The exchange itself. google-auth would wait 120 s (None: as our transport does), and drops the scopes."""
        answer = self._refresh(**options, timeout=None)
        with suppress(ValueError, AttributeError):
            self.scopes = frozenset(json.loads(answer.data).get("scope", "").split())
        return answer

    def forget(self) -> None:
        self._credentials.token, self._credentials.expiry = None, None

    def json(self) -> dict[str, str]:
        if not self._credentials.token or not self._credentials.expiry:
            return {}
        expiry = self._credentials.expiry.isoformat()
        return {"token": self._credentials.token, "expiry": expiry, "scopes": " ".join(sorted(self.scopes))}


class SafeHttp:
    """What googleapiclient takes for an `httplib2.Http`: one request a call, with our token, to Google alone.

    A 401 to what can be asked again is answered by a new token and a second asking; a write is not: it raises.
    """

    def __init__(self, login: Login, network: Network, wire: Wire, quota: Quota) -> None:
        self._session = requests.Session()
        self._session.max_redirects = 0
        network.dress(self._session, ("https://", "http://"), wire)
        self._wire = wire
        self.token = Token(login, self._session)
        self.quota = quota

    def request(
        self,
        uri: str,
        method: str = "GET",
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        redirections: int = 0,
        connection_type: Any = None,
    ) -> tuple[httplib2.Response, bytes]:
        host = urlsplit(uri)
        if host.scheme != "https" or not HOST.fullmatch(host.netloc):
            raise Unreachable(Reason.UNREADABLE, f"the token is not for {host.netloc}")
        data = body.read() if hasattr(body, "read") else body
        response = self._send(uri, method, data, headers or {})
        if response.status_code == requests.codes.unauthorized:
            if not self._wire.left and not self.token.fresh:
                self.token.renew()
                response = self._send(uri, method, data, headers or {})
            else:
                self.token.forget()
        head = {name.lower(): value for name, value in response.headers.items()}
        return httplib2.Response(head | {"status": str(response.status_code)}), response.content

    def _send(self, uri: str, method: str, data: Any, headers: Mapping[str, str]) -> requests.Response:
        head = {**headers, "authorization": self.token.header()}
        self.quota.count(method, urlsplit(uri).path, datetime.now(UTC))
        return self._session.request(method, uri, data=data, headers=head, allow_redirects=False)

    def close(self) -> None:
        self._session.close()


class Api:
    """YouTube's methods, by their names in the discovery document, inside the border."""

    def __init__(self, login: Login, network: Network, quota: Quota) -> None:
        self.wire = GoogleWire()
        self.http = SafeHttp(login, network, self.wire, quota)
        self.service = discovery.build("youtube", "v3", http=self.http, static_discovery=True, cache_discovery=False)

    def call(self, call: Callable[[], Result]) -> Result:
        with border(self.wire):
            return call()

    def ask(self, resource: str, verb: str, **params: Any) -> Json:
        """One method, once; the answer's JSON (empty where there is none).

        The library hands over an answer that is no JSON as text, and a page of some hotspot must not pass for an
        empty list: whoever reads back would take it for "surely absent". So a list has to say that it is one.
        """
        method = getattr(getattr(self.service, resource)(), verb)
        answer = self.call(lambda: method(**params).execute(num_retries=0))
        said = {} if answer == "" else answer  # 204: done, and nothing to say
        if not isinstance(said, dict) or (verb == "list" and not str(said.get("kind")).endswith("ListResponse")):
            kind = OutcomeUnknown if self.wire.left else Unreachable
            raise kind(Reason.UNREADABLE, f"{resource}.{verb}: not an answer of YouTube's")
        return said

    def pages(self, resource: str, most: int = PAGES_MAX, **params: Any) -> Iterator[list[Json]]:
        """A list, page by page."""
        after, met = dict[str, str](), set[str]()
        for _ in range(most):
            page = self.ask(resource, "list", **params, **after)
            yield list(page.get("items") or ())
            token = page.get("nextPageToken")
            if not leads_on(token, met):
                return
            after = {"pageToken": str(token)}

    def refused(self, status: int, content: bytes) -> Exception:
        """The error in an answer that was asked for without the library."""
        if not 400 <= status < 500:
            return Unreachable(Reason.UNREADABLE, f"HTTP {status}")
        reason, message = told(content)
        return made(reason, status, f"HTTP {status} {reason} {message}".strip())
