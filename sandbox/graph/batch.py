"""Several questions in one request, as Meta takes them: fifty at most, each answered as if it had come alone.

The stand-in takes questions for single nodes only.
"""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from sandbox.graph.asked import form_of
from sandbox.graph.refusals import refuse
from sandbox.ledger import Account
from sandbox.wire import BadCall, Call, Reply, as_json

MOST = 50
NODE = re.compile(r"(v\d+\.\d+)/(\d+(?:_\d+)?)")

Show = Callable[[Call, Account], Reply]


def batch(show: Show) -> Show:
    """A batch whose questions `show` answers."""

    def answer(call: Call, account: Account) -> Reply:
        try:
            asked = json.loads(form_of(call).texts.get("batch", ""))
        except ValueError:
            return refuse(100, "(#100) Param batch must be an array.")
        if not isinstance(asked, list) or not 1 <= len(asked) <= MOST:
            return refuse(100, f"(#100) Too many requests in batch message. Maximum batch size is {MOST}")
        return as_json([_one(call, account, show, each) for each in asked])

    return answer


def _one(call: Call, account: Account, show: Show, each: Any) -> dict[str, Any]:
    parts = urlsplit(str(each.get("relative_url")))
    found = NODE.fullmatch(parts.path)
    if each.get("method") != "GET" or found is None:
        raise BadCall("the stand-in takes batches of GET for single nodes")
    alone = replace(call, method="GET", query=dict(parse_qsl(parts.query)), body=b"", found=found.groups())
    reply = show(alone, account)
    return {"code": reply.status, "body": reply.body.decode()}
