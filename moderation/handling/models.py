"""The table of tindak lanjut."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from moderation.ownership import CaseOwnedQuerySet
from offices.models import Office, Officer


class Handling(models.Model):
    """What was done about a case, or why not. Several may follow one another; one that is `final` ends the matter."""

    class Outcome(models.TextChoices):
        DONE = "done", _("Done")
        NOT_DONE = "not_done", _("Not done, and why")
        ELSEWHERE = "elsewhere", _("Not our authority: where to go")

    office = models.ForeignKey(Office, models.CASCADE, related_name="handlings")
    """The office that did it: of a case that was handed over, the other one."""
    case = models.ForeignKey("moderation.Case", models.PROTECT, related_name="handlings")
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, default=Outcome.DONE)
    what = models.TextField(_("what was done, or why not"))
    unit = models.CharField(_("by which unit"), max_length=120, blank=True)
    where = models.CharField(_("where to go"), max_length=200, blank=True)
    """Of what is not our authority: stands in the sentence that is offered for the answer."""
    done_on = models.DateField(_("when"))
    final = models.BooleanField(default=True)
    by = models.ForeignKey(Officer, models.SET_NULL, null=True, related_name="handlings")
    noted_at = models.DateTimeField(default=timezone.now)
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    """From the form: a double tap is one."""

    objects = CaseOwnedQuerySet["Handling"].as_manager()

    class Meta:
        verbose_name = _("tindak lanjut")
        verbose_name_plural = _("tindak lanjut")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(outcome="elsewhere") | ~models.Q(where=""), name="elsewhere_says_where"
            ),
        ]

    def __str__(self) -> str:
        return self.what[:60]
