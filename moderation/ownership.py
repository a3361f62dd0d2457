"""Rows that belong to a case: of one that was handed over both offices see them, and the one that works on it changes
them."""

from typing import Self, TypeVar

from django.apps import apps
from django.db import models
from django.db.models import Q

from offices.models import Office, OfficeOwnedQuerySet, Officer
from offices.roles import SHARED, Permission

Row = TypeVar("Row", bound=models.Model)


class CaseOwnedQuerySet(OfficeOwnedQuerySet[Row]):
    """Rows with an `office` and a `case` (or none)."""

    def visible_to(self, officer: Officer, to: Permission | None = None) -> Self:
        """As `Case.objects.visible_to`. Index: case_handler, which holds handed cases alone: a short list."""
        offices = Office.objects.visible_to(officer, to)
        handed = apps.get_model("moderation", "Case").objects.filter(handler__isnull=False).order_by()
        own = Q(office__in=offices)
        if to is not None and to not in SHARED:
            own &= Q(case=None) | ~Q(case__in=handed.values("id"))
        return self.filter(own | Q(case__in=handed.filter(handler__in=offices).values("id")))
