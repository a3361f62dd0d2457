"""The tables of the records: evidence, links of a case's chain, earlier versions of messages, erasures, and checks."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from moderation.ownership import CaseOwnedQuerySet
from moderation.sentiment.masking import mask, personal_spans
from offices.models import Office, OfficeOwnedQuerySet, Officer


class EvidenceQuerySet(CaseOwnedQuerySet["Evidence"]):
    def wanted(self, at: datetime) -> Self:
        """To be taken now: never tried, or left behind, or its next try is due. Index: evidence_wanted."""
        return self.filter(state=Evidence.State.WANTED, next_try_at__lte=at)


class Evidence(models.Model):
    """One picture of a message, with what proves it: digest, time, address. The raw JSON stands on the Message."""

    class Kind(models.TextChoices):
        RENDERING = "rendering", _("Our own rendering")
        PUBLIC_PAGE = "public_page", _("The public page")
        UPLOAD = "upload", _("Uploaded screenshot")
        MASKED = "masked", _("For consulting, personal data covered")

    class State(models.TextChoices):
        WANTED = "wanted", _("Being taken")
        TAKEN = "taken", _("Taken")
        IMPOSSIBLE = "impossible", _("Not possible")
        ERASED = "erased", _("Erased on request")

    office = models.ForeignKey(Office, models.CASCADE, related_name="evidence")
    case = models.ForeignKey("moderation.Case", models.PROTECT, related_name="evidence")
    message = models.ForeignKey("moderation.Message", models.PROTECT, related_name="evidence")
    kind = models.CharField(max_length=12, choices=Kind)
    state = models.CharField(max_length=12, choices=State, default=State.WANTED)
    next_try_at = models.DateTimeField(default=timezone.now)
    """wanted: when to try; moved ahead by whoever takes it, so that a crash leads to another try."""
    token = models.UUIDField(null=True)
    tries = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=40, blank=True)
    path = models.CharField(max_length=200, blank=True)
    """Below EVIDENCE_ROOT."""
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveIntegerField(default=0)
    address = models.CharField(max_length=400, blank=True)
    captured_at = models.DateTimeField(null=True, blank=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["message", "kind"], name="evidence_once"),
            models.CheckConstraint(condition=~Q(state="taken") | ~Q(sha256=""), name="taken_has_its_digest"),
        ]
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(state="wanted"), name="evidence_wanted"),
            models.Index(fields=["path"], name="evidence_of_file"),  # whose is it, before a file is taken away?
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class ChainLink(models.Model):
    """One thing that belongs to a case, by its digest (`chain.py`: what that proves). Written once, never changed."""

    class Kind(models.TextChoices):
        OPENED = "opened", _("Case opened")
        MESSAGE = "message", _("Message")
        CHANGED = "changed", _("Message changed by its author")
        EVIDENCE = "evidence", _("Evidence")
        ANSWER = "answer", _("Answer")
        HANDLING = "handling", _("What was done (tindak lanjut)")
        MOVE = "move", _("Noted in the history")
        ERASURE = "erasure", _("Personal data erased")

    office = models.ForeignKey(Office, models.CASCADE, related_name="+")
    case = models.ForeignKey("moderation.Case", models.PROTECT, related_name="links")
    position = models.PositiveIntegerField()
    """1, 2, 3 … without a gap."""
    kind = models.CharField(max_length=12, choices=Kind)
    about = models.CharField(max_length=60)
    """The row, as Events name it: "message:12"."""
    version = models.PositiveIntegerField(default=0)
    """Of a message: how often it had been changed then."""
    digest = models.CharField(max_length=64)
    """SHA-256 over what the row said (`contents.py`)."""
    previous = models.CharField(max_length=64, blank=True)
    sum = models.CharField(max_length=64)
    at = models.DateTimeField()

    objects = OfficeOwnedQuerySet["ChainLink"].as_manager()

    class Meta:
        verbose_name = _("link of a case's chain")
        verbose_name_plural = _("links of cases' chains")
        ordering = ["case", "position"]
        constraints = [
            # two who append at once: the second finds the place taken, and looks again for the end
            models.UniqueConstraint(fields=["case", "position"], name="chain_position_once"),
        ]
        indexes = [models.Index(fields=["about"], name="chain_about")]  # in which cases' chains a message stood

    def __str__(self) -> str:
        return f"{self.position}. {self.about}"


class MessageChange(models.Model):
    """What a message said before its author changed it on the platform; the Message says what it says now."""

    office = models.ForeignKey(Office, models.CASCADE, related_name="+")
    message = models.ForeignKey("moderation.Message", models.PROTECT, related_name="changes")
    number = models.PositiveIntegerField()
    """0: as it first came in."""
    was_text = models.TextField()
    was_raw = models.JSONField(default=dict)
    was_reasons = models.JSONField(default=list)
    """Of the earlier verdict: where personal data stood in it."""
    found_at = models.DateTimeField()

    objects = OfficeOwnedQuerySet["MessageChange"].as_manager()

    class Meta:
        verbose_name = _("changed message")
        verbose_name_plural = _("changed messages")
        ordering = ["message", "number"]
        constraints = [models.UniqueConstraint(fields=["message", "number"], name="message_version_once")]

    def __str__(self) -> str:
        return f"{self.message_id} v{self.number}"

    @property
    def masked(self) -> str:
        return mask(self.was_text, personal_spans(self.was_reasons))


class ErasureQuerySet(OfficeOwnedQuerySet["Erasure"]):
    def with_files_left(self) -> Self:
        """Erased in the tables, their files not yet off the disk. Index: erasure_files_left."""
        return self.filter(files_gone_at=None)


class Erasure(models.Model):
    """One person's data was erased from a case on request (Law 27/2022): who asked, why, what it covered."""

    office = models.ForeignKey(Office, models.CASCADE, related_name="+")
    case = models.ForeignKey("moderation.Case", models.PROTECT, related_name="erasures")
    asked_by = models.CharField(_("who asks for it"), max_length=150)
    """In what capacity, without a name: "the author, by telephone"."""
    reason = models.CharField(_("why"), max_length=300)
    by = models.ForeignKey(Officer, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    covers = models.JSONField(default=list)
    """What can no longer be compared with its digest: ["message:12", "evidence:30", …]."""
    files = models.JSONField(default=list)
    """What is to go from the disk: [["evidence", path], ["media", path]]; emptied once it is gone."""
    files_gone_at = models.DateTimeField(null=True, blank=True)

    objects = ErasureQuerySet.as_manager()

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        ordering = ["id"]
        indexes = [models.Index(fields=["id"], condition=Q(files_gone_at=None), name="erasure_files_left")]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.reason}"


