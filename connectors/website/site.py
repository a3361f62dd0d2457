"""One WordPress behind its address: where its REST interface is, and asking it.

The interface's root is found as WordPress documents it: the `Link` header of any page names it. That holds for sites
in a folder, and for sites without rewritten addresses, whose root is `/index.php?rest_route=/`.
"""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import requests

from connectors.errors import LoginNeeded, OutcomeUnknown, Reason, Unreachable
from connectors.sessions import Network, Wire
from connectors.website.errors import DEFINITE, code_of, error_for, is_walled

Json = dict[str, Any]
Params = Mapping[str, str]

API = "https://api.w.org/"
LINKED = re.compile(r"<link[^>]+rel=['\"]https://api\.w\.org/['\"][^>]*>", re.IGNORECASE)
HREF = re.compile(r"href=['\"]([^'\"]+)['\"]")
REDIRECTS_MAX = 4
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
ONCE = re.compile(r"/wp/v2/(posts|comments)/?$")


def home_of(handle: str) -> str:
    """The site's first page. Always by HTTPS, but on this very machine: the password travels along."""
    address = re.sub(r"^https?://", "", handle.strip()).strip("/")
    host = urlsplit(f"//{address}").hostname
    return f"{'http' if host in LOOPBACK else 'https'}://{address}/"


def root_named_by(page: requests.Response, address: str) -> str:
    """The interface's root as the page at `address` names it; empty where it does not."""
    link = page.links.get(API, {}).get("url", "")
    if not link and (tag := LINKED.search(page.text)) is not None and (href := HREF.search(tag.group())) is not None:
        link = href.group(1).replace("&amp;", "&")
    root = urljoin(address, link) if link else ""
    # Behind a proxy that does HTTPS for it, WordPress may not know that it is asked by HTTPS.
    return re.sub(r"^http:", "https:", root) if address.startswith("https:") else root


def same_site(one: str, other: str) -> bool:
    """Whether a password for one address may go to the other: the same host, with or without `www.`, and scheme."""
    hosts = [(parts.scheme, parts.netloc.lower().removeprefix("www.")) for parts in map(urlsplit, (one, other))]
    return hosts[0] == hosts[1]


def route_of(request: requests.PreparedRequest) -> str:
    """The interface's own path, whichever way it is written."""
    parts = urlsplit(request.url or "")
    return parse_qs(parts.query).get("rest_route", [parts.path])[0]


def cannot_be_taken_back(request: requests.PreparedRequest) -> bool:
    """Whether the world sees something once this is obeyed: a new post or comment. Pictures alone show nothing."""
    return request.method == "POST" and ONCE.search(route_of(request)) is not None


class SiteWire(Wire):
    """WordPress says some definite noes with a status of 500, and firewalls theirs with 503: those are answers."""

    def __init__(self) -> None:
        super().__init__(cannot_be_taken_back)

    def answered(self, request: requests.PreparedRequest, response: requests.Response) -> None:
        definite = response.status_code >= 500 and (code_of(response) in DEFINITE or is_walled(response))
        if not definite:
            super().answered(request, response)


class Site:
    """Asking one site as one user. `root` is kept over uses; it is forgotten once it leads nowhere."""

    def __init__(self, handle: str, secrets: Mapping[str, str], root: str, network: Network) -> None:
        self.home = home_of(handle)
        self.kept_root = root
        self.wire = SiteWire()
        self.login = (secrets.get("user", "").encode(), secrets.get("password", "").encode())
        self.http = requests.Session()
        self.http.headers.update({"User-Agent": "Tanggap", "Accept": "application/json"})
        network.dress(self.http, ("https://", "http://"), self.wire)

    @property
    def root(self) -> str:
        self.kept_root = self.kept_root or self.find_root()
        return self.kept_root

    def find_root(self) -> str:
        """Ask the site's first page, without the password, where its interface is."""
        address = self.home
        for _ in range(REDIRECTS_MAX):
            page = self._send("GET", address, auth=None, headers={"Accept": "*/*"})
            if not page.is_redirect:
                break
            address = urljoin(address, page.headers["Location"])
        root = root_named_by(page, address) or urljoin(self.home, "wp-json/")
        if not same_site(root, self.home):
            where = urlsplit(root)
            raise LoginNeeded(Reason.NO_WORDPRESS, f"the site lives at {where.scheme}://{where.netloc}: enter that")
        return root

    def index(self) -> Json:
        """The site's name and what its interface offers. Raises LoginNeeded where there is no WordPress."""
        answer = self._send("GET", self.root, params={"_fields": "name,namespaces"}, auth=None)
        if answer.status_code == requests.codes.too_many_requests:
            self._raise(answer, reading=True)
        found = readable(answer) if obeyed(answer) else None
        if not isinstance(found, dict) or "wp/v2" not in (found.get("namespaces") or ()):
            self.kept_root = ""
            if is_walled(answer):
                raise LoginNeeded(Reason.FIREWALL, f"HTTP {answer.status_code}, and not from WordPress")
            raise LoginNeeded(Reason.NO_WORDPRESS, "no WordPress, or its REST interface is switched off")
        return found

    def get(self, path: str, params: Params | None = None) -> Any:
        """Read. Whatever goes wrong, nothing was done."""
        answer = self._send("GET", self.root + path, params=params, auth=self.login)
        if not obeyed(answer):
            self._raise(answer, reading=True)
        if (found := readable(answer)) is None:
            raise Unreachable(Reason.FIREWALL if is_walled(answer) else Reason.UNREADABLE, "the answer is no JSON")
        return found

    def get_list(self, path: str, params: Params) -> list[Json]:
        found = self.get(path, params)
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            raise Unreachable(Reason.UNREADABLE, "the site's answer is no list")
        return found

    def post(self, path: str, body: Json) -> Json:
        return self._written(self._send("POST", self.root + path, json=body, auth=self.login))

    def upload(self, path: str, fields: Params, file: tuple[str, bytes, str]) -> Json:
        return self._written(self._send("POST", self.root + path, data=fields, files={"file": file}, auth=self.login))

    def delete(self, path: str) -> None:
        answer = self._send("DELETE", self.root + path, auth=self.login)
        if answer.status_code not in (404, 410) and not obeyed(answer):
            self._raise(answer, reading=False)

    def _written(self, answer: requests.Response) -> Json:
        if not obeyed(answer):
            self._raise(answer, reading=False)
        found = readable(answer)
        if not isinstance(found, dict) or not found.get("id"):
            lost = OutcomeUnknown if cannot_be_taken_back(answer.request) else Unreachable
            raise lost(Reason.UNREADABLE, "the site's answer names nothing that was made")
        return found

    def _send(self, method: str, address: str, **options: Any) -> requests.Response:
        try:
            return self.http.request(method, address, allow_redirects=False, **options)
        except (requests.exceptions.InvalidURL, UnicodeError) as error:
            raise LoginNeeded(Reason.NO_WORDPRESS, "the account's name is no address of a site") from error

    def _raise(self, answer: requests.Response, reading: bool) -> None:
        if answer.status_code < 400 or code_of(answer) in {"", "rest_no_route"}:
            self.kept_root = ""  # it may have moved: the next use looks for it anew
        raise error_for(answer, reading)


def obeyed(answer: requests.Response) -> bool:
    return 200 <= answer.status_code < 300


def readable(answer: requests.Response) -> Any:
    """The answer's JSON (some themes write a byte order mark before it); None where there is none."""
    try:
        return json.loads(answer.content.decode("utf-8-sig"))
    except ValueError:
        return None
