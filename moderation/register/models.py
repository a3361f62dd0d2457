"""Files that take longer than a page may: asked for here, made by the worker, fetched by who asked, then dropped."""

from datetime import datetime
from pathlib import Path
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from offices.models import Office, OfficeOwnedQuerySet, Officer


class ExportQuerySet(OfficeOwnedQuerySet["Export"]):
    def wanted(self, at: datetime) -> Self:
        """To be made now: never tried, left behind, or its next try is due. Index: export_wanted."""
        return self.filter(state=Export.State.WANTED, next_try_at__lte=at)

    def old(self, at: datetime) -> Self:
        """Made so long ago that their files go. Index: export_old."""
        return self.filter(state=Export.State.MADE, drop_at__lte=at)

    def that_show(self, case: models.Model) -> Self:
        """What may hold data of this case: its own folder, and registers of its office or of the one above it."""
        office = Office.objects.get(pk=case.office_id)  # type: ignore[attr-defined]
        registers = Q(case=None, office__in=[pk for pk in (office.pk, office.parent_id) if pk])
        return self.filter(Q(case=case.pk) | registers)

    def withdraw(self, at: datetime) -> None:
        """Their files go now, and what is still wanted is not made any more."""
        for row in self.filter(state__in=[Export.State.WANTED, Export.State.MADE]):
            row.drop(at)


class Export(models.Model):
    """One file that an officer asked for: a register, or the folder of one case."""

    class Kind(models.TextChoices):
        XLSX = "xlsx", _("Register, Excel")
        CSV = "csv", _("Register, CSV")
        PDF = "pdf", _("Register, printable")
        INCOMING_MAIL = "surat_masuk", _("Case folder, as incoming mail (surat masuk)")
        MEMO = "nota_dinas", _("Case folder, with a memo (nota dinas)")

    REGISTERS = (Kind.XLSX, Kind.CSV, Kind.PDF)
    FOLDERS = (Kind.INCOMING_MAIL, Kind.MEMO)

    class State(models.TextChoices):
        WANTED = "wanted", _("Being made")
        MADE = "made", _("Ready")
        FAILED = "failed", _("Not made")
        DROPPED = "dropped", _("No longer kept")

    office = models.ForeignKey(Office, models.CASCADE, related_name="exports")
    kind = models.CharField(max_length=12, choices=Kind)
    case = models.ForeignKey("moderation.Case", models.PROTECT, null=True, blank=True, related_name="exports")
    filters = models.JSONField(default=dict)
    """As in the register's address: {"from", "to", "channel", "topic", "unit", "office"}."""
    whole = models.BooleanField(default=False)
    """Personal data uncovered: who asked may see it, and only who may is given it."""
    asked_by = models.ForeignKey(Officer, models.CASCADE, related_name="exports")
    asked_at = models.DateTimeField(default=timezone.now)

    state = models.CharField(max_length=10, choices=State, default=State.WANTED)
    next_try_at = models.DateTimeField(default=timezone.now)
    token = models.UUIDField(null=True)
    tries = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=40, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)

    path = models.CharField(max_length=200, blank=True)
    """Below EXPORT_ROOT."""
    name = models.CharField(max_length=120, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField(null=True, blank=True)
    drop_at = models.DateTimeField(null=True, blank=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("file made")
        verbose_name_plural = _("files made")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(state="wanted"), name="export_wanted"),
            models.Index(fields=["drop_at"], condition=Q(state="made"), name="export_old"),
            models.Index(fields=["asked_by", "-id"], name="export_of_officer"),  # the register's page
            models.Index(fields=["case", "-id"], name="export_of_case"),  # the case's page
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(state="made") | ~Q(path=""), name="made_has_its_file"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"

    @property
    def file(self) -> Path:
        return Path(settings.EXPORT_ROOT) / self.path

    @property
    def percent(self) -> int:
        return min(99, 100 * self.done // self.total) if self.total else 0

    def drop(self, at: datetime) -> None:
        """The file goes; that it was made, when and by whom, stays."""
        path, was = self.file, self.path
        Export.objects.filter(id=self.id).update(state=Export.State.DROPPED, token=None, path="", drop_at=at)
        if was:
            path.unlink(missing_ok=True)
