"""The tables of an office's hours: spans by weekday, and days that are otherwise than the calendar says."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from offices.models import Office, OfficeOwnedQuerySet, Officer, Unit
from offices.working_time import DAY


class WorkingSpan(models.Model):
    """Open on a weekday from one minute of the day until another; several a day. Without a unit: the office's own
    hours; a unit with spans of its own has a week of its own. An office without any has its kind's usual week."""

    office = models.ForeignKey(Office, models.CASCADE, related_name="working_spans")
    unit = models.ForeignKey(Unit, models.CASCADE, null=True, blank=True, related_name="working_spans")
    weekday = models.PositiveSmallIntegerField()
    """0 is Monday."""
    begins = models.PositiveSmallIntegerField()
    """Minute of the day."""
    ends = models.PositiveSmallIntegerField()

    objects = OfficeOwnedQuerySet["WorkingSpan"].as_manager()

    class Meta:
        verbose_name = _("working hours")
        verbose_name_plural = _("working hours")
        ordering = ["weekday", "begins"]
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lt=7), name="working_span_on_a_weekday"),
            models.CheckConstraint(condition=Q(begins__lt=F("ends"), ends__lte=DAY), name="working_span_in_a_day"),
        ]
        indexes = [models.Index(fields=["office", "unit", "weekday"], name="working_span_of_office")]

    def __str__(self) -> str:
        return f"{self.weekday}: {self.begins}-{self.ends}"


class DayOff(models.Model):
    """A day that an office added to its days off, or took away from them (`works`: open on a holiday). What the office
    above says holds for its centres, too, unless they say otherwise themselves."""

    office = models.ForeignKey(Office, models.CASCADE, related_name="days_off")
    day = models.DateField(_("day"))
    name = models.CharField(_("what it is"), max_length=120)
    works = models.BooleanField(_("a working day"), default=False)
    by = models.ForeignKey(Officer, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = OfficeOwnedQuerySet["DayOff"].as_manager()

    class Meta:
        verbose_name = _("day off")
        verbose_name_plural = _("days off")
        ordering = ["day"]
        # the constraint's index serves the calendar: all days of an office
        constraints = [models.UniqueConstraint(fields=["office", "day"], name="day_off_once")]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
