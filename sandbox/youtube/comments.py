"""Comment threads under a channel's videos, the answers below them, and what the channel decides about them."""

import json
from typing import Any

from sandbox.ledger import Account, Comment
from sandbox.wire import BadCall, Call, Reply, as_json
from sandbox.youtube import shapes
from sandbox.youtube.channel import NO_CONTENT
from sandbox.youtube.refusals import refuse

TEXT_MAX = 10_000
STATES = {shown: state for state, shown in shapes.MODERATION.items()}


def number(new: str, root: str) -> str:
    """Ids as YouTube makes them: an answer's begins with its thread's."""
    return f"{root}.{new}" if root else f"Ugx{new}AaABAg"


def show_threads(call: Call, account: Account) -> Reply:
    """Of a whole channel, newest first. A thread counts as held where the comment on top or an answer is."""
    channel = call.query.get("allThreadsRelatedToChannelId")
    if channel != shapes.channel_id(account):
        return refuse("channelNotFound", 404, "The channel cannot be found.")
    wanted = STATES[call.query.get("moderationStatus", "published")]
    shown = []
    with call.world.lock:
        tops = [one for one in call.world.comments.values() if one.post.account is account and not one.root]
        tops = [one for one in tops if not one.deleted and not one.post.deleted and call.world.lists(one.pk)]
    for top in sorted(tops, key=lambda one: one.at_us, reverse=True):
        answers = [one for one in call.world.comments_of(top.post, top.pk) if one.state in {"", wanted}]
        if top.state == wanted or (wanted and any(one.state == wanted for one in answers)):
            shown.append(shapes.thread(call, top, answers))
    return as_json(shapes.listing(call, "commentThread", shown, 100))


def show_answers(call: Call, account: Account) -> Reply:
    """The published ones below a comment, oldest first (guess: the order); or those of these ids that stand."""
    if "id" in call.query:
        found = [call.world.comments.get(one) for one in call.query["id"].split(",")]
        standing = [one for one in found if one is not None and not one.deleted and not one.state]
        return as_json(
            shapes.listing(call, "comment", [shapes.chosen(shapes.comment(call, one), {"id"}) for one in standing], 100)
        )
    top = _own(call, account, call.query.get("parentId", ""))
    if top is None or top.root:
        return refuse("commentNotFound", 404, "One or more of the specified comments cannot be found.")
    answers = [one for one in call.world.comments_of(top.post, top.pk) if not one.state]
    shown = [shapes.chosen(shapes.comment(call, one), shapes.parts(call)) for one in answers]
    return as_json(shapes.listing(call, "comment", shown, 100))


def write_answer(call: Call, account: Account) -> Reply:
    try:
        snippet: dict[str, Any] = json.loads(call.body)["snippet"]
        parent, text = str(snippet["parentId"]), str(snippet["textOriginal"])
    except (ValueError, KeyError, TypeError) as error:
        raise BadCall("snippet.parentId and snippet.textOriginal are missing") from error
    top = _own(call, account, parent)
    if top is None or top.root:
        return refuse("parentCommentNotFound", 404, "The specified parent comment could not be found.")
    if not text.strip() or len(text) > TEXT_MAX:
        return refuse("commentTextTooLong" if text.strip() else "commentTextRequired")
    made = call.world.comment(top.post, account, text, top)
    return as_json(shapes.chosen(shapes.comment(call, made), shapes.parts(call)))


def decide(call: Call, account: Account) -> Reply:
    found = [_own(call, account, one) for one in call.query.get("id", "").split(",")]
    wanted = STATES.get(call.query.get("moderationStatus", ""))
    if None in found:
        return refuse("commentNotFound", 404, "One or more of the specified comments cannot be found.")
    if wanted is None:
        return refuse("invalidParameter", 400, "moderationStatus")
    for one in found:
        if one is not None:
            call.world.decide(one, wanted)
    return NO_CONTENT


def delete_comment(call: Call, account: Account) -> Reply:
    found = _own(call, account, call.query.get("id", ""))
    if found is None:
        return refuse("commentNotFound", 404, "The specified comment could not be found.")
    call.world.delete_comments(found.post, [found.pk])
    return NO_CONTENT


def _own(call: Call, account: Account, pk: str) -> Comment | None:
    """A standing comment under one of the channel's videos."""
    found = call.world.comments.get(pk)
    return found if found and not found.deleted and found.post.account is account else None
