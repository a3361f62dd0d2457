"""The tables of the figures: what was counted in a month, and the targets."""

from datetime import date
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from offices.models import Office, OfficeOwnedQuerySet, Officer


class TallyQuerySet(OfficeOwnedQuerySet["Tally"]):
    def within(self, first: date, last: date) -> Self:
        """Of these months. Index: tally_once."""
        return self.filter(month__gte=first, month__lte=last)


class Tally(models.Model):
    """So many of something in an office's month: all of them (`by` is ""), and by topic, channel, unit or stage.
    Made from Events and Steps (`counting.py`), never changed once the month is over."""

    office = models.ForeignKey(Office, models.CASCADE, related_name="tallies")
    by = models.CharField(max_length=6, blank=True)
    month = models.DateField()
    """Its first day, in the office's own time."""
    what = models.CharField(max_length=16)
    key = models.CharField(max_length=60, blank=True)
    minutes = models.PositiveIntegerField(default=0)
    """`answered` only: working minutes, rounded (`counting.rounded`)."""
    n = models.PositiveIntegerField()

    objects = TallyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["office", "by", "month", "what", "key", "minutes"], name="tally_once")
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.what} {self.by} {self.key}: {self.n}"


class CountedCase(models.Model):
    """A case behind a figure, with what it belonged to when it was counted: pressing the figure lists it."""

    office = models.ForeignKey(Office, models.CASCADE, related_name="+")
    month = models.DateField()
    what = models.CharField(max_length=16)
    stage = models.CharField(max_length=60, blank=True)
    topic = models.CharField(max_length=60, blank=True)
    channel = models.CharField(max_length=60, blank=True)
    unit = models.CharField(max_length=60, blank=True)
    case = models.ForeignKey("moderation.Case", models.CASCADE, related_name="counted")

    objects = OfficeOwnedQuerySet["CountedCase"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["office", "what", "month", "stage"], name="counted_case_of_figure")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.what}: {self.case_id}"


class CountedMonth(models.Model):
    """How far a month is counted. `final`: it is over, and is not counted again."""

    office = models.ForeignKey(Office, models.CASCADE, related_name="counted_months")
    month = models.DateField()
    up_to = models.PositiveBigIntegerField(default=0)
    """The office's newest Event then."""
    at = models.DateTimeField()
    final = models.BooleanField(default=False)

    objects = OfficeOwnedQuerySet["CountedMonth"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["office", "month"], name="counted_month_once")]

    def __str__(self) -> str:
        return f"{self.office_id} {self.month:%Y-%m}"


class Target(models.Model):
    """What an office wants to reach in a year; its own, else that of the city's health office, else our proposal."""

    office = models.ForeignKey(Office, models.CASCADE, related_name="targets")
    year = models.PositiveSmallIntegerField(validators=[MinValueValidator(2000), MaxValueValidator(2200)])
    indicator = models.CharField(max_length=12)
    value = models.PositiveIntegerField(_("target"))
    by = models.ForeignKey(Officer, models.SET_NULL, null=True, related_name="+")

    objects = OfficeOwnedQuerySet["Target"].as_manager()

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        constraints = [models.UniqueConstraint(fields=["office", "year", "indicator"], name="target_once_a_year")]

    def __str__(self) -> str:
        return f"{self.year} {self.indicator}: {self.value}"
