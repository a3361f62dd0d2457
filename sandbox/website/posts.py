"""Pictures and posts."""

import html
import io
from email.parser import BytesParser
from email.policy import HTTP

from PIL import Image, UnidentifiedImageError

from sandbox.ledger import Account, Blob, Picture, Post
from sandbox.website import shapes
from sandbox.website.refusals import refuse
from sandbox.website.rest import NAME, body_of, listing, numbers, signed_in
from sandbox.wire import BadCall, Call, Reply, as_json


def upload(call: Call, account: Account) -> Reply:
    """A multipart form with `file`. What is no picture gets WordPress's 500."""
    fields, name, data = form_of(call)
    try:
        with Image.open(io.BytesIO(data)) as image:
            size, mime = image.size, Image.MIME[image.format or ""]
    except (UnidentifiedImageError, OSError, KeyError):
        return refuse("rest_upload_unknown_error", 500, "Sorry, you are not allowed to upload this file type.")
    world = call.world
    number, blob = world.new_id(), world.keep(mime, data, *size)
    slug = free_slug(call, account, fields.get("slug") or name.rpartition(".")[0])
    kept = {"slug": slug, "title": fields.get("title", ""), "alt_text": fields.get("alt_text", "")}
    world.details[number] = kept | {"blob": blob, "account": account, "at_us": world.now_us()}
    return as_json(shapes.picture(world, number, call.base), 201)


def form_of(call: Call) -> tuple[dict[str, str], str, bytes]:
    """A multipart form's fields, and its file's name and content."""
    head = f"Content-Type: {call.headers.get('content-type', '')}\r\n\r\n".encode()
    parts = BytesParser(policy=HTTP).parsebytes(head + call.body)
    fields, name, data = {}, "", b""
    for part in parts.iter_parts():
        payload = part.get_payload(decode=True)
        content = payload if isinstance(payload, bytes) else b""
        if part.get_filename():
            name, data = str(part.get_filename()), content
        else:
            fields[str(part.get_param("name", header="content-disposition"))] = content.decode()
    if not name:
        raise BadCall("no file in the form")
    return fields, name, data


def free_slug(call: Call, account: Account, wanted: str, beside_posts_alone: bool = False) -> str:
    """A slug that is taken gets a number behind it: a picture's by anything of the site, a post's by other posts."""
    here = [one for one in call.world.details.values() if one.get("account") is account and "slug" in one]
    taken = {str(one["slug"]) for one in here if not (beside_posts_alone and "blob" in one)}
    slug, number = wanted, 2
    while slug in taken:
        slug, number = f"{wanted}-{number}", number + 1
    return slug


def show_pictures(call: Call) -> Reply:
    slugs = numbers(call.query.get("slug", ""))
    account = call.world.account(NAME, call.found[0])
    found = [
        shapes.picture(call.world, number, call.base)
        for number, kept in list(call.world.details.items())
        if "blob" in kept and kept["account"] is account and (not slugs or kept["slug"] in slugs)
    ]
    return listing(call, found[::-1])


def publish(call: Call, account: Account) -> Reply:
    data, world = body_of(call), call.world
    title, content = str(data.get("title") or ""), str(data.get("content") or "")
    if data.get("status", "draft") != "publish":
        return refuse("rest_invalid_param", 400, "The stand-in publishes at once, and nothing else")
    if not title and not content:
        return refuse("empty_content", 400, "Content, title, and excerpt are empty.")
    pk = world.new_id()
    featured = int(data.get("featured_media") or 0)
    slug = free_slug(call, account, str(data.get("slug") or pk), beside_posts_alone=True)
    world.details[pk] = {
        "title": title,
        "content": content,
        "slug": slug,
        "featured_media": featured,
        "account": account,
    }
    heading, text = html.unescape(title), shapes.words(content)
    shown = text if text.startswith(heading.removesuffix(" …")) else f"{heading}\n{text}"
    media = tuple(Picture(blob, alt) for blob, alt in pictures_in(call, account, content))
    made = world.publish(Post(pk, pk, account, shown, media, world.now_us(), "publish", slug))
    return as_json(shapes.post(world, made), 201)


def pictures_in(call: Call, account: Account, content: str) -> list[tuple[Blob, str]]:
    """The site's pictures that a post's content shows."""
    kept = [one for one in list(call.world.details.values()) if "blob" in one and one["account"] is account]
    found = [(content.find(one["blob"].name), one["blob"], str(one["alt_text"])) for one in kept]
    return [(blob, alt) for _at, blob, alt in sorted((one for one in found if one[0] >= 0), key=lambda one: one[0])]


def show_posts(call: Call) -> Reply:
    account = call.world.account(NAME, call.found[0])
    status = numbers(call.query.get("status", "publish"))
    if status != {"publish"} and signed_in(call) is None:
        return refuse("rest_forbidden_status", 401, "Status is forbidden.")
    slugs, some, authors = (numbers(call.query.get(key, "")) for key in ("slug", "include", "author"))
    found = [
        shapes.post(call.world, item)
        for item in (call.world.posts_of(account) if account else [])
        if (not slugs or item.token in slugs) and (not some or item.pk in some)
        if (not authors or item.account.pk in authors) and "publish" in status
    ]
    return listing(call, found)


def show_post(call: Call) -> Reply:
    item = post_of(call, call.found[1])
    if item is None:
        return refuse("rest_post_invalid_id", 404, "Invalid post ID.")
    return as_json(shapes.only_fields(shapes.post(call.world, item), call.query.get("_fields", "")))


def post_of(call: Call, number: str) -> Post | None:
    """A standing post of this site."""
    item = call.world.post(NAME, number)
    return item if item is not None and item.account.handle == call.found[0].lower() else None


def delete(call: Call, account: Account) -> Reply:
    """Into the bin, where it keeps its content but not its slug."""
    item = call.world.posts.get(call.found[1])
    if item is None or item.account is not account:
        return refuse("rest_post_invalid_id", 404, "Invalid post ID.")
    if item.deleted:
        return refuse("rest_already_trashed", 410, "The post has already been deleted.")
    call.world.delete_post(item)
    call.world.details[item.pk]["slug"] += "__trashed"
    return as_json(shapes.post(call.world, item))
