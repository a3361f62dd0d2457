"""The table of internal notes."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from moderation.ownership import CaseOwnedQuerySet
from offices.models import Office, Officer


class Note(models.Model):
    """What one officer noted for the others. It may name people: its words stand here alone, never in an Event."""

    office = models.ForeignKey(Office, models.CASCADE, related_name="notes")
    case = models.ForeignKey("moderation.Case", models.PROTECT, related_name="notes")
    text = models.TextField(_("note"))
    by = models.ForeignKey(Officer, models.SET_NULL, null=True, related_name="notes")
    at = models.DateTimeField(default=timezone.now)
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    """From the form: a double tap is one note."""

    objects = CaseOwnedQuerySet["Note"].as_manager()

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text[:60]
