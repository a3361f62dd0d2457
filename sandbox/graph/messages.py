"""Conversations of a Page, by Messenger or by Instagram."""

import json
import time
from collections.abc import Mapping
from typing import Any

from sandbox.graph.asked import Json, Wanted, form_of, page, pick, wanted
from sandbox.graph.facebook import here, when
from sandbox.graph.refusals import gone, refuse
from sandbox.graph.tokens import FACEBOOK, INSTAGRAM, instagram_id
from sandbox.ledger import Account, Line, Person, Thread
from sandbox.wire import BadCall, Call, Reply, as_json

BYTES_MAX = {FACEBOOK: 8000, INSTAGRAM: 1000}
DOOR = {FACEBOOK: "messenger", INSTAGRAM: "instagram"}
PREFIX = {FACEBOOK: "t_", INSTAGRAM: "aWdf"}
WINDOW_S = 24 * 3600
PRIVATE_WINDOW_S = 7 * 86_400
OUTSIDE = {FACEBOOK: 2018278, INSTAGRAM: 2534022}


def list_conversations(call: Call, account: Account) -> Reply:
    if call.query.get("platform", "messenger").lower() != DOOR[account.platform]:
        return as_json({"data": []})
    person = call.query.get("user_id", "")
    threads = [t for t in call.world.threads_of(account) if not person or t.person.pk == person]
    fields = wanted(call.query.get("fields", "id,updated_time"))
    shown = [pick(_thread(call, thread, fields), fields) for thread in threads]
    return as_json(page(shown, [thread.pk for thread in threads], call.query, here(call)))


def _thread(call: Call, thread: Thread, fields: Mapping[str, Wanted]) -> Json:
    whole: Json = {
        "id": PREFIX[thread.account.platform] + thread.pk,
        "updated_time": when(thread.lines[-1].at_us),
        "participants": {"data": [_who(thread, thread.person), _who(thread, thread.account)]},
        "message_count": len(thread.lines),
    }
    if "messages" in fields:
        asked = fields["messages"]
        whole["messages"] = _lines(call, thread, asked.options, asked.inside)
    return whole


def _who(thread: Thread, who: Person | Account) -> Json:
    ours = who is thread.account
    if thread.account.platform == INSTAGRAM:
        return {"id": instagram_id(thread.account) if ours else who.pk, "username": who.handle}
    return {"id": who.pk, "name": who.name, "email": f"{who.pk}@facebook.com"}


def list_lines(call: Call, account: Account) -> Reply:
    pk = call.found[1].removeprefix(PREFIX[account.platform])
    thread = call.world.threads.get(pk)
    if thread is None or thread.account is not account:
        return gone(call.found[1])
    return as_json(_lines(call, thread, call.query, wanted(call.query.get("fields", "id,created_time"))))


def _lines(call: Call, thread: Thread, options: Mapping[str, str], fields: Mapping[str, Wanted]) -> Json:
    lines = [line for line in reversed(thread.lines) if call.world.lists(line.pk)]
    shown = [pick(_line(thread, line), fields) for line in lines]
    return page(shown, [line.pk for line in lines], options, here(call))


def _line(thread: Thread, line: Line) -> Json:
    ours = line.author is thread.account
    other = thread.person if ours else thread.account
    return {
        "id": line.pk,
        "created_time": when(line.at_us),
        "from": _who(thread, line.author),
        "to": {"data": [_who(thread, other)]},
        "message": line.text,
    }


def send(call: Call, account: Account) -> Reply:
    texts = form_of(call).texts
    recipient, text = _object(texts, "recipient"), str(_object(texts, "message").get("text") or "")
    if not text or len(text.encode()) > BYTES_MAX[account.platform]:
        return refuse(100, "(#100) Length of param message[text] is wrong")
    if recipient.get("comment_id"):
        return _send_privately(call, account, str(recipient["comment_id"]), text)
    threads = [t for t in call.world.threads_of(account) if t.person.pk == str(recipient.get("id"))]
    if not threads:
        return refuse(100, "(#100) No matching user found", 2018001)
    theirs = [line.at_us for line in threads[0].lines if line.author is threads[0].person]
    if not theirs or time.time() - theirs[-1] / 1_000_000 > WINDOW_S:
        words = "(#10) This message is sent outside of allowed window."
        return refuse(10, words, OUTSIDE[account.platform], 403)
    return _said(call, threads[0], account, text)


def _object(texts: Mapping[str, str], name: str) -> dict[str, Any]:
    try:
        found = json.loads(texts.get(name, ""))
    except ValueError as error:
        raise BadCall(f"{name}: no JSON") from error
    if not isinstance(found, dict):
        raise BadCall(f"{name}: no JSON object")
    return found


def _send_privately(call: Call, account: Account, pk: str, text: str) -> Reply:
    comment = call.world.comments.get(pk)
    if (
        comment is None
        or comment.deleted
        or comment.post.account is not account
        or not isinstance(comment.author, Person)
    ):
        return refuse(100, "(#100) Invalid comment_id", 2018001)
    if time.time() - comment.at_us / 1_000_000 > PRIVATE_WINDOW_S:
        return refuse(10, "(#10) This message is sent outside of allowed window.", OUTSIDE[account.platform], 403)
    had = call.world.details.setdefault(pk, {})
    if had.get("answered_privately"):
        return refuse(10900, "(#10900) Activity already replied to")
    had["answered_privately"] = True
    return _said(call, call.world.thread_of(account, comment.author), account, text)


def _said(call: Call, thread: Thread, account: Account, text: str) -> Reply:
    line = call.world.say(thread, account, text)
    return as_json({"recipient_id": thread.person.pk, "message_id": line.pk})
