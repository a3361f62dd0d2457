"""Writing: posts, answers, taking back, hiding; and direct messages."""

import json
from dataclasses import replace
from typing import Any

from sandbox.ledger import Account, Comment, Person, Picture, Post
from sandbox.wire import BadCall, Call, Reply
from sandbox.x.doors import NAME
from sandbox.x.refusals import DUPLICATE, GONE, NO_MESSAGES, UNASKED, forbidden, invalid, missing
from sandbox.x.shapes import Status, answer, conversation_id, names, shown, status, statuses

AGO_US = 15 * 60 * 1_000_000
"""How long a text may not be said again. X's own time is not known."""
FILES_MAX = 4


def body_of(call: Call) -> dict[str, Any]:
    """The JSON object that was sent."""
    try:
        data = json.loads(call.body)
    except ValueError as error:
        raise BadCall("the body is no JSON") from error
    if not isinstance(data, dict):
        raise BadCall("the body is no JSON object")
    return data


def write(call: Call, account: Account) -> Reply:
    """`POST /2/tweets`."""
    data = body_of(call)
    text = str(data.get("text") or "").strip()
    numbers = [str(number) for number in (data.get("media") or {}).get("media_ids") or ()]
    pictures = [_picture(call, account, number) for number in numbers]
    found = tuple(picture for picture in pictures if picture)
    answered = str((data.get("reply") or {}).get("in_reply_to_tweet_id") or "")
    if len(found) < len(pictures) or len(numbers) > FILES_MAX:
        return invalid("Your media IDs are invalid.")
    if not text and not found:
        return invalid("Text or media is needed.")
    if _said(call, account, text, answered, len(found)):
        return forbidden(DUPLICATE)
    world = call.world
    if answered:
        return _answer(call, account, text, status(world, answered))
    pk = world.new_id()
    world.publish(Post(pk, pk, account, text, found, world.now_us(), "tweet"))
    return _written(call, pk)


def _answer(call: Call, account: Account, text: str, above: Status | None) -> Reply:
    """Since 2026-02-24 only whoever names us may be answered by an app."""
    if above is None:
        return forbidden(GONE)
    if above.author is not account and not names(call.world, above, account.handle):
        return forbidden(UNASKED)
    parent = call.world.comments.get(above.pk)
    return _written(call, call.world.comment(above.root, account, text, parent).pk)


def _written(call: Call, pk: str) -> Reply:
    made = status(call.world, pk)
    assert made is not None, "what was just written stands"
    text = shown(call.world, made)
    return answer(call, {"data": {"id": pk, "text": text, "edit_history_tweet_ids": [pk]}}, 201)


def _said(call: Call, account: Account, text: str, answered: str, files: int) -> bool:
    """Whether the same was said a short while ago, and stands."""
    since = call.world.now_us() - AGO_US
    return any(
        one.author is account
        and one.text == text
        and (one.answered.pk if one.answered else "") == answered
        and len(one.media) == files
        and one.at_us > since
        for one in statuses(call.world)
    )


def _picture(call: Call, account: Account, number: str) -> Picture | None:
    files = call.world.uploads.get((account.pk, number), {})
    words = str(call.world.details.get(f"{NAME}:alt:{number}", {}).get("text") or "")
    blob = files.get("photo") or files.get("film")
    return Picture(blob, words) if blob else None


def delete(call: Call, account: Account) -> Reply:
    """`DELETE /2/tweets/ID`: answers below it stay, as X leaves them."""
    one = status(call.world, call.found[0])
    if one is None:
        return missing(call, call.found[0])
    if one.author is not account:
        return forbidden("You are not authorized to delete this Tweet.")
    comment = call.world.comments.get(one.pk)
    if comment is None:
        call.world.delete_post(one.root)
    else:
        with call.world.lock:
            comment.deleted = True
            call.world.changes += 1
    return answer(call, {"data": {"deleted": True}})


def hide(call: Call, account: Account) -> Reply:
    """`PUT /2/tweets/ID/hidden`: an answer under a post of one's own goes behind a click."""
    comment: Comment | None = call.world.comments.get(call.found[0])
    hidden = body_of(call).get("hidden") is True
    if comment is None or comment.deleted:
        return missing(call, call.found[0])
    if comment.post.account is not account:
        return forbidden("You are not permitted to hide replies of this conversation.")
    call.world.decide(comment, "hidden" if hidden else "")
    return answer(call, {"data": {"hidden": hidden}})


def say(call: Call, account: Account) -> Reply:
    """`dm_conversations/with/ID/messages`: to somebody who wrote to us, or whose box is open (here: nobody's)."""
    thread = next((t for t in call.world.threads_of(account) if t.person.pk == call.found[0]), None)
    text = str(body_of(call).get("text") or "").strip()
    if thread is None or not any(isinstance(line.author, Person) for line in thread.lines):
        return forbidden(NO_MESSAGES)
    if not text:
        return invalid("text is empty")
    thread.pending = False
    made = call.world.say(thread, account, text)
    return answer(call, {"data": {"dm_event_id": made.pk, "dm_conversation_id": conversation_id(thread)}}, 201)


def say_here(call: Call, account: Account) -> Reply:
    """`dm_conversations/ID/messages`: the same by the conversation's own number."""
    found = next((t for t in call.world.threads_of(account) if conversation_id(t) == call.found[0]), None)
    person = (found.person.pk,) if found else ("",)
    return say(replace(call, found=person), account)


def unsay(call: Call, account: Account) -> Reply:
    """`DELETE /2/dm_events/ID`: our own message goes from our side."""
    for thread in call.world.threads_of(account):
        for line in list(thread.lines):
            if line.pk == call.found[0] and line.author is account:
                thread.lines.remove(line)
                return answer(call, {"data": {"deleted": True}})
    return missing(call, call.found[0], "dm_event")
