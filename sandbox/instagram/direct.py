"""Direct messages: the inbox, the requests, one conversation, and writing into it."""

import json
from itertools import islice

from sandbox.instagram.login import NAME, signed_body
from sandbox.instagram.refusals import refuse
from sandbox.instagram.shapes import Json, number, thread, user
from sandbox.ledger import Account, Person, Thread
from sandbox.wire import Call, Reply, as_json

LINES_A_PAGE = 20
THREADS_A_PAGE = 20


def show_inbox(call: Call, account: Account) -> Reply:
    return _inbox(call, account, pending=False)


def show_requests(call: Call, account: Account) -> Reply:
    return _inbox(call, account, pending=True)


def _inbox(call: Call, account: Account, pending: bool) -> Reply:
    """Conversations, the liveliest first; `cursor` (a time in microseconds) goes on to older ones."""
    before = number(call.query.get("cursor", ""))
    limit = number(call.query.get("thread_message_limit", "")) or 10
    threads = [t for t in call.world.threads_of(account, pending) if not before or t.lines[-1].at_us < before]
    page = threads[:THREADS_A_PAGE]
    inbox: Json = {
        "threads": [thread(t, list(islice(reversed(t.lines), limit)), call.base) for t in page],
        "has_older": len(threads) > len(page),
        "unseen_count": 0,
        "unseen_count_ts": call.world.now_us(),
        "blended_inbox_enabled": True,
    }
    if len(threads) > len(page):
        inbox["oldest_cursor"] = str(page[-1].lines[-1].at_us)
    requests = len(call.world.threads_of(account, pending=True))
    answer: Json = {"inbox": inbox, "seq_id": len(call.world.entries), "pending_requests_total": requests}
    return as_json(answer | {"viewer": user(account, call.base), "status": "ok"})


def show_thread(call: Call, account: Account) -> Reply:
    """One conversation, newest message first; `cursor` (a message's id) goes on to older ones."""
    item = _thread(call, account, call.found[0])
    if item is None:
        return refuse("Thread does not exist", 404)
    before = number(call.query.get("cursor", ""))
    lines = [line for line in reversed(item.lines) if not before or int(line.pk) < before]
    page = lines[: number(call.query.get("limit", "")) or LINES_A_PAGE]
    shown = thread(item, page, call.base) | {"has_older": len(lines) > len(page), "has_newer": False}
    if len(lines) > len(page):
        shown["oldest_cursor"] = page[-1].pk
    return as_json({"thread": shown, "status": "ok"})


def approve(call: Call, account: Account) -> Reply:
    item = _thread(call, account, call.found[0])
    if item is None:
        return refuse("Thread does not exist", 404)
    item.pending = False
    return as_json({"status": "ok"})


def say_text(call: Call, account: Account) -> Reply:
    return _say(call, account, "text")


def say_link(call: Call, account: Account) -> Reply:
    return _say(call, account, "link_text")


def _say(call: Call, account: Account, key: str) -> Reply:
    """`broadcast/text/` and `broadcast/link/`: into the first thread named, or to the first person."""
    form = signed_body(call)
    item = _addressed(call, account, form)
    text = str(form.get(key) or "")
    if item is None:
        return refuse("Thread does not exist", 404)
    if not text.strip():
        return refuse("Message text is empty")
    item.pending = False  # guess: writing into a request accepts it
    token = str(form.get("client_context") or "")
    made = call.world.say(item, account, text, token, is_link=key == "link_text")
    ack: Json = {
        "item_id": made.pk,
        "thread_id": item.pk,
        "client_context": token,
        "timestamp": str(made.at_us),
        "canonical": True,
    }
    return as_json({"action": "item_ack", "status_code": "200", "payload": ack, "status": "ok"})


def _addressed(call: Call, account: Account, form: Json) -> Thread | None:
    threads = json.loads(str(form.get("thread_ids") or "[]"))
    if threads:
        return _thread(call, account, str(threads[0]))
    people = json.loads(str(form.get("recipient_users") or "[]"))
    person = _person(call, str(people[0][0])) if people else None
    return call.world.thread_of(account, person) if person else None


def _thread(call: Call, account: Account, pk: str) -> Thread | None:
    found = call.world.threads.get(pk)
    return found if found and found.account is account else None


def _person(call: Call, pk: str) -> Person | None:
    return next((p for (platform, _), p in call.world.people.items() if platform == NAME and p.pk == pk), None)
