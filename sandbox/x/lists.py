"""X's lists: own posts, mentions, search, direct messages. Newest first, a page at a time, by ids that only grow."""

import re
from collections.abc import Callable
from datetime import datetime

from sandbox.ledger import Account, Line, Thread
from sandbox.wire import Call, Reply
from sandbox.x.refusals import invalid, missing, not_found
from sandbox.x.shapes import Json, Status, answer, conversation_id, event, id_us, names, status, statuses, tweet, user

QUERY = re.compile(r"\((?P<under>[^)]*)\) -from:(?P<author>\d+) -@(?P<name>[\w.]+)")
SEARCHED_S = 7 * 86_400
QUERY_MAX = 512


def show_me(call: Call, account: Account) -> Reply:
    return answer(call, {"data": user(call.world, account)})


def show_posts(call: Call, account: Account) -> Reply:
    """`users/ID/tweets`: what somebody posted, answers too unless they are excluded."""
    no_replies = "replies" in call.query.get("exclude", "")
    return _tweets(call, 5, lambda one: one.author.pk == call.found[0] and not (no_replies and one.answered))


def show_mentions(call: Call, account: Account) -> Reply:
    """`users/ID/mentions`: posts of others, and the account's own, that name it."""
    if call.found[0] != account.pk:
        return missing(call, call.found[0], "user")
    return _tweets(call, 5, lambda one: names(call.world, one, account.handle))


def search(call: Call, account: Account) -> Reply:
    """`tweets/search/recent`, for one kind of query: (conversation_id:… OR …) -from:ID -@NAME."""
    query = call.query.get("query", "")
    found = QUERY.fullmatch(query)
    if found is None or len(query) > QUERY_MAX:
        return invalid("the stand-in does not understand this query, or it is longer than 512 characters")
    start, since = _time_us(call.query.get("start_time", "")), call.query.get("since_id", "")
    oldest_us = call.world.now_us() - SEARCHED_S * 1_000_000
    if (start or oldest_us) < oldest_us or (since and id_us(since) < oldest_us):
        return invalid("'since_id' and 'start_time' must not lie before what is searched: seven days")
    under = {part.partition("conversation_id:")[2] for part in found["under"].split(" OR ")}
    return _tweets(
        call,
        10,
        lambda one: (
            one.root.pk in under and one.author.pk != found["author"] and not names(call.world, one, found["name"])
        ),
    )


def _tweets(call: Call, least: int, wanted: Callable[[Status], bool]) -> Reply:
    """A page of the posts that are `wanted`, with the people and posts that they refer to."""
    query = call.query
    count = int(query.get("max_results") or 10)
    if not least <= count <= 100:
        return invalid(f"The `max_results` query parameter value [{count}] is not between {least} and 100")
    since, until = int(query.get("since_id") or 0), int(query.get("until_id") or 0)
    after_us = _time_us(query.get("start_time", "")) if not since else 0
    before = _place(query.get("pagination_token") or query.get("next_token") or "")
    found = [
        one
        for one in statuses(call.world)
        if wanted(one)
        and int(one.pk) > since
        and one.at_us >= after_us
        and (not until or int(one.pk) < until)
        and (not before or int(one.pk) < before)
    ]
    page = found[:count]
    fields = query.get("tweet.fields", "")
    body: Json = {"meta": {"result_count": len(page)}}
    if page:
        body["data"] = [tweet(call.world, one, fields) for one in page]
        body["meta"] |= {"newest_id": page[0].pk, "oldest_id": page[-1].pk}
        if along := _along(call, page, fields):
            body["includes"] = along
    if len(found) > len(page):
        body["meta"]["next_token"] = _token(page[-1].pk)
    return answer(call, body)


def _along(call: Call, page: list[Status], fields: str) -> Json:
    wanted = call.query.get("expansions", "").split(",")
    people = {one.author.pk: one.author for one in page} if "author_id" in wanted else {}
    above = {one.answered.pk: one.answered for one in page if one.answered}
    above = above if "referenced_tweets.id" in wanted else {}
    along: Json = {}
    if people:
        along["users"] = [user(call.world, who) for who in people.values()]
    if above:
        along["tweets"] = [tweet(call.world, one, fields) for one in above.values()]
    return along


def show_tweet(call: Call, account: Account) -> Reply:
    one = status(call.world, call.found[0])
    if one is None:
        return missing(call, call.found[0])
    return answer(call, {"data": tweet(call.world, one, call.query.get("tweet.fields", ""))})


def show_some(call: Call, account: Account) -> Reply:
    """`tweets?ids=`: those that are there, and an error for each that is not."""
    ids = call.query.get("ids", "").split(",")
    if not 1 <= len(ids) <= 100:
        return invalid(f"The number of values in the `ids` query parameter list [{len(ids)}] is not between 1 and 100")
    found = {number: status(call.world, number) for number in ids}
    fields = call.query.get("tweet.fields", "")
    body: Json = {}
    if there := [tweet(call.world, one, fields) for one in found.values() if one]:
        body["data"] = there
    if gone := [not_found(number) for number, one in found.items() if one is None]:
        body["errors"] = gone
    return answer(call, body)


def show_events(call: Call, account: Account) -> Reply:
    """`dm_events`: the messages of all conversations."""
    return _events(call, call.world.threads_of(account))


def show_talk(call: Call, account: Account) -> Reply:
    """`dm_conversations/with/ID/dm_events`: the messages of one."""
    return _events(call, [thread for thread in call.world.threads_of(account) if thread.person.pk == call.found[0]])


def show_group(call: Call, account: Account) -> Reply:
    """`dm_conversations/ID/dm_events`: the same by the conversation's own number."""
    found = call.found[0]
    return _events(call, [thread for thread in call.world.threads_of(account) if conversation_id(thread) == found])


def _events(call: Call, threads: list[Thread]) -> Reply:
    count = int(call.query.get("max_results") or 100)
    if not 1 <= count <= 100:
        return invalid(f"The `max_results` query parameter value [{count}] is not between 1 and 100")
    before = _place(call.query.get("pagination_token", ""))
    lines: list[tuple[Thread, Line]] = [
        (thread, line)
        for thread in threads
        for line in list(thread.lines)
        if call.world.lists(line.pk) and (not before or int(line.pk) < before)
    ]
    lines.sort(key=lambda pair: int(pair[1].pk), reverse=True)
    page = lines[:count]
    body: Json = {"meta": {"result_count": len(page)}}
    if page:
        body["data"] = [event(thread, line, call.query.get("dm_event.fields", "")) for thread, line in page]
        people = {line.author.pk: line.author for _, line in page}
        if "sender_id" in call.query.get("expansions", ""):
            body["includes"] = {"users": [user(call.world, who) for who in people.values()]}
    if len(lines) > len(page):
        body["meta"]["next_token"] = _token(page[-1][1].pk)
    return answer(call, body)


def _token(pk: str) -> str:
    """Where a page ended; at least 16 characters, as the specification wants it."""
    return f"p{int(pk):019d}"


def _place(token: str) -> int:
    return int(token[1:]) if token[1:].isdigit() else 0


def _time_us(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp() * 1_000_000) if text else 0
