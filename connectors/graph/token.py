"""Signing in by a Page's token: whose it is, what it may do, and what of it is kept."""

import hashlib
from abc import abstractmethod
from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar

from connectors.base import Allowance, Connector, Identity, Login
from connectors.errors import LoginNeeded, Reason, Refused, Unreachable
from connectors.graph.client import Graph
from connectors.graph.reading import Json, id_of
from connectors.graph.webhooks import SUBSCRIPTIONS
from connectors.guide import Field
from connectors.sessions import Network

FIELDS = (
    Field(
        "token",
        ("Token akses Halaman", "Page access token"),
        (
            "Dari Graph API Explorer atau Business Suite, dengan semua izin di bawah. Token pengguna juga boleh bila "
            "nomor dan kunci rahasia aplikasi diisi: lalu ditukar sendiri dengan token Halaman yang awet.",
            "From the Graph API Explorer or Business Suite, with all permissions below. With the app's number and "
            "secret a user token will do, too: it is exchanged for the Page's own, which lasts.",
        ),
    ),
    Field(
        "app_id",
        ("Nomor aplikasi (App ID)", "App ID"),
        ("developers.facebook.com → Aplikasi → Pengaturan → Dasar.", "developers.facebook.com → Apps → Settings."),
        secret=False,
        required=False,
    ),
    Field(
        "app_secret",
        ("Kunci rahasia aplikasi (App Secret)", "App secret"),
        (
            "Di halaman yang sama. Menandatangani setiap panggilan, dan memeriksa tanda tangan webhook.",
            "On the same page. It signs every call, and checks the signature of webhooks.",
        ),
        required=False,
    ),
)


class TokenConnector(Connector):
    """What has a Page's token. Subclasses say whose account is meant by it."""

    fields: ClassVar[tuple[Field, ...]] = FIELDS
    signed_by: ClassVar[str] = "app_secret"
    needed: ClassVar[tuple[str, ...]]
    """Meta's names of the permissions that the verbs need."""
    who_fields: ClassVar[str]

    def __init__(self, login: Login, network: Network) -> None:
        super().__init__(login, network)
        self._kept: dict[str, Any] = dict(login.session) if login.session.get("typed") == self._typed() else {}
        self._opened: list[Graph] = []

    def _typed(self) -> str:
        """Marks a session as made from the token that stands in the form now."""
        return hashlib.sha256(self.login.secrets.get("token", "").encode()).hexdigest()[:16]

    def _open(self, token: str) -> Graph:
        graph = Graph(token, self.network, self.login.secrets.get("app_secret", ""))
        self._opened.append(graph)
        return graph

    @cached_property
    def _graph(self) -> Graph:
        """Asks by the Page's token; signs in first where none is kept."""
        if "token" not in self._kept:
            self._sign_in()
        return self._open(str(self._kept["token"]))

    def check(self) -> Identity:
        """By the kept token; where that has died, by the one that stands in the form."""
        kept = str(self._kept.get("token") or "")
        try:
            self._sign_in()
        except LoginNeeded as error:
            if error.reason is not Reason.SESSION_EXPIRED or kept in ("", self.login.secrets.get("token")):
                raise
            self._kept = {}
            self._sign_in()
        return Identity(self._own, str(self._kept["handle"]), str(self._kept["name"]))

    def _sign_in(self) -> None:
        token = str(self._kept.get("token") or "") or self._page_token()
        me = self._open(token).get("me", fields=self.who_fields)
        if not id_of(me):
            raise Unreachable(Reason.UNREADABLE, "an answer that names no Page")
        self._kept |= {"typed": self._typed(), "token": token, **self._own_account(me)}

    def _page_token(self) -> str:
        """The Page's token: as it was typed, or got for a person's one where the app's credentials are there."""
        typed, app_id = self.login.secrets.get("token", ""), self.login.secrets.get("app_id", "")
        if not typed:
            raise LoginNeeded(Reason.LOGIN_REFUSED, "no token was entered")
        if not (app_id and self.login.secrets.get("app_secret")):
            return typed
        theirs = self._open(typed)
        told = theirs.debug(app_id)
        if told.get("is_valid") is False:
            raise LoginNeeded(Reason.SESSION_EXPIRED, "the token is not valid any more")
        if told.get("type") not in ("USER", "SYSTEM_USER"):
            return typed
        lasting = theirs.extended(app_id) if told.get("type") == "USER" else typed
        pages = next(self._open(lasting or typed).pages("me", "accounts", fields="id,name,username,access_token"), [])
        ours = [page for page in pages if self.login.handle in (page.get("username"), id_of(page))]
        ours = ours or (pages if len(pages) == 1 else [])
        if not ours or not ours[0].get("access_token"):
            raise LoginNeeded(Reason.NO_PERMISSION, f"{len(pages)} pages, none of them @{self.login.handle}")
        return str(ours[0]["access_token"])

    @abstractmethod
    def _own_account(self, me: Json) -> dict[str, str]:
        """{"page", "own", "handle", "name"} out of what Meta tells about the token's Page."""

    @property
    def _own(self) -> str:
        """Our id as an author. Signs in where nothing is kept."""
        _ = self._graph
        return str(self._kept["own"])

    @property
    def _page(self) -> str:
        _ = self._graph
        return str(self._kept["page"])

    def permissions(self) -> Mapping[str, bool]:
        """By `debug_token`, which wants the app's credentials; without them nothing can be said."""
        app_id = self.login.secrets.get("app_id", "")
        if not (app_id and self.login.secrets.get("app_secret")):
            return {}
        granted = frozenset(self._graph.debug(app_id).get("scopes") or ())
        return {name: name in granted for name in self.needed}

    def subscribe(self) -> None:
        """Have Meta send this Page's comments and messages to the app's webhook, from now on. Again does no harm."""
        answer = self._graph.post(self._page, "subscribed_apps", subscribed_fields=SUBSCRIPTIONS[self.platform])
        if answer.get("success") is not True:
            raise Refused(Reason.REFUSED, "Meta did not subscribe the Page")

    def allowances(self) -> tuple[Allowance, ...]:
        """Of the last answer in which Meta said something: all that this token's app asks counts together."""
        told = [graph.wire.usage for graph in self._opened if graph.wire.usage]
        return tuple(Allowance("calls", used, 100, until) for used, until in told[-1:])

    def session(self) -> Mapping[str, Any]:
        return dict(self._kept) or self.login.session

    def close(self) -> None:
        for graph in self._opened:
            graph.close()
