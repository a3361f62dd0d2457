"""The stand-in of WhatsApp's Cloud API as pywa calls it, and the telephones of the officers who are written to.

`EAA.whatsapp.NUMBER` is the token of the business number NUMBER (digits, the country in front), which appears at its
first use; its "phone number ID" is 10NUMBER. On an officer's telephone a person reads, answers or taps a button, and
the desk hears of it by webhook.
"""

from sandbox.whatsapp import messages, phones
from sandbox.whatsapp.news import news
from sandbox.whatsapp.numbers import HOST, PLATFORM_NAME, own, own_media, refusal, show_number, show_token
from sandbox.wire import Call, Platform, route

G = r"graph\.facebook\.com/(v\d+\.\d+)/"
LOOKASIDE = r"lookaside\.fbsbx\.com/whatsapp_business/attachments/"
PHONE = HOST.replace(".", r"\.") + r"/(\d+)/"


def _mine(call: Call) -> bool:
    """It alone brings its token in a header; the others of this host in the address or the form."""
    return "authorization" in call.headers


PLATFORM = Platform(
    PLATFORM_NAME,
    "WhatsApp",
    (
        route("GET", G + "debug_token", own(show_token), "login", _mine),
        route("GET", G + r"(10\d+)", own(show_number), "login", _mine),
        route("GET", G + r"((\d+))", own_media(messages.show_media), "fetch", _mine),
        route("GET", LOOKASIDE, own_media(messages.give_media), "fetch", _mine),
        route("POST", G + r"(\d+)/media", own(messages.take_media), "upload", _mine),
        route("POST", G + r"(\d+)/messages", own(messages.send), "dm", _mine),
        route("GET", PHONE, phones.show_people),
        route("GET", PHONE + r"(\d+)/?", phones.show_phone),
        route("POST", PHONE + r"(\d+)/?", phones.write),
    ),
    refusal,
    lambda handle: f"/{HOST}/{handle}/",
    news=news,
)
