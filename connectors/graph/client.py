"""facebook-sdk, dressed: today's Graph version, our own transport, each request signed with the app's secret.

The library (2018) knows no version beyond 3.1 in its constructor, returns a 5xx without an "error" as success, loses
status and headers, and puts the token into the address of each GET. So: the version is set afterwards, `GraphWire`
raises on 5xx and keeps the headers, and nothing of a request's address ever stands in an error.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import IO, Any
from urllib.parse import urlencode

import facebook
import requests

from connectors.answers import leads_on, rows_in
from connectors.errors import Reason, Unreachable
from connectors.graph.errors import border, is_gone, usage_told
from connectors.sessions import Network, Wire

Json = Mapping[str, Any]

PAGES_MAX = 100
SHOWN = re.compile(r"/(?:feed|comments|messages|media_publish|replies|mentions)$")
"""What the world, or a citizen, sees once it is obeyed. Photos go up unpublished, films in pieces until the last."""
UNPUBLISHED = re.compile(rb'name="published"\r\n\r\nfalse\r\n|(?:^|&)published=false(?:&|$)')
FINISHING = re.compile(rb'name="upload_phase"\r\n\r\nfinish\r\n|(?:^|&)upload_phase=finish(?:&|$)')


class GraphWire(Wire):
    """Keeps the last answer's headers: Meta says in them how long we have to wait."""

    def __init__(self) -> None:
        super().__init__(cannot_be_taken_back)
        self.headers: Mapping[str, str] = {}
        self.usage: tuple[int, datetime] | None = None
        """What Meta last said of an hour's calls: per cent used, and until when."""

    @property
    def in_doubt(self) -> bool:
        """Whether a write is going on whose one request has left."""
        return self._before is not None and self.left

    def answered(self, request: requests.PreparedRequest, response: requests.Response) -> None:
        self.headers = response.headers
        self.usage = usage_told(response.headers) or self.usage
        super().answered(request, response)


def cannot_be_taken_back(request: requests.PreparedRequest) -> bool:
    """Whether the world sees something once this is obeyed."""
    if request.method != "POST":
        return False
    path = request.path_url.partition("?")[0]
    body = request.body.encode() if isinstance(request.body, str) else bytes(request.body or b"")
    if path.endswith("/photos"):
        return UNPUBLISHED.search(body) is None
    if path.endswith("/videos"):
        return FINISHING.search(body) is not None
    return SHOWN.search(path) is not None


class Graph:
    """One token's Graph. Reads give a JSON object; whatever else comes back is Unreachable."""

    def __init__(self, token: str, network: Network, app_secret: str = "") -> None:
        self.wire = GraphWire()
        self.token = token
        self._session = requests.Session()
        self._secret = app_secret
        network.dress(self._session, ("https://",), self.wire)
        self._api = facebook.GraphAPI(token, session=self._session)
        self._api.version = network.graph_version

    def _proof(self, token: str) -> dict[str, str]:
        """Shows that the app's own server asks, and not somebody who found the token."""
        if not self._secret:
            return {}
        digest = hmac.new(self._secret.encode(), token.encode(), hashlib.sha256).hexdigest()
        return {"appsecret_proof": digest}

    def _call(self, call: Callable[[], Any]) -> Json:
        answer: Json = self._answer(call, Mapping)
        return answer

    def _answer(self, call: Callable[[], Any], kind: type) -> Any:
        with border(self.wire, self.token):
            answer = call()
            if not isinstance(answer, kind):
                raise TypeError(f"an answer that is {type(answer).__name__}")
        return answer

    def get(self, node: str, **params: str) -> Json:
        return self._call(lambda: self._api.get_object(node, **params, **self._proof(self.token)))

    def stand(self, nodes: Sequence[str]) -> dict[str, bool]:
        """Whether each of these nodes (fifty at most) is there, in one request; Meta counts each of them as a call.
        Those are left out of which it does not say."""
        asked = urlencode({"fields": "id", **self._proof(self.token)})
        batch = [{"method": "GET", "relative_url": f"{self._api.version}/{node}?{asked}"} for node in nodes]
        words = {"batch": json.dumps(batch), "include_headers": "false", **self._proof(self.token)}
        path = str(self._api.version)
        answers = self._answer(lambda: self._api.request(path, post_args=words, method="POST"), list)
        told = {node: stands_by(answer) for node, answer in zip(nodes, answers, strict=False)}
        return {node: stands for node, stands in told.items() if stands is not None}

    def edge(self, node: str, name: str, **params: str) -> Json:
        """One page of what hangs below a node."""
        return self._call(lambda: self._api.get_connections(node, name, **params, **self._proof(self.token)))

    def pages(self, node: str, name: str, **params: str) -> Iterator[list[Json]]:
        """Page by page. By the cursor: the ready-made next address holds the token."""
        where, met = dict(params), set[str]()
        for _ in range(PAGES_MAX):
            page = self.edge(node, name, **where)
            yield rows_in(page, "data")
            paging = page.get("paging") or {}
            after = str((paging.get("cursors") or {}).get("after") or "")
            if not paging.get("next") or not leads_on(after, met):
                return
            where = params | {"after": after}

    def post(self, node: str, name: str, **data: str) -> Json:
        return self._call(lambda: self._api.put_object(node, name, **data, **self._proof(self.token)))

    def change(self, node: str, **data: str) -> Json:
        """POST to the node itself."""
        path = f"{self._api.version}/{node}"
        return self._call(lambda: self._api.request(path, post_args=data | self._proof(self.token), method="POST"))

    def send_file(self, node: str, name: str, part: str, file: tuple[str, IO[bytes] | bytes, str], **data: str) -> Json:
        """POST with a file as (name, content, MIME type)."""
        path = f"{self._api.version}/{node}/{name}"
        args = data | self._proof(self.token)
        return self._call(lambda: self._api.request(path, post_args=args, files={part: file}, method="POST"))

    def delete(self, node: str) -> None:
        path = f"{self._api.version}/{node}"
        with border(self.wire, self.token):
            self._api.request(path, args=self._proof(self.token), method="DELETE")

    def debug(self, app_id: str) -> Json:
        """What Meta knows about our token: its type, scopes and end; asked with the app's own credentials."""
        answer = self._call(lambda: self._api.debug_access_token(self.token, app_id, self._secret))
        told = answer.get("data")
        if not isinstance(told, Mapping):
            raise Unreachable(Reason.UNREADABLE, "debug_token without data")
        return told

    def extended(self, app_id: str) -> str:
        """A person's token that lasts two months instead of two hours."""
        answer = self._call(lambda: self._api.extend_access_token(app_id, self._secret))
        return str(answer.get("access_token") or "")

    def close(self) -> None:
        self._session.close()


def stands_by(answer: object) -> bool | None:
    """What one answer of a batch says of its node: {"code", "body": JSON}; null where Meta had no time for it."""
    try:
        told = json.loads(answer["body"]) if isinstance(answer, Mapping) else None
    except (KeyError, TypeError, ValueError):
        return None
    if not isinstance(told, Mapping):
        return None
    return True if told.get("id") else (False if is_gone(told.get("error")) else None)
