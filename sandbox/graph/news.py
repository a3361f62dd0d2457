"""What Meta tells a webhook of an entry of the ledger: comments, and direct messages with the echo of our own."""

from typing import Any

from sandbox.graph.tokens import instagram_id
from sandbox.ledger import Account, Comment, Entry, Line, Person, Thread, World

Body = dict[str, Any]


def page_news(world: World, entry: Entry) -> list[Body]:
    comment = world.comments.get(entry.id)
    if comment is not None:
        return [_told("page", comment.post.account.pk, comment.at_us, _change("feed", _page_comment(comment)))]
    return _messages(world, entry, "page")


def instagram_news(world: World, entry: Entry) -> list[Body]:
    comment = world.comments.get(entry.id)
    if comment is not None:
        own = instagram_id(comment.post.account)
        return [_told("instagram", own, comment.at_us, _change("comments", _instagram_comment(comment)))]
    return _messages(world, entry, "instagram")


def _told(what: str, account: str, at_us: int, inside: Body) -> Body:
    return {"object": what, "entry": [{"id": account, "time": at_us // 1_000_000, **inside}]}


def _change(field: str, value: Body) -> Body:
    return {"changes": [{"field": field, "value": value}]}


def _page_comment(comment: Comment) -> Body:
    post = comment.post
    return {
        "item": "comment",
        "verb": "add",
        "comment_id": comment.pk,
        "post_id": post.pk,
        "parent_id": comment.root or post.pk,
        "from": {"id": comment.author.pk, "name": comment.author.name},
        "message": comment.text,
        "created_time": comment.at_us // 1_000_000,
        "post": {"id": post.pk, "permalink_url": f"https://www.facebook.com/{post.account.pk}/posts/{post.code}"},
    }


def _instagram_comment(comment: Comment) -> Body:
    author = comment.author
    pk = author.pk if isinstance(author, Person) else instagram_id(author)
    value: Body = {
        "id": comment.pk,
        "text": comment.text,
        "from": {"id": pk, "username": author.handle},
        "media": {"id": comment.post.pk, "media_product_type": "FEED"},
    }
    return value | ({"parent_id": comment.root} if comment.root else {})


def _messages(world: World, entry: Entry, what: str) -> list[Body]:
    thread = world.threads.get(entry.parent)
    line = next((line for line in thread.lines if line.pk == entry.id), None) if thread else None
    if thread is None or line is None:
        return []
    own = instagram_id(thread.account) if what == "instagram" else thread.account.pk
    return [_told(what, own, line.at_us, {"messaging": [_event(thread, line, own)]})]


def _event(thread: Thread, line: Line, own: str) -> Body:
    ours = isinstance(line.author, Account)
    sender, recipient = (own, thread.person.pk) if ours else (thread.person.pk, own)
    message = {"mid": line.pk, "text": line.text} | ({"is_echo": True} if ours else {})
    head = {"sender": {"id": sender}, "recipient": {"id": recipient}, "timestamp": line.at_us // 1000}
    return head | {"message": message}
