"""What every page knows besides its own."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from offices.models import Officer
from offices.roles import Allowed


def desk(request: HttpRequest) -> dict[str, Any]:
    """`may`: what the signed-in officer may do (`{% if may.answer %}`)."""
    user = getattr(request, "user", None)
    may = Allowed(user.may if isinstance(user, Officer) else lambda permission: False)
    return {"demo": settings.DEMO, "sandbox_url": settings.SANDBOX_URL, "may": may}
