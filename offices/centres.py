"""A city's officer looks at one of its centres: chosen in the address (`?kantor=melati`), on every list alike."""

from typing import Any, TypeVar

from django.db import models

from offices.models import Office
from offices.requests import DeskRequest

KEY = "kantor"
Rows = TypeVar("Rows", bound="models.QuerySet[Any]")


def chosen_centre(request: DeskRequest) -> Office | None:
    """None: all that one sees. What one may not see is not found, and does not narrow."""
    slug = request.GET.get(KEY, "")
    return Office.objects.visible_to(request.user).filter(slug=slug).first() if slug else None


def narrowed(request: DeskRequest, rows: Rows, field: str = "office") -> Rows:
    """`rows` (already those that the officer may see) of the chosen centre alone."""
    centre = chosen_centre(request)
    return rows.filter(**{field: centre}) if centre else rows


def choices(request: DeskRequest) -> list[Office]:
    """What an officer may choose among; nothing where there is one office alone."""
    user = request.user
    oversees = user.office is None or user.office.kind == Office.Kind.CITY
    offices = list(Office.objects.visible_to(user)) if oversees else []
    return offices if len(offices) > 1 else []