class CheckQuerySet(OfficeOwnedQuerySet["Check"]):
    def wanted(self, at: datetime) -> Self:
        """To be gone through now: somebody asked, or the last time is long ago. Index: check_next."""
        return self.filter(next_at__lte=at)


class Check(models.Model):
    """When a case's records were last gone through, and what was found."""

    office = models.ForeignKey(Office, models.CASCADE, related_name="+")
    case = models.OneToOneField("moderation.Case", models.CASCADE, related_name="check_of_records")
    next_at = models.DateTimeField(default=timezone.now)
    asked_at = models.DateTimeField(null=True, blank=True)
    """Somebody waits for it."""
    checked_at = models.DateTimeField(null=True, blank=True)
    links = models.PositiveIntegerField(default=0)
    findings = models.JSONField(default=list)
    """[{"code", "about"}]: empty, all is as it was."""

    objects = CheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("check of records")
        verbose_name_plural = _("checks of records")
        ordering = ["id"]
        indexes = [models.Index(fields=["next_at"], name="check_next")]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.checked_at}"

    @property
    def is_waiting(self) -> bool:
        return self.asked_at is not None and (self.checked_at is None or self.checked_at < self.asked_at)

    @property
    def is_good(self) -> bool:
        return self.checked_at is not None and not self.findings
