"""The tables of the procedure: its versions, and the stages that a case has walked."""

import hashlib
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from moderation.procedure import Rules, Stage, read
from offices.models import Office, OfficeOwnedQuerySet, Officer


class ProcedureQuerySet(models.QuerySet["Procedure"]):
    def visible_to(self, officer: Officer) -> Self:
        """The shipped ones, and those of the offices that one sees."""
        return self.filter(Q(office=None) | Q(office__in=Office.objects.visible_to(officer)))

    def of(self, office: Office) -> Self:
        """An office's versions, the newest first: that one is in force. Index: procedure_of_office."""
        return self.filter(office=office).order_by("-id")


class Procedure(models.Model):
    """One version of a procedure's file. Never changed: a new text is a new row, and running cases keep theirs.
    Without an office: shipped with the desk."""

    office = models.ForeignKey(Office, models.CASCADE, null=True, blank=True, related_name="procedures")
    text = models.TextField(_("text"))
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(Officer, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = ProcedureQuerySet.as_manager()

    class Meta:
        verbose_name = _("procedure")
        verbose_name_plural = _("procedures")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["sha256"], condition=Q(office=None), name="procedure_shipped_once")
        ]
        indexes = [models.Index(fields=["office", "-id"], name="procedure_of_office")]  # which one is in force

    def __str__(self) -> str:
        return f"{self.rules.document.number} rev. {self.rules.document.revision}"

    @property
    def rules(self) -> Rules:
        """What it says. It was checked before it was stored; read once a process."""
        return read(self.text)

    @staticmethod
    def digest(text: str) -> str:
        return hashlib.sha256(text.encode()).hexdigest()


class StepQuerySet(OfficeOwnedQuerySet["Step"]):
    def open(self) -> Self:
        """Running, or waiting for the citizen: at most one a case."""
        return self.filter(state__in=Step.OPEN)

    def to_look_at(self, at: datetime) -> Self:
        """Somebody is to be told something. Index: step_to_look_at."""
        return self.filter(state=Step.State.RUNNING, next_look_at__lte=at).order_by("next_look_at")


class Step(models.Model):
    """A stage of one case: since when, until when, ended by whom and by which output."""

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        PAUSED = "paused", _("Waiting for the citizen")
        ENDED = "ended", _("Ended")
        STOPPED = "stopped", _("Stopped with the case")

    OPEN = (State.RUNNING, State.PAUSED)

    office = models.ForeignKey(Office, models.CASCADE, related_name="steps")
    case = models.ForeignKey("moderation.Case", models.CASCADE, related_name="steps")
    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="steps")
    round = models.PositiveSmallIntegerField(default=1)
    """A case that is opened again walks once more."""
    place = models.PositiveSmallIntegerField()
    """In the procedure's list of stages, from 0."""
    key = models.CharField(max_length=60)
    """The stage's own, for figures over several versions."""
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.RUNNING)
    begun_at = models.DateTimeField(_("begun"))
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    """Moved by a pause, an extension or a changed calendar, each with its Event. None: the stage has no limit."""
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    ended_by = models.ForeignKey(Officer, models.SET_NULL, null=True, blank=True, related_name="+")
    output = models.CharField(max_length=12, blank=True)
    together = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="others")
    """Ended by the same output as this earlier stage: figures count them as one."""
    late_minutes = models.PositiveIntegerField(null=True, blank=True)
    """Working minutes between its limit and its end; 0: in time; None: still open, or without a limit."""

    looked = models.PositiveSmallIntegerField(default=0)
    """So many of its moments (reminder, limit, escalations) are done."""
    next_look_at = models.DateTimeField(null=True, blank=True)
    overdue_at = models.DateTimeField(null=True, blank=True)
    """When the desk found it late."""

    paused_at = models.DateTimeField(null=True, blank=True)
    paused_by = models.ForeignKey(Officer, models.SET_NULL, null=True, blank=True, related_name="+")
    paused_why = models.CharField(max_length=200, blank=True)
    waits_for = models.ForeignKey("moderation.Message", models.SET_NULL, null=True, blank=True, related_name="+")
    """Whose next message lets the clock go on: its author's."""

    objects = StepQuerySet.as_manager()

    class Meta:
        verbose_name = _("stage of a case")
        verbose_name_plural = _("stages of cases")
        ordering = ["round", "place"]
        constraints = [
            models.UniqueConstraint(fields=["case", "round", "place"], name="step_once_a_round"),
            models.UniqueConstraint(
                fields=["case"], condition=Q(state__in=["running", "paused"]), name="one_open_step_a_case"
            ),
            models.CheckConstraint(
                condition=~Q(state="ended") | Q(ended_at__isnull=False), name="ended_step_has_its_end"
            ),
            models.CheckConstraint(
                condition=~Q(state="paused") | Q(paused_at__isnull=False), name="paused_step_has_its_pause"
            ),
        ]
        indexes = [
            models.Index(fields=["next_look_at"], condition=Q(state="running"), name="step_to_look_at"),  # the tick
            models.Index(fields=["office", "state", "due_at"], name="step_of_office"),  # a changed calendar
            models.Index(fields=["office", "ended_at"], name="step_ended"),  # figures of a period
            models.Index(fields=["waits_for"], condition=Q(state="paused"), name="step_paused"),  # who wrote again?
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.key}"

    @property
    def stage(self) -> Stage:
        return self.procedure.rules.stages[self.place]

    @property
    def name(self) -> str:
        return self.stage.name.in_language(get_language() or "id")
