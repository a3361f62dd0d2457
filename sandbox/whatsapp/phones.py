"""Pages to look at: the people a business number writes to, and one person's telephone, where they answer or tap."""

import base64
import hashlib
from typing import Any
from urllib.parse import quote

from sandbox import pages
from sandbox.ledger import Account, Line, Thread
from sandbox.pages import Html, fill, join
from sandbox.whatsapp.messages import wamid
from sandbox.whatsapp.numbers import HOST, PLATFORM_NAME
from sandbox.wire import BadCall, Call, Reply, as_page, see_other

LABEL = "WhatsApp"
TEXT_MAX = 4096
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
SAMPLES = {"image": ("image/png", base64.b64decode(PNG)), "audio": ("audio/ogg", b"OggS\x00\x02" + bytes(58))}
"""What "send a picture" and "send a voice note" send."""


def show_people(call: Call) -> Reply:
    account = _account(call)
    cards = [
        fill(
            "inbox_thread",
            href=_address(thread),
            name=thread.person.name,
            last=thread.lines[-1].text[:90],
            state=f" · +{thread.person.handle}",
        )
        for thread in call.world.threads_of(account)
    ]
    live = join(cards) or Html('<p class="soft">Belum ada yang dikirimi pesan.</p>')
    return as_page(
        pages.layout(call, f"+{account.handle}", LABEL, fill("whatsapp_people", number=account.handle, live=live))
    )


def show_phone(call: Call) -> Reply:
    thread = _thread(call)
    lines = [_line(call, thread, line) for line in thread.lines if not _failed(call, line)]
    quoted = next((line for line in thread.lines if line.pk == call.query.get("kutip")), None)
    body = fill(
        "whatsapp_phone",
        name=thread.person.name,
        number=thread.person.handle,
        business=thread.account.name,
        action=_address(thread),
        quotes=quoted.pk if quoted else "",
        note=f"Membalas: {quoted.text[:80]}" if quoted else "Tulis pesan (tanpa mengutip)",
        live=join(lines) or Html('<p class="soft">Belum ada pesan.</p>'),
    )
    return as_page(pages.layout(call, f"Telepon {thread.person.name}", LABEL, body))


def write(call: Call) -> Reply:
    thread = _thread(call)
    form = call.form()
    button = form.get("button", "")
    text = button or form.get("text", "").strip()
    about: dict[str, Any] = {key: form[key] for key in ("quotes", "button") if form.get(key)}
    if form.get("file") in SAMPLES:
        about["file"] = _file(call, thread, form["file"])
    elif "choice" in form:
        about["choice"] = next(one for one in _choices(call, form.get("quotes", "")) if one[0] == form["choice"])
        text = about["choice"][1]
    elif not text or len(text) > TEXT_MAX:
        raise BadCall(f"tulis pesan, paling banyak {TEXT_MAX} huruf")
    made = call.world.say(thread, thread.person, text, about=about)
    return see_other(f"{_address(thread)}#line-{made.pk}")


def _choices(call: Call, line: str) -> list[list[str]]:
    found: list[list[str]] = call.world.details.get(line, {}).get("choices", [])
    return found


def _file(call: Call, thread: Thread, kind: str) -> dict[str, str]:
    """A sample from this person: what a phone would upload."""
    mime, data = SAMPLES[kind]
    blob = call.world.keep(mime, data)
    number = blob.name.partition(".")[0]
    call.world.details[f"whatsapp:media:{number}"] = {"name": blob.name, "account": thread.account.handle}
    shown = mime + ("; codecs=opus" if kind == "audio" else "")
    return {"type": kind, "id": number, "mime_type": shown, "sha256": hashlib.sha256(data).hexdigest()}


def _failed(call: Call, line: Line) -> bool:
    return bool(call.world.details.get(line.pk, {}).get("failure"))


def _line(call: Call, thread: Thread, line: Line) -> Html:
    about = call.world.details.get(line.pk, {})
    ours = line.author is thread.account
    picture = fill("picture", src=f"/_sandbox/media/{about['media']}", alt="Gambar") if about.get("media") else Html("")
    buttons = [
        fill("whatsapp_button", action=_address(thread), pk=line.pk, title=one) for one in about.get("buttons", [])
    ]
    buttons += [
        fill("whatsapp_choice", action=_address(thread), pk=line.pk, key=one[0], title=one[1], note=one[2])
        for one in _choices(call, line.pk)
    ]
    return fill(
        "whatsapp_line",
        pk=line.pk,
        remote_id=wamid(line.pk),
        own=" own" if ours else "",
        name=line.author.name,
        text=line.text,
        at=pages.shown_time(line.at_us),
        picture=picture,
        buttons=join(buttons),
        answer=f"{_address(thread)}?kutip={quote(line.pk)}#tulis" if ours else "#tulis",
    )


def _address(thread: Thread) -> str:
    return f"/{HOST}/{thread.account.handle}/{thread.person.handle}/"


def _account(call: Call) -> Account:
    account = call.world.account(PLATFORM_NAME, call.found[0])
    if account is None:
        raise BadCall(f"nomor +{call.found[0]} belum ada; ia muncul saat pertama kali masuk")
    return account


def _thread(call: Call) -> Thread:
    return call.world.thread_of(_account(call), call.world.person(PLATFORM_NAME, call.found[1]))
