"""The invented health centre's accounts: one on each public channel, its WhatsApp number, and who is asked by it.

At the stand-in an account appears at its first sign-in; its tokens are named after it.
"""

from datetime import timedelta
from typing import NamedTuple

PASSWORD = "demo-tanggap"  # noqa: S105  # the demo's, and it says so
NUMBER = "628111777888"
OFFICER_NUMBER = "6281233344455"
SECRET = "rahasia-peragaan"  # noqa: S105
APP = {"app_id": "1200", "app_secret": "rahasia-aplikasi-tiruan"}
"""The stand-in's app at Meta."""


class Demo(NamedTuple):
    """An account. `after`: who signs in first publishes first; the others wait until the first posts are out."""

    platform: str
    handle: str
    secrets: dict[str, str]
    after: timedelta = timedelta(seconds=9)


ACCOUNTS = (
    Demo("instagram", "puskesmas.melati", {"password": PASSWORD}, timedelta()),
    Demo("facebook", "puskesmasmelati", {"token": "EAA.facebook.puskesmasmelati", **APP}),
    Demo(
        "x",
        "pkm_melati",
        {
            "consumer_key": "app",
            "consumer_secret": "app-secret",
            "access_token": "pkm_melati-token",
            "access_token_secret": "token-secret",
        },
    ),
    Demo(
        "youtube",
        "puskesmasmelati",
        {"client_id": "desk", "client_secret": SECRET, "refresh_token": "1//puskesmasmelati"},
    ),
    Demo("website", "puskesmas-melati.example", {"user": "humas", "password": PASSWORD}, timedelta()),
    Demo(
        "whatsapp",
        NUMBER,
        {"phone_id": f"10{NUMBER}", "token": f"EAA.whatsapp.{NUMBER}", "app_secret": SECRET},
    ),
)
