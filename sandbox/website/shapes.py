"""WordPress's JSON of posts, pictures and comments."""

import html
import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from sandbox.ledger import Account, Comment, Post, World

Json = dict[str, Any]

WIB = timezone(timedelta(hours=7))
"""The site's own zone: `date` is in it, `date_gmt` is not."""


def dates(at_us: int) -> Json:
    at = datetime.fromtimestamp(at_us // 1_000_000, UTC)
    return {"date": f"{at.astimezone(WIB):%Y-%m-%dT%H:%M:%S}", "date_gmt": f"{at:%Y-%m-%dT%H:%M:%S}"}


def link(item: Post) -> str:
    return f"https://{item.account.handle}/?p={item.pk}"


def post(world: World, item: Post) -> Json:
    kept = world.details[item.pk]
    title, content = str(kept["title"]), str(kept["content"])
    return {
        "id": int(item.pk),
        **dates(item.at_us),
        "guid": {"rendered": link(item), "raw": link(item)},
        "modified": dates(item.at_us)["date"],
        "modified_gmt": dates(item.at_us)["date_gmt"],
        "slug": kept["slug"],
        "status": "trash" if item.deleted else "publish",
        "type": "post",
        "link": link(item),
        "title": {"raw": title, "rendered": title},
        "content": {"raw": content, "rendered": without_blocks(content), "protected": False, "block_version": 1},
        "excerpt": {"raw": "", "rendered": "", "protected": False},
        "author": int(item.account.pk),
        "featured_media": kept["featured_media"],
        "comment_status": "open",
        "ping_status": "closed",
        "sticky": False,
        "template": "",
        "format": "standard",
        "meta": [],
        "categories": [1],
        "tags": [],
    }


def picture(world: World, number: str, base: str) -> Json:
    kept = world.details[number]
    blob = kept["blob"]
    return {
        "id": int(number),
        **dates(kept["at_us"]),
        "slug": kept["slug"],
        "status": "inherit",
        "type": "attachment",
        "link": f"https://{kept['account'].handle}/?attachment_id={number}",
        "title": {"raw": kept["title"], "rendered": html.escape(kept["title"])},
        "author": int(kept["account"].pk),
        "alt_text": kept["alt_text"],
        "media_type": "image",
        "mime_type": blob.mime,
        "media_details": {"width": blob.width, "height": blob.height},
        "source_url": f"{base}/_sandbox/media/{blob.name}",
    }


def comment(world: World, one: Comment) -> Json:
    kept = world.details.get(one.pk, {})
    own = isinstance(one.author, Account)
    raw = str(kept.get("content") or html.escape(one.text, quote=False))
    return {
        "id": int(one.pk),
        "post": int(one.post.pk),
        "parent": int(one.parent or 0),
        "author": int(one.author.pk) if own else 0,
        "author_name": one.author.name,
        "author_email": f"{one.author.handle}@warga.example",
        "author_url": "",
        "author_ip": "127.0.0.1",
        "author_user_agent": str(kept.get("author_user_agent", "Mozilla/5.0")),
        **dates(one.at_us),
        "content": {"raw": raw, "rendered": f"<p>{raw}</p>\n"},
        "link": f"{link(one.post)}#comment-{one.pk}",
        "status": "trash" if one.deleted else (one.state or "approved"),
        "type": "comment",
        "author_avatar_urls": {},
        "meta": [],
    }


def words(markup: str) -> str:
    """The text of some HTML, for the ledger and the pages of the stand-in."""
    text = re.sub(r"\s*</p>\s*", "\n\n", re.sub(r"<br ?/?>\n?", "\n", without_blocks(markup)))
    return html.unescape(re.sub(r"<[^>]+>", "", text)).strip()


def without_blocks(content: str) -> str:
    return re.sub(r"<!-- /?wp:.*? -->\n?", "", content)


def only_fields(data: Json, query: str) -> Json:
    """`_fields=id,link`: just these."""
    wanted = {name.strip() for name in query.split(",") if name.strip()}
    return {name: value for name, value in data.items() if not wanted or name in wanted}
