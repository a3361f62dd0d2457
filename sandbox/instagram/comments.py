"""Comments under posts, and the answers below them."""

import json

from sandbox.instagram.login import NAME, signed_body
from sandbox.instagram.refusals import GONE, refuse
from sandbox.instagram.shapes import Json, comment
from sandbox.ledger import Account
from sandbox.wire import Call, Reply, as_json

COMMENTS_A_PAGE = 20


def show_comments(call: Call, account: Account) -> Reply:
    """Comments on the post itself, newest first (the answers below them have their own address).

    The real order is by rank or by time, as the account chose: guess. Older ones follow by `min_id`; `max_id` is
    taken alike.
    """
    item = call.world.post(NAME, call.found[0])
    if item is None:
        return refuse(GONE)
    before = _server_cursor(call)
    comments = [c for c in reversed(call.world.comments_of(item)) if not before or int(c.pk) < before]
    page = comments[:COMMENTS_A_PAGE]
    more = len(comments) > len(page)
    answer: Json = {
        "comments": [comment(call.world, each, call.base) for each in page],
        "comment_count": len(call.world.comments_of(item)),
        "caption_is_edited": False,
        "threading_enabled": True,
        "has_more_comments": False,
        "has_more_headload_comments": more,
        "status": "ok",
    }
    if more:
        answer["next_min_id"] = json.dumps({"server_cursor": page[-1].pk, "is_server_cursor_inverse": True})
    return as_json(answer)


def show_answers(call: Call, account: Account) -> Reply:
    """The thread below a comment, oldest first; `min_id` goes on where the page before it ended."""
    item = call.world.post(NAME, call.found[0])
    top = call.world.standing_comment(item, call.found[1]) if item else None
    if item is None or top is None:
        return refuse(GONE)
    after = _server_cursor(call)
    answers = [c for c in call.world.comments_of(item, top.pk) if int(c.pk) > after]
    page = answers[:COMMENTS_A_PAGE]
    answer: Json = {
        "child_comments": [comment(call.world, each, call.base) for each in page],
        "parent_comment": comment(call.world, top, call.base),
        "child_comment_count": len(call.world.comments_of(item, top.pk)),
        "has_more_head_child_comments": len(answers) > len(page),
        "has_more_tail_child_comments": False,
        "status": "ok",
    }
    if len(answers) > len(page):
        answer["next_min_child_cursor"] = json.dumps({"server_cursor": page[-1].pk})
    return as_json(answer)


def _server_cursor(call: Call) -> int:
    """The number in a cursor that we gave out; 0 for none or a strange one.

    instagrapi's `media_comments_chunk` and `media_comment_replies…` ask for the first page by GET and, by a slip of
    an argument, for the next ones by a signed POST. Both are answered; whether the real server does is not known.
    """
    given = call.query if call.method == "GET" else signed_body(call)
    try:
        return int(json.loads(given.get("min_id") or given.get("max_id") or "")["server_cursor"])
    except (ValueError, TypeError, KeyError):
        return 0


def write_comment(call: Call, account: Account) -> Reply:
    item = call.world.post(NAME, call.found[0])
    data = signed_body(call)
    text = str(data.get("comment_text") or "").strip()
    if item is None:
        return refuse(GONE)
    if not text:
        return refuse("Comment text is empty")
    parent = None
    if answered := str(data.get("replied_to_comment_id") or ""):
        parent = call.world.standing_comment(item, answered)
        if parent is None:
            return refuse("Comment not found")  # guess: the words
    made = call.world.comment(item, account, text, parent, token=str(data.get("idempotence_token") or ""))
    return as_json({"comment": comment(call.world, made, call.base), "status": "ok"})


def delete_comments(call: Call, account: Account) -> Reply:
    item = call.world.post(NAME, call.found[0])
    if item is None or item.account is not account:
        return refuse(GONE)
    call.world.delete_comments(item, str(signed_body(call).get("comment_ids_to_delete", "")).split(","))
    return as_json({"status": "ok"})
