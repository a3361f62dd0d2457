"""Messages of a business number to a person: what is refused at once, and what fails only on its way.

Outside of 24 hours after the person's last message only a template arrives: anything else is accepted, and a webhook
says later that it failed (131047), as it does for a number without WhatsApp (131026; 6280… has none here).
"""

import hashlib
import json
import re
import time
from collections.abc import Mapping
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any

from sandbox.ledger import Account, Thread
from sandbox.whatsapp.numbers import PLATFORM_NAME, refuse
from sandbox.wire import Call, Reply, as_json

Json = Mapping[str, Any]

TEMPLATES = {"konsultasi_keluhan": ("Saya jawab", "Teruskan", "Butuh waktu")}
"""Approved ones with their buttons: an image on top and one gap."""
IMAGE_MAX = 5 * 1024 * 1024
WINDOW_S = 24 * 3600
TEXT_MAX = 4096
BODY_MAX = 1024


def wamid(pk: str) -> str:
    """The message's own number, as WhatsApp writes it."""
    return f"wamid.HBgN{pk}A="


def pk_of(remote_id: str) -> str:
    return remote_id.removeprefix("wamid.HBgN").removesuffix("A=")


class Refusal(Exception):
    def __init__(self, reply: Reply) -> None:
        super().__init__()
        self.reply = reply


def no(code: int, message: str, details: str = "") -> Refusal:
    return Refusal(refuse(code, f"(#{code}) {message}", details))


def take_media(call: Call, account: Account) -> Reply:
    kind = call.headers.get("content-type", "").encode()
    message = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + kind + b"\r\n\r\n" + call.body)
    parts = {str(part.get_param("name", header="content-disposition")): part for part in message.iter_parts()}
    file = parts.get("file")
    product = parts["messaging_product"].get_content().strip() if "messaging_product" in parts else ""
    if file is None or product != "whatsapp":
        return refuse(100, "(#100) Invalid parameter", "file and messaging_product are needed")
    data = file.get_payload(decode=True)
    assert isinstance(data, bytes)
    mime = file.get_content_type()
    if mime not in ("image/jpeg", "image/png") or len(data) > IMAGE_MAX:
        return refuse(131053, "(#131053) Media upload error", f"{mime} of {len(data)} bytes is not supported")
    blob = call.world.keep(mime, data)
    number = blob.name.partition(".")[0]
    call.world.details[f"whatsapp:media:{number}"] = {"name": blob.name, "account": account.handle}
    return as_json({"id": number})


def send(call: Call, account: Account) -> Reply:
    try:
        data = json.loads(call.body)
        about = _about(call, account, data)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        return refuse(100, "(#100) Invalid parameter", f"{type(error).__name__}: {error}")
    except Refusal as refused:
        return refused.reply
    number = re.sub(r"\D", "", str(data["to"]))
    thread = call.world.thread_of(account, call.world.person(PLATFORM_NAME, number))
    about["failure"] = _failure(thread, number, data["type"])
    about["token"] = str(data.get("biz_opaque_callback_data") or "")
    line = call.world.say(thread, account, about["text"], about=about)
    sent = {"id": wamid(line.pk)} | ({"message_status": "accepted"} if data["type"] == "template" else {})
    contact = {"input": str(data["to"]), "wa_id": number}
    return as_json({"messaging_product": "whatsapp", "contacts": [contact], "messages": [sent]})


def _about(call: Call, account: Account, data: Json) -> dict[str, Any]:
    """What is shown of it on the telephone."""
    if data["messaging_product"] != "whatsapp" or not re.fullmatch(r"\+?\d{8,15}", str(data["to"])):
        raise no(100, "Invalid parameter", "to: no telephone number")
    read = {"text": _plain, "image": _image, "interactive": _interactive, "template": _template}.get(data["type"])
    if read is None:
        raise no(131051, "Unsupported message type")
    return read(call, account, data[data["type"]])


def _plain(call: Call, account: Account, text: Json) -> dict[str, Any]:
    return {"text": _words(text["body"], TEXT_MAX)}


def _image(call: Call, account: Account, image: Json) -> dict[str, Any]:
    return {"text": str(image.get("caption") or ""), "media": _media(call, account, image)}


