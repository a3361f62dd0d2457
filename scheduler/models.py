"""The tables of the way out: CalendarFile → Post → Delivery (→ Outgoing)."""

from datetime import datetime
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from connectors.models import Account, Outgoing
from offices.models import Office, OfficeOwnedQuerySet, Officer
from offices.roles import Permission
from scheduler.likeness import Likeness


class CalendarFile(models.Model):
    """One reading of a dropped or uploaded file, and what it did. A file that changed is read again: a new row."""

    class Source(models.TextChoices):
        FOLDER = "folder", _("Folder")
        UPLOAD = "upload", _("Upload")

    office = models.ForeignKey(Office, models.CASCADE, related_name="calendar_files")
    name = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField(max_length=64)
    source = models.CharField(max_length=10, choices=Source, default=Source.FOLDER)
    officer = models.ForeignKey(Officer, models.SET_NULL, null=True, blank=True, related_name="+")
    read_at = models.DateTimeField(default=timezone.now)
    rows = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    withdrawn = models.PositiveIntegerField(default=0)
    held = models.PositiveIntegerField(default=0)
    problems = models.JSONField(default=list)
    """`problems.Problem.as_json()` of each: row, column, code, parameters, and what to do in both languages."""
    missing = models.JSONField(default=list)
    """Ids of Deliveries whose rows are gone from the file: withdrawn only once a person said so."""
    asks = models.BooleanField(default=False)
    """So many rows are gone that a person must say whether they are really to be withdrawn."""

    objects = OfficeOwnedQuerySet["CalendarFile"].as_manager()

    class Meta:
        verbose_name = _("calendar file")
        verbose_name_plural = _("calendar files")
        ordering = ["-id"]
        indexes = [
            # is this very content known; what did the last reading of this name hold
            models.Index(fields=["office", "name", "-id"], name="calendar_file_last"),
            models.Index(fields=["office", "sha256"], name="calendar_file_content"),
        ]

    def __str__(self) -> str:
        return self.name


class Post(models.Model):
    """Caption, media and time of one calendar row; one Delivery for each account that it names."""

    class Theme(models.TextChoices):
        """The seven kinds of material (SOP-1 §5B; the eighth, captions, is what every post has)."""

        SERVICE = "informasi pelayanan", _("Service information")
        POLICY = "kebijakan", _("Policy")
        ANNOUNCEMENT = "pengumuman", _("Announcement")
        INNOVATION = "inovasi", _("Innovation")
        ROUTINE = "kegiatan rutin", _("Routine activity")
        INCIDENTAL = "kegiatan insidental", _("Incidental activity")
        DOCUMENTATION = "dokumentasi kegiatan", _("Documentation of an activity")

    office = models.ForeignKey(Office, models.CASCADE, related_name="posts")
    calendar_file = models.ForeignKey(CalendarFile, models.SET_NULL, null=True, related_name="posts")
    row = models.PositiveIntegerField(null=True)
    """Row number in the file, as the spreadsheet shows it."""
    theme = models.CharField(_("theme"), max_length=30, choices=Theme, blank=True)
    title = models.CharField(_("title"), max_length=300, blank=True)
    caption = models.TextField(_("caption"), blank=True)
    media = models.JSONField(default=list)
    """[{"path" (below MEDIA_ROOT), "mime", "alt_text", "sha256", "name"}]"""
    due_at = models.DateTimeField(_("time"))

    objects = OfficeOwnedQuerySet["Post"].as_manager()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ["due_at"]
        indexes = [models.Index(fields=["office", "due_at"], name="post_of_office")]  # the queue, by time

    def __str__(self) -> str:
        return self.caption[:60] or f"#{self.pk}"


class DeliveryQuerySet(OfficeOwnedQuerySet["Delivery"]):
    def visible_to(self, officer: Officer, to: Permission | None = None) -> Self:
        """By the Outgoing's office, which is the Post's: there it stands beside state and time (outgoing_of_office)."""
        return self.filter(outgoing__office__in=Office.objects.visible_to(officer, to))

    def listed(self) -> Self:
        """With everything that a list shows of a post: no query a row."""
        return self.select_related("post__office", "post__calendar_file", "account", "outgoing")

    def shown_as(self, tab: str) -> Self:
        """The queue's four lists: "asks" a person, "sent", "withdrawn", and (else) what is still to go out."""
        state = Outgoing.State
        if tab == "asks":
            return self.filter(outgoing__in=Outgoing.objects.waiting_for_a_person())
        if tab in (state.SENT, state.WITHDRAWN):
            return self.filter(outgoing__state=tab)
        return self.exclude(outgoing__state__in=[state.SENT, state.WITHDRAWN])

    def like(self, delivery: "Delivery") -> Self:
        """Others of the same account with its caption or its media, the newest first. Indexes: delivery_caption,
        delivery_media."""
        alike = models.Q(caption_digest=delivery.caption_digest)
        if delivery.media_digest:  # without media there is nothing to be alike in
            alike |= models.Q(media_digest=delivery.media_digest)
        others = self.filter(alike, account=delivery.account_id).exclude(id=delivery.pk).exclude(row_digest="")
        return others.order_by("-id")

    def next_due(self, at: datetime) -> Self:
        """What goes out next, the nearest first."""
        return self.filter(
            outgoing__state__in=[Outgoing.State.QUEUED, Outgoing.State.SENDING], outgoing__late_at__gt=at
        ).order_by("outgoing__due_at", "outgoing__id")


class Delivery(models.Model):
    """A Post to one Account. `row_key` is the row's identity across all files of the office."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="deliveries")
    account = models.ForeignKey(Account, models.PROTECT, related_name="deliveries")
    row_key = models.CharField(max_length=120)
    """`id:<the row's id>`, else `at:<its instant, UTC>`."""
    outgoing = models.OneToOneField(Outgoing, models.CASCADE, related_name="delivery")
    # digests of the row as it was last read (`likeness.py`)
    caption_digest = models.CharField(max_length=Likeness.SHORT, blank=True)
    media_digest = models.CharField(max_length=Likeness.SHORT, blank=True)
    row_digest = models.CharField(max_length=Likeness.LONG, blank=True)
    """Of all that the row said: a change made in the console stays until this changes."""

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [models.UniqueConstraint(fields=["account", "row_key"], name="row_once_on_account")]
        indexes = [
            # was this caption, were these pictures sent before?
            models.Index(fields=["account", "caption_digest"], name="delivery_caption"),
            models.Index(fields=["account", "media_digest"], name="delivery_media"),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.row_key}"

    @property
    def likeness(self) -> Likeness:
        return Likeness(self.caption_digest, self.media_digest, self.row_digest)

    @likeness.setter
    def likeness(self, now: Likeness) -> None:
        self.caption_digest, self.media_digest, self.row_digest = now.caption, now.media, now.said
