"""What every page knows besides its own."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def desk(request: HttpRequest) -> dict[str, Any]:
    return {"demo": settings.DEMO, "sandbox_url": settings.SANDBOX_URL}