def _interactive(call: Call, account: Account, part: Json) -> dict[str, Any]:
    if part["type"] == "list":
        return _list(part)
    if part["type"] != "button":
        raise no(131051, "Unsupported message type")
    buttons = [one["reply"] for one in part["action"]["buttons"]]
    if not 1 <= len(buttons) <= 3 or any(not 1 <= len(one["title"]) <= 20 or not one["id"] for one in buttons):
        raise no(131009, "Parameter value is not valid", "buttons: one to three, titles of 20 characters")
    about = {"text": _words(part["body"]["text"], BODY_MAX), "buttons": [one["title"] for one in buttons]}
    if part.get("header"):
        about["media"] = _media(call, account, part["header"]["image"])
    return about


def _list(part: Json) -> dict[str, Any]:
    """At most ten lines in all; none of them has a picture on top."""
    rows = [row for section in part["action"]["sections"] for row in section["rows"]]
    long = any(len(row["title"]) > 24 or len(row.get("description", "")) > 72 or not row["id"] for row in rows)
    if not 1 <= len(rows) <= 10 or long or not 1 <= len(part["action"]["button"]) <= 20 or part.get("header"):
        raise no(131009, "Parameter value is not valid", "list: one to ten rows, titles of 24 characters")
    choices = [[row["id"], row["title"], row.get("description", "")] for row in rows]
    return {"text": _words(part["body"]["text"], TEXT_MAX), "choices": choices}


def show_media(call: Call, account: Account) -> Reply:
    """Where a picture or voice note of a person lies, for some minutes."""
    kept = call.world.details.get(f"whatsapp:media:{call.found[2]}")
    if kept is None or kept["account"] != account.handle:
        return refuse(100, "Unsupported get request. Object does not exist", subcode=33)
    blob = call.world.files[kept["name"]]
    told = {"messaging_product": "whatsapp", "id": call.found[2], "mime_type": blob.mime, "file_size": len(blob.data)}
    told |= {"sha256": hashlib.sha256(blob.data).hexdigest()}
    told |= {"url": f"https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid={call.found[2]}&ext=1&hash=x"}
    return as_json(told)


def give_media(call: Call, account: Account) -> Reply:
    """The file itself, to whoever brings the token."""
    kept = call.world.details.get(f"whatsapp:media:{call.query.get('mid', '')}")
    if kept is None or kept["account"] != account.handle:
        return Reply(404)
    blob = call.world.files[kept["name"]]
    return Reply(200, blob.data, blob.mime)


def _template(call: Call, account: Account, part: Json) -> dict[str, Any]:
    if part["name"] not in TEMPLATES or part["language"]["code"] != "id":
        raise no(132001, "Template name does not exist in the translation", f"{part['name']} in {part['language']}")
    components = {one["type"].lower(): one.get("parameters", []) for one in part.get("components", [])}
    head, body = components.get("header", []), components.get("body", [])
    if [one["type"] for one in head] != ["image"] or [one["type"] for one in body] != ["text"]:
        raise no(132000, "Number of parameters does not match the expected number of params")
    text = str(body[0]["text"])
    if re.search(r"[\n\t]| {5}", text):
        raise no(132018, "Param text cannot have new-line/tab characters or more than 4 consecutive spaces")
    media = _media(call, account, head[0]["image"])
    words = f"Mohon arahan untuk menjawab warga:\n{_words(text, BODY_MAX - 100)}\nBalas pesan ini dengan jawabannya."
    return {"text": words, "media": media, "buttons": list(TEMPLATES[part["name"]]), "template": part["name"]}


def _words(text: object, most: int) -> str:
    if not isinstance(text, str) or not 1 <= len(text) <= most:
        raise no(100, "Invalid parameter", f"text: 1 to {most} characters")
    return text


def _media(call: Call, account: Account, image: Json) -> str:
    kept = call.world.details.get(f"whatsapp:media:{image['id']}")
    if kept is None or kept["account"] != account.handle:
        raise no(131009, "Parameter value is not valid", "image: no such media ID")
    return str(kept["name"])


def _failure(thread: Thread, number: str, kind: str) -> int:
    """The code with which it will fail on its way; 0: it arrives."""
    if number.startswith("6280"):
        return 131026
    theirs = [line.at_us for line in thread.lines if line.author is not thread.account]
    within = bool(theirs) and time.time() - theirs[-1] / 1_000_000 < WINDOW_S
    return 0 if within or kind == "template" else 131047
