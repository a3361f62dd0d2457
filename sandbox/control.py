"""`/_sandbox/…`: the ledger, citizens' writing, faults and accounts, for tests and for the demo. Not a platform.

A request that makes no sense gets 400 and `{"error": "…"}`.
"""

import json
from collections.abc import Iterable
from typing import Any

from sandbox.faults import ALIASES, FAULTS, OPERATIONS, Faults
from sandbox.ledger import Account
from sandbox.webhooks import Hook, Webhooks
from sandbox.wire import BadCall, Call, Reply, as_json

Json = dict[str, Any]


class Control:
    """The requests by their paths. `calls` is the list of platform calls that the server keeps."""

    def __init__(
        self, platforms: frozenset[str], faults: Faults, calls: Iterable[Json], webhooks: Webhooks | None = None
    ) -> None:
        self.platforms = platforms
        self.webhooks = webhooks
        self.faults = faults
        self.calls = calls
        self.table = {
            ("GET", "health"): lambda call: as_json({"status": "ok", "platforms": sorted(self.platforms)}),
            ("GET", "ledger"): lambda call: as_json(call.world.ledger()),
            ("GET", "version"): lambda call: as_json({"version": call.world.changes}),
            ("GET", "calls"): lambda call: as_json(list(self.calls)),
            ("GET", "accounts"): self.list_accounts,
            ("GET", "posts"): self.list_posts,
            ("POST", "accounts"): self.add_account,
            ("POST", "comment"): self.comment,
            ("POST", "dm"): self.message,
            ("GET", "faults"): lambda call: as_json(self.faults.pending()),
            ("POST", "faults"): self.add_fault,
            ("DELETE", "faults"): self.clear_faults,
            ("GET", "webhooks"): lambda call: as_json(self.webhooks.posted if self.webhooks else []),
            ("POST", "webhooks"): self.add_webhook,
        }

    def answer(self, call: Call, name: str) -> Reply:
        handler = self.table.get((call.method, name))
        if handler is None:
            known = ", ".join(f"{method} /_sandbox/{path}" for method, path in self.table)
            return as_json({"error": f"no such request; known: {known}"}, 404)
        return handler(call)

    def list_accounts(self, call: Call) -> Reply:
        accounts = [
            {"platform": a.platform, "account": a.handle, "name": a.name, "two_factor": a.two_factor}
            for a in list(call.world.accounts.values())
        ]
        return as_json(accounts)

    def list_posts(self, call: Call) -> Reply:
        """Standing posts, oldest first: what citizens may write under."""
        posts = [
            {"platform": p.account.platform, "account": p.account.handle, "id": p.pk, "code": p.code, "text": p.text}
            for p in list(call.world.posts.values())
            if not p.deleted
        ]
        return as_json(posts)

    def add_account(self, call: Call) -> Reply:
        data = self._body(call, "platform", "account", "password")
        account = call.world.open_account(data["platform"], data["account"], str(data.get("name") or ""))
        account.password = data["password"]
        account.two_factor = data.get("two_factor", False) is True
        return as_json({"platform": account.platform, "account": account.handle, "id": account.pk}, 201)

    def comment(self, call: Call) -> Reply:
        data = self._body(call, "platform", "account", "post", "author", "text")
        account = self._account(call, data)
        post = call.world.post(account.platform, data["post"])
        if post is None or post.account is not account:
            raise BadCall(f"post: {account.handle} has no standing post {data['post']!r}")
        parent = None
        if data.get("parent"):
            parent = call.world.standing_comment(post, str(data["parent"]))
            if parent is None:
                raise BadCall(f"parent: no comment {data['parent']!r} stands under this post")
        person = call.world.person(account.platform, data["author"], str(data.get("name") or ""))
        made = call.world.comment(post, person, data["text"], parent)
        if data.get("held") is True:
            call.world.decide(made, "hold")
        return as_json(call.world.entry(made.pk), 201)

    def message(self, call: Call) -> Reply:
        data = self._body(call, "platform", "account", "author", "text")
        account = self._account(call, data)
        person = call.world.person(account.platform, data["author"], str(data.get("name") or ""))
        about = {key: str(data[key]) for key in ("quotes", "button") if data.get(key)}
        made = call.world.say(call.world.thread_of(account, person), person, data["text"], about=about)
        return as_json(call.world.entry(made.pk), 201)

    def add_fault(self, call: Call) -> Reply:
        data = self._body(call, "platform", "operation", "fault")
        times = data.get("times", 1)
        if data["operation"] not in (*OPERATIONS, *ALIASES):
            raise BadCall(f"operation: one of {', '.join((*OPERATIONS, *ALIASES))}, not {data['operation']!r}")
        if data["fault"] not in FAULTS:
            raise BadCall(f"fault: one of {', '.join(FAULTS)}, not {data['fault']!r}")
        if isinstance(times, bool) or not isinstance(times, int) or times < 1:
            raise BadCall(f"times: a whole number from 1, not {times!r}")
        self.faults.add(data["platform"], data["operation"], data["fault"], times)
        return as_json(self.faults.pending(), 201)

    def clear_faults(self, call: Call) -> Reply:
        self.faults.clear()
        return as_json([])

    def add_webhook(self, call: Call) -> Reply:
        """From now on the news of a platform (of one `account`, where it is given) goes to `url`, signed with `secret`.
        As the real ones do, it first asks there with `verify_token` whether it is welcome."""
        data = self._body(call, "platform", "url", "secret", "verify_token")
        if self.webhooks is None:
            raise BadCall("webhooks: there are none here")
        hook = Hook(data["platform"], data["url"], data["secret"], str(data.get("account") or ""))
        self.webhooks.add(hook, data["verify_token"])
        return as_json({"platform": hook.platform, "url": hook.url}, 201)

    def _body(self, call: Call, *needed: str) -> dict[str, Any]:
        """The JSON object with these texts in it, of a platform that stands here."""
        try:
            data = json.loads(call.body)
        except ValueError as error:
            raise BadCall("the body is no JSON") from error
        if not isinstance(data, dict):
            raise BadCall("the body is no JSON object")
        if isinstance(data.get("post"), int):
            data["post"] = str(data["post"])  # clients hold numbers for numbers
        for key in needed:
            if not isinstance(data.get(key), str) or not data[key].strip():
                raise BadCall(f"{key}: a text is missing")
        if data["platform"] not in self.platforms:
            raise BadCall(f"platform: one of {', '.join(sorted(self.platforms))}, not {data['platform']!r}")
        return data

    def _account(self, call: Call, data: dict[str, Any]) -> Account:
        """The page written to; the citizen must be somebody else."""
        account = call.world.account(data["platform"], data["account"])
        if account is None:
            raise BadCall(f"account: {data['account']!r} is not there; it appears at its first sign-in")
        if data["author"].lower() == account.handle:
            raise BadCall("author: a citizen cannot be the page itself")
        return account
