"""What a person is asked for and told so that an account can be connected: each connector's own `guide.py` fills it in.

Pure. The connecting page, its forms and `docs/platforms.md` are made of it.
"""

from dataclasses import dataclass

Words = tuple[str, str]
"""The same said in (Indonesian, English)."""


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that a person enters so that an account can be connected: a key of `Login.secrets`. Words come as
    (Indonesian, English); `secret` ones are never shown again."""

    name: str
    label: Words
    help: Words = ("", "")
    secret: bool = True
    required: bool = True
    once: bool = False
    """A code of digits that is good for one sign-in: it is not kept for the next one."""


@dataclass(frozen=True, slots=True)
class Guide:
    """What a person must know and do to connect an account of a platform."""

    costs: Words
    needed: tuple[Words, ...]
    """What must be there before one begins."""
    steps: tuple[Words, ...]
    """Where to click at the platform, in order."""
    address: str
    """Where the clicking begins; empty: nowhere but here."""
    by_hand: tuple[Words, ...]
    """What the platform's interface does not do, and so a person does."""
    handle: Words = ("Nama pengguna", "User name")
    handle_help: Words = ("Tanpa @.", "Without the @.")
    handle_pattern: str = r"[a-z0-9._-]+"
    checked: str = ""
    """The month ("2026-11") in which steps and costs were last compared with the platform's own pages; empty: never."""
    public_page: str = ""
    """Where anybody sees what the account wrote; `{}` is the handle."""
