"""The tables of consulting: what was asked of whom about a case, and what came back."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from connectors.models import Outgoing
from offices.models import Office, OfficeOwnedQuerySet, Officer


class ConsultationQuerySet(OfficeOwnedQuerySet["Consultation"]):
    def waiting_for_picture(self) -> Self:
        """Asked through the desk, not yet queued: the screenshot is being taken. Index: consultation_unsent."""
        return self.filter(sent_at=None, failure="", outgoing__state=Outgoing.State.DRAFT)

    def gone_out(self) -> Self:
        """Sent by the worker, not yet noted here. Index: consultation_unsent."""
        return self.filter(sent_at=None, outgoing__state=Outgoing.State.SENT)

    def refused(self) -> Self:
        """WhatsApp said no at once, and nobody was told here yet. Index: consultation_unsent."""
        return self.filter(sent_at=None, failure="", outgoing__state=Outgoing.State.FAILED)

    def listed(self) -> Self:
        """With everything that the case's page shows."""
        return self.select_related("officer", "asked_by", "outgoing", "picture").prefetch_related("replies__entered_by")


class Consultation(models.Model):
    """A question about a case to one officer."""

    class Way(models.TextChoices):
        DESK = "whatsapp_api", _("by the desk's WhatsApp number")
        SHARE = "share", _("from one's own phone")

    office = models.ForeignKey(Office, models.CASCADE, related_name="consultations")
    case = models.ForeignKey("moderation.Case", models.PROTECT, related_name="consultations")
    message = models.ForeignKey("moderation.Message", models.PROTECT, related_name="consultations")
    """The one that the picture shows."""
    picture = models.ForeignKey("moderation.Evidence", models.PROTECT, null=True, related_name="consultations")
    officer = models.ForeignKey(Officer, models.SET_NULL, null=True, related_name="consultations")
    asked_by = models.ForeignKey(Officer, models.SET_NULL, null=True, related_name="+")
    way = models.CharField(max_length=15, choices=Way)
    question = models.TextField(_("question"))
    number = models.CharField(max_length=20, blank=True)
    """Where it was sent to, as WhatsApp writes numbers. An answer counts only from here."""
    people = models.JSONField(default=list)
    """Other ids under which WhatsApp's receipts name who got it."""
    outgoing = models.OneToOneField(Outgoing, models.PROTECT, null=True, blank=True, related_name="consultation")
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    """From the form: a double tap asks once."""
    asked_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=30, blank=True)
    """Why it did not arrive: a `connectors.errors.Reason`, or "no_picture"."""

    objects = ConsultationQuerySet.as_manager()

    class Meta:
        verbose_name = _("consultation")
        verbose_name_plural = _("consultations")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(way="share") & Q(sent_at__isnull=False) & Q(outgoing=None))
                | (Q(way="whatsapp_api") & Q(outgoing__isnull=False)),
                name="consultation_has_its_way",
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(sent_at=None), name="consultation_unsent"),
            models.Index(fields=["number", "-id"], name="consultation_of_number"),  # whose answer is this?
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.question[:40]}"


class ConsultationReply(models.Model):
    """One thing that the officer said to it: by WhatsApp, or told and typed in here."""

    office = models.ForeignKey(Office, models.CASCADE, related_name="consultation_replies")
    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="replies")
    remote_id = models.CharField(max_length=200, blank=True)
    text = models.TextField(_("reply"))
    tapped = models.BooleanField(default=False)
    """A button under our message, and no words of their own."""
    quoted = models.BooleanField(default=True)
    """It answers this very message; else we took it for the newest question to that officer."""
    written_at = models.DateTimeField()
    stored_at = models.DateTimeField(default=timezone.now)
    entered_by = models.ForeignKey(Officer, models.SET_NULL, null=True, blank=True, related_name="+")
    set_aside = models.BooleanField(default=False)
    """Not yet an answer: "one moment", a question back, or meant for something else."""
    adopted_at = models.DateTimeField(null=True, blank=True)
    raw = models.JSONField(default=dict)

    objects = OfficeOwnedQuerySet["ConsultationReply"].as_manager()

    class Meta:
        verbose_name = _("reply to a consultation")
        verbose_name_plural = _("replies to consultations")
        ordering = ["written_at", "id"]
        constraints = [
            # the same webhook twice is one reply
            models.UniqueConstraint(fields=["remote_id"], condition=~Q(remote_id=""), name="consultation_reply_once"),
        ]

    def __str__(self) -> str:
        return self.text[:60]
