"""The tables of consulting: what was asked of whom about a case, and what came back."""

import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from connectors.models import Outgoing
from moderation.ownership import CaseOwnedQuerySet
from offices.models import Office, OfficeOwnedQuerySet, Officer
from offices.roles import Permission


class ConsultationQuerySet(CaseOwnedQuerySet["Consultation"]):
    def waiting_for_picture(self) -> Self:
        """Asked through the desk, not yet queued: the screenshot is being taken. Index: consultation_unsent."""
        return self.filter(sent_at=None, failure="", outgoing__state=Outgoing.State.DRAFT)

    def wanted(self) -> Self:
        """Still to be asked: its case is not closed, and nobody has told the answer on another way."""
        return self.filter(answered_at=None, passed_at=None).exclude(case__state="closed")

    def gone_out(self) -> Self:
        """Sent by the worker, not yet noted here. Index: consultation_unsent."""
        return self.filter(sent_at=None, outgoing__state=Outgoing.State.SENT)

    def refused(self) -> Self:
        """WhatsApp said no at once, and nobody was told here yet. Index: consultation_unsent."""
        return self.filter(sent_at=None, failure="", outgoing__state=Outgoing.State.FAILED)

    def to_look_at(self, at: datetime) -> Self:
        """No answer yet, and it is time to remind, or to ask the next. Index: consultation_to_look_at."""
        return self.filter(next_look_at__lte=at).order_by("next_look_at")

    def to_mail(self, at: datetime) -> Self:
        """Index: consultation_to_mail."""
        return self.filter(mail_due_at__lte=at).order_by("mail_due_at")

    def expected(self) -> Self:
        """Not passed on, and its case is open: something may still be done about it."""
        return self.filter(passed_at=None, case__state="open")

    def listed(self) -> Self:
        """With everything that the case's page shows."""
        related = ("officer", "asked_by", "outgoing", "picture", "passed_from__officer")
        return self.select_related(*related).prefetch_related("replies__entered_by")


class Consultation(models.Model):
    """A question about a case to one officer."""

    class Way(models.TextChoices):
        DESK = "whatsapp_api", _("by the desk's WhatsApp number")
        SHARE = "share", _("from one's own phone")
        EMAIL = "email", _("by e-mail")

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
    """Why it did not arrive: a `connectors.errors.Reason`, "no_picture", "no_mail" or "called_off"."""

    needs_time_at = models.DateTimeField(null=True, blank=True)
    """The officer asked for time: the reminder was postponed, once."""
    passed_at = models.DateTimeField(null=True, blank=True)
    """The officer passed it on to somebody else: nothing more is expected here."""
    passed_from = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="passed_to")
    """Whose question this was before: passed on, or left without an answer."""
    looked = models.PositiveSmallIntegerField(default=0)
    """0: never; 1: reminded; 2: the next in line was asked."""
    next_look_at = models.DateTimeField(null=True, blank=True)
    mail_due_at = models.DateTimeField(null=True, blank=True)
    """A mail is to go out; moved ahead by whoever sends it, so that a crash leads to another try."""
    mail_tries = models.PositiveSmallIntegerField(default=0)

    objects = ConsultationQuerySet.as_manager()

    class Meta:
        verbose_name = _("consultation")
        verbose_name_plural = _("consultations")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(way="share") & Q(sent_at__isnull=False) & Q(outgoing=None))
                | (Q(way="whatsapp_api") & Q(outgoing__isnull=False))
                | (Q(way="email") & Q(outgoing=None)),
                name="consultation_has_its_way",
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(sent_at=None), name="consultation_unsent"),
            models.Index(fields=["number", "-id"], name="consultation_of_number"),  # whose answer is this?
            models.Index(
                fields=["next_look_at"], condition=Q(next_look_at__isnull=False), name="consultation_to_look_at"
            ),
            models.Index(fields=["mail_due_at"], condition=Q(mail_due_at__isnull=False), name="consultation_to_mail"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.question[:40]}"


class Nudge(models.Model):
    """Something more that the desk said to an officer about a question by WhatsApp; a reply may quote it."""

    class Kind(models.TextChoices):
        REMINDER = "reminder", _("Reminder")
        WHOM = "whom", _("To whom it is passed on")

    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="nudges")
    outgoing = models.OneToOneField(Outgoing, models.PROTECT, related_name="nudge")
    kind = models.CharField(max_length=10, choices=Kind)

    def __str__(self) -> str:
        return f"{self.consultation_id}: {self.kind}"


class ConsultationReplyQuerySet(OfficeOwnedQuerySet["ConsultationReply"]):
    def visible_to(self, officer: Officer, to: Permission | None = None) -> Self:
        """As its case, which may have been handed to another office."""
        from moderation.models import Case

        return self.filter(consultation__case__in=Case.objects.visible_to(officer, to).order_by().values("id"))

    def media_wanted(self, at: datetime) -> Self:
        """A voice note or picture that is still with WhatsApp. Index: reply_media_wanted."""
        return self.filter(media_due_at__lte=at).order_by("media_due_at")


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
    media_id = models.CharField(max_length=100, blank=True)
    """WhatsApp's number of what came along."""
    media_due_at = models.DateTimeField(null=True, blank=True)
    """When to fetch it; None: it is here, or was given up."""
    media_tries = models.PositiveSmallIntegerField(default=0)
    media_path = models.CharField(max_length=200, blank=True)
    """Below MEDIA_ROOT."""
    media_type = models.CharField(max_length=60, blank=True)

    objects = ConsultationReplyQuerySet.as_manager()

    class Meta:
        verbose_name = _("reply to a consultation")
        verbose_name_plural = _("replies to consultations")
        ordering = ["written_at", "id"]
        constraints = [
            # the same webhook twice is one reply
            models.UniqueConstraint(fields=["remote_id"], condition=~Q(remote_id=""), name="consultation_reply_once"),
        ]
        indexes = [
            models.Index(fields=["media_due_at"], condition=Q(media_due_at__isnull=False), name="reply_media_wanted"),
        ]

    def __str__(self) -> str:
        return self.text[:60]
