"""tweepy, dressed: our own transport, nothing repeated, plain JSON instead of its models (they warn and stumble).

Two ways to sign: OAuth 1.0a with four keys that last until somebody takes them back, or OAuth 2.0 with an access
token of two hours and a refresh token that changes with every use. tweepy 4.17 knows no media upload of API v2, so
those requests go through its session, signed by its own authentication (`send`).
"""

import re
import time
from collections.abc import Callable, Mapping
from typing import Any

import requests
from tweepy import Client, HTTPException, OAuth1UserHandler, OAuth2UserHandler, TooManyRequests
from tweepy.auth import OAuth2BearerHandler

from connectors.answers import number_in
from connectors.base import Login
from connectors.errors import LoginNeeded, Reason, Unreachable
from connectors.sessions import Network, Wire
from connectors.twitter.errors import Ours, border, translated

Json = Mapping[str, Any]

API = "https://api.x.com"
TOKEN = f"{API}/2/oauth2/token"
OAUTH1 = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")
EARLY_S = 300
"""How long (seconds) before its end an access token is renewed: longer than a fetch takes."""
LIFETIME_S = 7200
WINDOW_S = 900
"""X counts over a quarter of an hour."""

TAKEN_BACK = frozenset({"invalid_grant", "invalid_request", "invalid_client", "unauthorized_client"})
"""What X answers to a refresh token that was used before, or taken back."""

IRREVERSIBLE = re.compile(r"^/2/(tweets|dm_conversations/(?:with/)?[^/]+/messages)$")


class XWire(Wire):
    """Keeps the last answer's headers: X says in them what the keys may do, and how much of a list's window is left."""

    def __init__(self) -> None:
        super().__init__(cannot_be_taken_back)
        self.headers: Mapping[str, str] = {}
        self.left_of: dict[str, Mapping[str, str]] = {}
        """What X said with its last answer to each way of writing: "posts", "messages"."""

    @property
    def in_doubt(self) -> bool:
        """Whether a write is going on whose one request has left."""
        return self._before is not None and self.left

    def answered(self, request: requests.PreparedRequest, response: requests.Response) -> None:
        self.headers = response.headers
        if request.method == "POST" and (found := IRREVERSIBLE.match(request.path_url.partition("?")[0])):
            self.left_of["posts" if found[1] == "tweets" else "messages"] = response.headers
        super().answered(request, response)
        if response.status_code == requests.codes.too_many_requests:  # tweepy stumbles over a reset that is no number
            raise translated(TooManyRequests(response), self, {})


def cannot_be_taken_back(request: requests.PreparedRequest) -> bool:
    """Whether somebody sees something once this is obeyed. Uploads alone show nothing; hiding twice is hiding once."""
    return request.method == "POST" and IRREVERSIBLE.match(request.path_url.partition("?")[0]) is not None


class Door:
    """One account's way in. Sends nothing until something is asked."""

    def __init__(self, login: Login, network: Network) -> None:
        self.wire = XWire()
        self._network = network
        self._secrets = login.secrets
        self.tokens: dict[str, Any] = dict(login.session.get("tokens") or {})
        self.user_auth = not login.secrets.get("refresh_token")
        keys = {name: login.secrets.get(name, "") for name in OAUTH1}
        self._client = Client(**keys, return_type=dict) if self.user_auth else Client(return_type=dict)
        network.dress(self._client.session, ("https://",), self.wire)

    def close(self) -> None:
        self._client.session.close()

    @property
    def _complete(self) -> bool:
        return not self.user_auth or all(self._secrets.get(name) for name in OAUTH1)

    def _open(self) -> Client:
        """The client, with a token that lasts. Raises LoginNeeded where only a person can go on."""
        if not self._complete:
            raise LoginNeeded(Reason.LOGIN_REFUSED, "one of the four keys is missing")
        if not self.user_auth:
            if self.tokens.get("expires_at", 0) < time.time() + EARLY_S:
                self._refresh()
            self._client.bearer_token = self.tokens["access_token"]
        return self._client

    def _refresh(self) -> None:
        """Change the refresh token for a pair of new ones. The old one is worth nothing afterwards.

        A person who enters a new one wants it used: it is told from the kept ones by what it was entered as.
        """
        entered = self._secrets["refresh_token"]
        kept = self.tokens.get("refresh_token") if self.tokens.get("entered") == entered else None
        session = OAuth2UserHandler(
            client_id=self._secrets.get("client_id", ""),
            client_secret=self._secrets.get("client_secret") or None,
            redirect_uri=None,
            scope=None,
        )
        self._network.dress(session, ("https://",), self.wire)
        try:
            with session, border(self.wire):
                given = session.refresh_token(
                    TOKEN, refresh_token=kept or entered, auth=session.auth, client_id=self._secrets.get("client_id")
                )
                token = str(given["access_token"])
        except Unreachable as error:
            told = getattr(error.__cause__, "error", "")
            if told in TAKEN_BACK:
                raise LoginNeeded(Reason.SESSION_EXPIRED, told) from None
            raise
        self.tokens = {
            "access_token": token,
            "refresh_token": str(given.get("refresh_token") or kept or entered),
            "expires_at": int(time.time()) + int(given.get("expires_in") or LIFETIME_S),
            "scope": list(given.get("scope") or ()),
            "entered": entered,
        }

    @property
    def pace(self) -> int:
        """How long (seconds) to leave alone the list that was asked last, so that what X leaves of its window (15
        minutes) lasts; 0 where X does not say."""
        left, reset = (number_in(self.wire.headers.get(f"x-rate-limit-{name}")) for name in ("remaining", "reset"))
        if left is None or reset is None:
            return 0
        return max(0, int(min(reset - time.time(), WINDOW_S) / max(left, 1)))

    def call(self, call: Callable[[Client], Any], refusals: Mapping[int, Ours] | None = None) -> Json:
        """Do `call`, which asks tweepy for one thing; the JSON object it gives."""
        client = self._open()
        with border(self.wire, refusals):
            answer = call(client)
            if not isinstance(answer, dict):
                raise TypeError(f"an answer that is {type(answer).__name__}")
        return answer

    def send(self, method: str, path: str, refusals: Mapping[int, Ours] | None = None, **parts: Any) -> Json:
        """A request that tweepy has no method for, by its session and its signature; {} for an empty answer."""

        def ask(client: Client) -> Any:
            if self.user_auth:
                keys = (self._secrets[name] for name in OAUTH1)
                auth = OAuth1UserHandler(*keys).apply_auth()
            else:
                auth = OAuth2BearerHandler(client.bearer_token)
            headers = {"User-Agent": client.user_agent}
            response = client.session.request(method, API + path, auth=auth, headers=headers, **parts)
            if not response.ok:
                raise HTTPException(response)
            return response.json() if response.content else {}

        return self.call(ask, refusals)
