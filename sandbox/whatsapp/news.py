"""The webhook bodies by which WhatsApp tells of a message: a person's words or tap, and what became of ours."""

from typing import Any

from sandbox.ledger import Account, Entry, Line, Thread, World
from sandbox.whatsapp.messages import pk_of, wamid
from sandbox.whatsapp.numbers import PLATFORM_NAME, phone_id

Json = dict[str, Any]

TITLES = {131047: "Re-engagement message", 131026: "Message undeliverable"}


def news(world: World, entry: Entry) -> list[Json]:
    account = world.account(PLATFORM_NAME, entry.account)
    thread = world.threads[entry.parent]
    line = next(line for line in thread.lines if line.pk == entry.id)
    assert account is not None
    if line.author is account:
        return [_body(account, {"statuses": [one]}) for one in _statuses(world, thread, line)]
    contact = {"profile": {"name": thread.person.name}, "wa_id": thread.person.handle}
    return [_body(account, {"contacts": [contact], "messages": [_message(world, account, thread, line)]})]


def _body(account: Account, told: Json) -> Json:
    metadata = {"display_phone_number": account.handle, "phone_number_id": phone_id(account)}
    value = {"messaging_product": "whatsapp", "metadata": metadata} | told
    entry = {"id": f"20{account.handle}", "changes": [{"value": value, "field": "messages"}]}
    return {"object": "whatsapp_business_account", "entry": [entry]}


def _message(world: World, account: Account, thread: Thread, line: Line) -> Json:
    about = world.details.get(line.pk, {})
    message: Json = {"from": thread.person.handle, "id": wamid(line.pk), "timestamp": _seconds(line)}
    quoted = pk_of(about.get("quotes", ""))
    if quoted:
        message["context"] = {"from": account.handle, "id": wamid(quoted)}
    if about.get("choice"):
        key, title, note = about["choice"]
        reply = {"id": key, "title": title} | ({"description": note} if note else {})
        return message | {"type": "interactive", "interactive": {"type": "list_reply", "list_reply": reply}}
    if about.get("file"):
        file = about["file"]
        words = {"caption": line.text} if line.text and file["type"] == "image" else {}
        extra = {"voice": True} if file["type"] == "audio" else {}
        return message | {
            "type": file["type"],
            file["type"]: {key: file[key] for key in ("id", "mime_type", "sha256")} | words | extra,
        }
    if not about.get("button"):
        return message | {"type": "text", "text": {"body": line.text}}
    title = about["button"]
    if world.details.get(quoted, {}).get("template"):
        return message | {"type": "button", "button": {"payload": title, "text": title}}
    tapped = {"type": "button_reply", "button_reply": {"id": title, "title": title}}
    return message | {"type": "interactive", "interactive": tapped}


def _statuses(world: World, thread: Thread, line: Line) -> list[Json]:
    about = world.details.get(line.pk, {})
    base: Json = {"id": wamid(line.pk), "timestamp": _seconds(line), "recipient_id": thread.person.handle}
    if about.get("token"):
        base["biz_opaque_callback_data"] = about["token"]
    code = about.get("failure", 0)
    if not code:
        return [base | {"status": status} for status in ("sent", "delivered")]
    said = {"code": code, "title": TITLES[code], "message": TITLES[code], "error_data": {"details": TITLES[code]}}
    return [base | {"status": "failed", "errors": [said]}]


def _seconds(line: Line) -> str:
    return str(line.at_us // 1_000_000)
