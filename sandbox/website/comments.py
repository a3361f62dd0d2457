"""Comments: read by time, written, decided about."""

from datetime import UTC, datetime

from sandbox.ledger import Account, Comment
from sandbox.website import shapes
from sandbox.website.posts import post_of
from sandbox.website.refusals import bad_parameter, refuse
from sandbox.website.rest import NAME, body_of, listing, numbers, signed_in
from sandbox.wire import Call, Reply, as_json

STATUSES = {"all": {"", "hold"}, "approve": {""}, "hold": {"hold"}, "spam": {"spam"}}
"""As WP_Comment_Query knows them. Any other word finds nothing, a list of them too."""
DECISIONS = {"approved": "", "approve": "", "hold": "hold", "spam": "spam"}


def show_comments(call: Call) -> Reply:
    query = call.query
    for key, code in (("context", "rest_forbidden_context"), ("status", "rest_forbidden_param")):
        if query.get(key, "view") not in {"view", "approve"} and signed_in(call) is None:
            return refuse(code, 401)
    try:
        after = after_us(query.get("after", ""))
    except ValueError:
        return bad_parameter("after", "Invalid date.")
    states = STATUSES.get(query.get("status", "approve"), set())
    found = [one for one in of_site(call) if one.state in states and one.at_us // 1_000_000 > after]
    found.sort(key=lambda one: (one.at_us // 1_000_000, int(one.pk)), reverse=query.get("order", "desc") == "desc")
    return listing(call, [shapes.comment(call.world, one) for one in found])


def after_us(text: str) -> int:
    """Seconds; a time without a zone is the site's own."""
    if not text:
        return 0
    at = datetime.fromisoformat(text)
    return int((at if at.tzinfo else at.replace(tzinfo=shapes.WIB)).astimezone(UTC).timestamp())


def of_site(call: Call) -> list[Comment]:
    """The site's standing comments that the query's numbers allow."""
    world, query = call.world, call.query
    account = world.account(NAME, call.found[0])
    wanted = {key: numbers(query[key]) for key in ("post", "parent", "author", "include") if query.get(key)}

    def fits(one: Comment) -> bool:
        author = one.author.pk if isinstance(one.author, Account) else "0"
        mine = {"post": one.post.pk, "parent": one.parent or "0", "author": author, "include": one.pk}
        return all(mine[key] in allowed for key, allowed in wanted.items())

    standing = [one for one in list(world.comments.values()) if one.post.account is account and not one.deleted]
    return [one for one in standing if not one.post.deleted and world.lists(one.pk) and fits(one)]


def comment_of(call: Call, account: Account) -> Comment | None:
    """One of the site's comments, in the bin or not."""
    one = call.world.comments.get(call.found[1])
    return one if one is not None and one.post.account is account else None


def show_comment(call: Call, account: Account) -> Reply:
    one = comment_of(call, account)
    if one is None:
        return refuse("rest_comment_invalid_id", 404, "Invalid comment ID.")
    return as_json(shapes.only_fields(shapes.comment(call.world, one), call.query.get("_fields", "")))


def write(call: Call, account: Account) -> Reply:
    data, world = body_of(call), call.world
    item = post_of(call, str(data.get("post") or ""))
    content = str(data.get("content") or "").strip()
    if item is None:
        return refuse("rest_comment_invalid_post_id", 403)
    if not content:
        return refuse("rest_comment_content_invalid", 400, "Invalid comment content.")
    parent = str(data.get("parent") or "") or ""
    twins = [one for one in list(world.comments.values()) if one.post is item and one.author is account]
    if any(one.parent == parent and not one.deleted and said(call, one) == content for one in twins):
        return refuse("comment_duplicate", 409, "Duplicate comment detected")
    above = world.standing_comment(item, parent)
    made = world.comment(item, account, shapes.words(content), above)
    if parent and above is None:
        made.parent = parent  # WordPress asks nobody whether it is there
    agent = str(data.get("author_user_agent") or call.headers.get("user-agent", ""))
    world.details[made.pk] = {"content": content, "author_user_agent": agent}
    return as_json(shapes.comment(world, made), 201)


def said(call: Call, one: Comment) -> str:
    return str(call.world.details.get(one.pk, {}).get("content") or one.text)


def moderate(call: Call, account: Account) -> Reply:
    one, status = comment_of(call, account), str(body_of(call).get("status", ""))
    if one is None:
        return refuse("rest_comment_invalid_id", 404, "Invalid comment ID.")
    if status not in DECISIONS:
        return bad_parameter("status", "one of approved, hold, spam")
    call.world.decide(one, DECISIONS[status])
    return as_json(shapes.comment(call.world, one))


def delete(call: Call, account: Account) -> Reply:
    one = comment_of(call, account)
    if one is None:
        return refuse("rest_comment_invalid_id", 404, "Invalid comment ID.")
    if one.deleted:
        return refuse("rest_already_trashed", 410, "The comment has already been trashed.")
    call.world.delete_comments(one.post, [one.pk])
    return as_json(shapes.comment(call.world, one))
