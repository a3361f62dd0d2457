"""The tables of steering the judgement: an office's own words, its topics' owners, and what became of each proposal."""

from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from offices.models import Office, OfficeOwnedQuerySet, Officer


class WordQuerySet(OfficeOwnedQuerySet["Word"]):
    def heeded_by(self, office: Office) -> Self:
        """The office's own, and those of the city's health office above it."""
        return self.filter(office__in=[pk for pk in (office.id, office.parent_id) if pk]).order_by("id")


class Word(models.Model):
    """A word or phrase that an office added to a list of the vocabulary, or took out of it. Undoing deletes the row;
    the Event stays."""

    office = models.ForeignKey(Office, models.CASCADE, related_name="words")
    list = models.CharField(max_length=30)
    """As in `moderation/sentiment/lexicon/`: "safe.noun"."""
    word = models.CharField(_("word or phrase"), max_length=60)
    taken_out = models.BooleanField(default=False)
    by = models.ForeignKey(Officer, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = WordQuerySet.as_manager()

    class Meta:
        verbose_name = _("word")
        verbose_name_plural = _("words")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["office", "list", "word"], name="word_once_in_list")]

    def __str__(self) -> str:
        return self.word


class Topic(models.Model):
    """What cases are about, as this office calls it, and the programme owner who gets them."""

    office = models.ForeignKey(Office, models.CASCADE, related_name="topics")
    slug = models.CharField(max_length=30)
    """As in `lexicon/topic.toml`: "obat"."""
    name = models.CharField(_("topic"), max_length=60)
    owner = models.ForeignKey(
        Officer, models.SET_NULL, null=True, blank=True, related_name="topics", verbose_name=_("programme owner")
    )

    retired_at = models.DateTimeField(null=True, blank=True)
    """No new message gets it; what has it keeps it."""

    objects = OfficeOwnedQuerySet["Topic"].as_manager()

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["office", "slug"], name="topic_once_in_office")]

    def __str__(self) -> str:
        return self.name


class Trial(models.Model):
    """What became of one thank-you that the machine proposed: a person sent it (right), or turned it down, stopped it,
    took it back or said that the message was something else (wrong)."""

    class Why(models.TextChoices):
        SENT = "sent", _("Sent with one tap")
        DECLINED = "declined", _("Turned down")
        STOPPED = "stopped", _("Stopped during its pause")
        TAKEN_BACK = "taken_back", _("Taken back after sending")
        RELABELLED = "relabelled", _("It was no praise")

    office = models.ForeignKey(Office, models.CASCADE, related_name="trials")
    answer = models.OneToOneField("moderation.Answer", models.CASCADE, related_name="trial")
    version = models.CharField(max_length=16)
    """Of the vocabulary that judged it."""
    right = models.BooleanField()
    why = models.CharField(max_length=12, choices=Why)
    at = models.DateTimeField(default=timezone.now)

    objects = OfficeOwnedQuerySet["Trial"].as_manager()

    class Meta:
        verbose_name = _("trial")
        verbose_name_plural = _("trials")
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["version", "at", "id"], name="trial_of_version")]  # how many in a row

    def __str__(self) -> str:
        return f"{self.version} {self.why}"
