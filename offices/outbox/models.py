"""The tables of the outbox: where somebody is told, and which Notice is on its way there."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from offices.models import Notice, Office, OfficeOwnedQuerySet, Officer
from offices.roles import Permission
from offices.sealed import SealedField


class ToldAtQuerySet(OfficeOwnedQuerySet["ToldAt"]):
    def changeable_by(self, officer: Officer) -> Self:
        """One's own; those of the whole office by whoever manages it."""
        mine = Q(officer=officer)
        if officer.may(Permission.OFFICE):
            mine |= Q(officer=None, office=officer.office_id)
        return self.filter(mine)

    def wanting(self, notice: Notice) -> Self:
        """Who is told of it: of an officer's own notice their addresses; of an office's those that take everything."""
        rows = self.filter(Q(officer=None) | Q(officer__is_active=True), office=notice.office_id, is_on=True)
        if notice.officer_id is not None:
            rows = self.filter(officer=notice.officer_id, officer__is_active=True, is_on=True)
        else:
            rows = rows.filter(Q(officer=None) | Q(whole_office=True))
        return rows if notice.urgent else rows.filter(urgent_only=False)


class ToldAt(models.Model):
    """One place where an officer (or, without one, the office) is told: a mail address, a Telegram chat, an ntfy
    topic. The address holds secrets, so it is sealed and never shown again; `shown` is what people know it by."""

    office = models.ForeignKey(Office, models.CASCADE, related_name="told_at")
    officer = models.ForeignKey(Officer, models.CASCADE, null=True, blank=True, related_name="told_at")
    address = SealedField()
    """{"url": "ntfy://…" or "sari@example.go.id"}"""
    shown = models.CharField(max_length=80)
    whole_office = models.BooleanField(_("also what concerns the whole office"), default=False)
    urgent_only = models.BooleanField(_("only what is urgent"), default=False)
    is_on = models.BooleanField(default=True)
    added_at = models.DateTimeField(default=timezone.now)
    last_ok_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    """Since when nothing arrives there; None: the last message did."""

    objects = ToldAtQuerySet.as_manager()

    class Meta:
        verbose_name = _("address for notices")
        verbose_name_plural = _("addresses for notices")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.shown

    @property
    def url(self) -> str:
        return str(self.address.get("url", ""))


class TellingQuerySet(models.QuerySet["Telling"]):
    def due(self, at: datetime) -> Self:
        """To be sent now, or left behind by whoever was sending it. Index: telling_due."""
        return self.filter(state__in=(Telling.State.WAITING, Telling.State.SENDING), due_at__lte=at)


class Telling(models.Model):
    """One Notice to one address."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENDING = "sending", _("Being sent")
        TOLD = "told", _("Told")
        FAILED = "failed", _("Did not arrive")
        NEEDLESS = "needless", _("Seen on the desk before")

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="tellings")
    told_at = models.ForeignKey(ToldAt, models.CASCADE, related_name="tellings")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    due_at = models.DateTimeField()
    """waiting: when to send; sending: when its lease is over."""
    token = models.UUIDField(null=True)
    tries = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = TellingQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notice", "told_at"], name="told_once_at_an_address")]
        indexes = [
            # the outbox's queue
            models.Index(fields=["due_at"], condition=Q(state__in=("waiting", "sending")), name="telling_due"),
            models.Index(
                fields=["ended_at"], condition=Q(ended_at__isnull=False), name="telling_ended"
            ),  # to be dropped
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} → {self.told_at_id}: {self.state}"
