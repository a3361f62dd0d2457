"""The table of "was this solved?"."""

import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from moderation.ownership import CaseOwnedQuerySet
from offices.models import Office, Officer


class SatisfactionQuerySet(CaseOwnedQuerySet["Satisfaction"]):
    def open(self, at: datetime) -> Self:
        """May still be answered, or answered otherwise."""
        return self.filter(expires_at__gt=at)

    def listed(self) -> Self:
        """With everything that the case's page shows."""
        return self.select_related("asked_by", "recorded_by", "answer__outgoing", "message")


class Satisfaction(models.Model):
    """One time that somebody who complained was asked, and what they said: yes or no, and a sentence."""

    class Way(models.TextChoices):
        THREAD = "thread", _("in the thread")
        LINK = "link", _("by a link in private")

    office = models.ForeignKey(Office, models.CASCADE, related_name="satisfactions")
    case = models.ForeignKey("moderation.Case", models.PROTECT, related_name="satisfactions")
    message = models.ForeignKey("moderation.Message", models.PROTECT, related_name="satisfactions")
    """Whose author was asked."""
    way = models.CharField(max_length=10, choices=Way)
    answer = models.OneToOneField("moderation.Answer", models.PROTECT, related_name="satisfaction")
    """The question as it went out."""
    asked_by = models.ForeignKey(Officer, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    """What its link holds."""
    solved = models.BooleanField(null=True)
    words = models.CharField(_("in a sentence"), max_length=300, blank=True)
    said_at = models.DateTimeField(null=True, blank=True)
    recorded_by = models.ForeignKey(Officer, models.SET_NULL, null=True, blank=True, related_name="+")
    """Who read it out of `reply`; None: the citizen's own tap."""
    reply = models.ForeignKey("moderation.Message", models.SET_NULL, null=True, blank=True, related_name="+")

    objects = SatisfactionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question whether it was solved")
        verbose_name_plural = _("questions whether it was solved")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(solved=None) | Q(said_at__isnull=False), name="said_has_its_time"),
        ]
        indexes = [models.Index(fields=["message", "-id"], name="satisfaction_of_message")]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.solved}"

    @property
    def to_copy(self) -> str:
        """What an officer sends in the desk's place, while no reply is there; empty where the desk sends it."""
        waits = self.solved is None and self.answer.outgoing_id is None and self.expires_at > timezone.now()
        return self.answer.text if waits else ""
