"""Secrets at rest: JSON sealed with the installation's key (Fernet: AES-128-CBC with HMAC-SHA256)."""

import json
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db import models


def seal(value: dict[str, Any]) -> str:
    return Fernet(settings.ENCRYPTION_KEY).encrypt(json.dumps(value).encode()).decode()


def unseal(text: str) -> dict[str, Any]:
    """What was sealed; empty where the key is not the one that sealed it (it must then be entered again)."""
    if not text:
        return {}
    try:
        value: dict[str, Any] = json.loads(Fernet(settings.ENCRYPTION_KEY).decrypt(text.encode()))
    except InvalidToken:
        return {}
    return value


class SealedField(models.TextField[dict[str, Any], dict[str, Any]]):
    """A dict in Python, sealed text in the database. It cannot be searched, and is never shown."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", dict)
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: str | None, *_: Any) -> dict[str, Any]:
        return unseal(value or "")

    def to_python(self, value: Any) -> Any:
        return value

    def get_prep_value(self, value: Any) -> str:
        return seal(value or {})
