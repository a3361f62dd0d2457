"""What a call to the Graph asks for: its form with files, its token, and the fields it wants back."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from functools import lru_cache
from typing import Any

from sandbox.wire import BadCall, Call

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class File:
    name: str
    mime: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Form:
    """A body's texts and files by their names, whichever way it was encoded; the address's own words among them."""

    texts: Mapping[str, str]
    files: Mapping[str, File] = field(default_factory=dict)


def form_of(call: Call) -> Form:
    kind = call.headers.get("content-type", "")
    if kind.startswith("multipart/form-data"):
        texts, files = _parts(kind.encode(), call.body)
        return Form({**call.query, **texts}, files)
    return Form({**call.query, **(call.form() if call.body else {})})


def _parts(kind: bytes, body: bytes) -> tuple[dict[str, str], dict[str, File]]:
    message = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + kind + b"\r\n\r\n" + body)
    texts: dict[str, str] = {}
    files: dict[str, File] = {}
    for part in message.iter_parts():
        name = str(part.get_param("name", header="content-disposition"))
        data = part.get_payload(decode=True)
        assert isinstance(data, bytes)
        if part.get_filename():
            files[name] = File(str(part.get_filename()), part.get_content_type(), data)
        else:
            texts[name] = data.decode()
    return texts, files


def token_of(call: Call) -> str:
    return form_of(call).texts.get("access_token", "")


@dataclass(frozen=True, slots=True)
class Wanted:
    """One field of an expansion: `comments.filter(stream).limit(0){id}`."""

    options: Mapping[str, str]
    inside: "Mapping[str, Wanted]"


@lru_cache(maxsize=200)
def wanted(fields: str) -> Mapping[str, Wanted]:
    """The fields asked for. Raises BadCall where they can't be read."""
    found, rest = _wanted(fields)
    if rest:
        raise BadCall(f"fields: {fields!r} ends too early")
    return found


def _wanted(text: str) -> tuple[dict[str, Wanted], str]:
    found: dict[str, Wanted] = {}
    while text and text[0] != "}":
        name = re.match(r"[a-z_0-9]+", text)
        if name is None:
            raise BadCall(f"fields: strange at {text[:20]!r}")
        text = text[name.end() :]
        options: dict[str, str] = {}
        while option := re.match(r"\.([a-z_]+)\(([^()]*)\)", text):
            options[option[1]] = option[2]
            text = text[option.end() :]
        inside: dict[str, Wanted] = {}
        if text.startswith("{"):
            inside, text = _wanted(text[1:])
            text = text[1:]
        found[name.group()] = Wanted(options, inside)
        text = text.removeprefix(",")
    return found, text


def pick(whole: Json, fields: Mapping[str, Wanted]) -> Json:
    """Meta gives what is asked for, and the id."""
    return {name: value for name, value in whole.items() if name == "id" or name in fields}


def page(items: list[Json], ids: list[str], options: Mapping[str, str], address: str) -> Json:
    """A page of a list, with cursors as Meta gives them. `ids` name the items for the cursor.

    A cursor whose item was deleted meanwhile leads back to the first page: the caller meets repeats, and skips nothing.
    """
    start = ids.index(options["after"]) + 1 if options.get("after") in ids else 0
    limit = int(options.get("limit") or 25)
    shown = items[start : start + limit]
    answer: Json = {"data": shown}
    if shown:
        last = ids[start + len(shown) - 1]
        answer["paging"] = {"cursors": {"before": ids[start], "after": last}}
        if start + limit < len(items):
            answer["paging"]["next"] = f"{address}&limit={limit}&after={last}"
    return answer
