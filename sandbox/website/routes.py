"""Which call does what, by whichever of WordPress's two ways of writing an address."""

import re
from dataclasses import replace

from sandbox.ledger import Account
from sandbox.website import comments, pages, posts, shapes
from sandbox.website.refusals import refuse
from sandbox.website.rest import NAME, Json, listing, own
from sandbox.wire import Call, Handler, Reply, as_json

CAPABILITIES = ("read", "edit_posts", "publish_posts", "upload_files", "moderate_comments", "edit_others_posts")


def show_index(call: Call) -> Reply:
    site = f"https://{call.found[0]}"
    account = call.world.account(NAME, call.found[0])
    index = {
        "name": account.name if account else call.found[0],
        "description": "",
        "url": site,
        "home": site,
        "gmt_offset": 7,
        "timezone_string": "Asia/Jakarta",
        "namespaces": ["oembed/1.0", "wp/v2"],
        "authentication": {"application-passwords": {"endpoints": {}}},
    }
    return as_json(shapes.only_fields(index, call.query.get("_fields", "")))


def show_me(call: Call, account: Account) -> Reply:
    user: Json = {"id": int(account.pk), "name": account.name, "slug": "humas", "link": f"https://{account.handle}/"}
    if call.query.get("context") == "edit":
        user |= {"capabilities": dict.fromkeys(CAPABILITIES, True), "roles": ["editor"]}
    return as_json(shapes.only_fields(user, call.query.get("_fields", "")))


def no_pages(call: Call) -> Reply:
    """The site has no fixed pages."""
    return listing(call, [])


REST: tuple[tuple[str, str, Handler, str], ...] = (
    ("GET", "", show_index, ""),
    ("GET", "wp/v2/users/me", own(show_me), "login"),
    ("GET", "wp/v2/posts", posts.show_posts, "fetch"),
    ("POST", "wp/v2/posts", own(posts.publish, "rest_cannot_create"), "publish"),
    ("GET", r"wp/v2/posts/(\d+)", posts.show_post, "fetch"),
    ("DELETE", r"wp/v2/posts/(\d+)", own(posts.delete, "rest_cannot_delete"), "delete"),
    ("GET", "wp/v2/pages", no_pages, "fetch"),
    ("GET", "wp/v2/media", posts.show_pictures, "fetch"),
    ("POST", "wp/v2/media", own(posts.upload, "rest_cannot_create"), "upload"),
    ("GET", "wp/v2/comments", comments.show_comments, "fetch"),
    ("POST", "wp/v2/comments", own(comments.write, "rest_comment_login_required"), "reply"),
    ("GET", r"wp/v2/comments/(\d+)", own(comments.show_comment, "rest_forbidden_context"), "fetch"),
    ("POST", r"wp/v2/comments/(\d+)", own(comments.moderate, "rest_cannot_edit"), "approve"),
    ("DELETE", r"wp/v2/comments/(\d+)", own(comments.delete, "rest_cannot_delete"), "delete"),
)


def pretty(handler: Handler) -> Handler:
    """For `/wp-json/…`, which a site without rewritten addresses does not have."""
    return lambda call: as_json({}, 404) if pages.is_plain(call.found[0]) else handler(call)


def front(call: Call) -> Reply:
    """A site's first page, a post's by `?p=`, or the interface by `?rest_route=` (which no fault is aimed at)."""
    asked = call.query.get("rest_route")
    if asked is None:
        return pages.look(call, call.query["p"]) if "p" in call.query else pages.home(call)
    for methods, path, handler, _ in REST:
        found = re.fullmatch(path, asked.strip("/"))
        if found and call.method in methods:
            return handler(replace(call, found=(call.found[0], *found.groups())))
    return refuse("rest_no_route", 404, "No route was found matching the URL and request method.")
