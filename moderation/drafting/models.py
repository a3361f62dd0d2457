"""The tables of drafting: words just begun, drafts, the answers that they become, and an office's canned texts."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from connectors.models import Outgoing
from moderation.ownership import CaseOwnedQuerySet
from offices.models import Office, OfficeOwnedQuerySet, Officer
from offices.roles import Permission


class Begun(models.Model):
    """What an officer is writing to a message, kept while they type (`begun.py`): nobody else reads it, and it goes
    when the words are sent, submitted, kept or cleared."""

    office = models.ForeignKey(Office, models.CASCADE, related_name="+")
    message = models.ForeignKey("moderation.Message", models.CASCADE, related_name="begun")
    officer = models.ForeignKey(Officer, models.CASCADE, related_name="+")
    text = models.TextField()
    replaces = models.ForeignKey("moderation.Draft", models.SET_NULL, null=True, related_name="+")
    """The draft that is being changed."""
    at = models.DateTimeField(db_index=True)
    """When something was last typed."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "officer"], name="begun_once")]

    def __str__(self) -> str:
        return f"{self.message_id}: {self.officer_id}"


class DraftQuerySet(OfficeOwnedQuerySet["Draft"]):
    def visible_to(self, officer: Officer, to: Permission | None = None) -> Self:
        """As its case, which may have been handed to another office."""
        from moderation.models import Case

        return self.filter(case__in=Case.objects.visible_to(officer, to).order_by().values("id"))

    def live(self) -> Self:
        """What may still become an answer. Index: draft_live."""
        return self.filter(state__in=Draft.LIVE)

    def listed(self) -> Self:
        """With everything that the case's page shows."""
        return self.select_related("author", "submitted_by", "decided_by", "source", "message__account", "case__office")


class Draft(models.Model):
    """An answer before it is one. Its words never change: other words are another draft that replaces it."""

    class State(models.TextChoices):
        WRITTEN = "written", _("Draft")
        SUBMITTED = "submitted", _("Waits for approval")
        APPROVED = "approved", _("Approved")
        RETURNED = "returned", _("Returned")
        SENT = "sent", _("Sent")
        DROPPED = "dropped", _("Dropped")

    LIVE = (State.WRITTEN, State.SUBMITTED, State.APPROVED, State.RETURNED)

    office = models.ForeignKey(Office, models.CASCADE, related_name="drafts")
    case = models.ForeignKey("moderation.Case", models.PROTECT, related_name="drafts")
    message = models.ForeignKey("moderation.Message", models.PROTECT, related_name="drafts")
    text = models.TextField(_("draft"))
    private = models.BooleanField(default=False)
    """To be said by a direct message, in answer to a public comment."""
    author = models.ForeignKey(Officer, models.SET_NULL, null=True, related_name="drafts")
    """Whose words they are: of a reply to a consultation, the officer's who was asked."""
    source = models.ForeignKey("moderation.ConsultationReply", models.SET_NULL, null=True, related_name="drafts")
    state = models.CharField(max_length=10, choices=State, default=State.WRITTEN)
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    """From the form: a double tap is one draft."""
    written_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(Officer, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Officer, models.SET_NULL, null=True, related_name="+")
    why = models.CharField(max_length=500, blank=True)
    """Why it was returned."""
    answer = models.OneToOneField("moderation.Answer", models.SET_NULL, null=True, related_name="draft")

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(decided_at__isnull=False), name="approved_draft_has_its_time"
            ),
        ]
        indexes = [
            models.Index(
                fields=["case", "id"],
                condition=Q(state__in=("written", "submitted", "approved", "returned")),
                name="draft_live",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class Answer(models.Model):
    """What we say to a message: a thank-you, or a moderator's answer. Its fate is its Outgoing's."""

    class Kind(models.TextChoices):
        THANKS = "thanks", _("Thank-you")
        ANSWER = "answer", _("Answer")
        SOLVED = "solved", _("“Was this solved?”")
        THERE = "there", _("Answered on the platform by staff")
        RECEIVED = "received", _("“Received, being handled”")
        REQUEST = "request", _("Request for details, in private")

    office = models.ForeignKey(Office, models.CASCADE, related_name="answers")
    message = models.ForeignKey("moderation.Message", models.PROTECT, related_name="answers")
    case = models.ForeignKey("moderation.Case", models.PROTECT, null=True, blank=True, related_name="answers")
    kind = models.CharField(max_length=10, choices=Kind)
    text = models.TextField(_("answer"))
    author = models.ForeignKey(Officer, models.SET_NULL, null=True, blank=True, related_name="answers")
    """None: the machine; of what was answered THERE, a colleague whom the platform alone knows."""
    outgoing = models.OneToOneField(Outgoing, models.PROTECT, null=True, blank=True, related_name="answer")
    """None: said by hand, outside (`by_hand_at`)."""
    by_hand_at = models.DateTimeField(null=True, blank=True)
    taken_back_at = models.DateTimeField(null=True, blank=True)
    """A thank-you that was deleted again (or is to be, by hand)."""
    followed_up = models.BooleanField(default=False)
    """What its sending means for message and case has been recorded."""
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    """From the form: a double tap is one answer."""
    thanks_key = models.CharField(max_length=200, unique=True, null=True, blank=True)
    """At most one thank-you a person, post and day: "account:author:post:2026-12-01"."""
    created_at = models.DateTimeField(default=timezone.now)

    objects = CaseOwnedQuerySet["Answer"].as_manager()

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outgoing__isnull=False) | Q(by_hand_at__isnull=False), name="answer_has_its_way"
            ),
            models.UniqueConstraint(fields=["case"], condition=Q(kind="received"), name="received_once_a_case"),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(followed_up=False), name="answer_to_follow_up"),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class CannedText(models.Model):
    """An office's own text for the answer's field; with a shipped one's slug it stands in its place, or hides it."""

    class Purpose(models.TextChoices):
        ANSWER = "answer", _("For an answer")
        RECEIVED = "received", _("“Received, being handled”")
        PRIVATE = "private", _("Asks for details in private")
        THANKS = "thanks", _("Thanks for praise, said by the desk itself")

    office = models.ForeignKey(Office, models.CASCADE, related_name="canned_texts")
    slug = models.CharField(max_length=30, blank=True)
    """As in `canned.toml`; empty: the office's own."""
    name = models.CharField(_("name"), max_length=60)
    purpose = models.CharField(_("what it is for"), max_length=10, choices=Purpose, default=Purpose.ANSWER)
    text = models.TextField(_("text"), max_length=900)
    is_on = models.BooleanField(default=True)
    by = models.ForeignKey(Officer, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = OfficeOwnedQuerySet["CannedText"].as_manager()

    class Meta:
        verbose_name = _("canned text")
        verbose_name_plural = _("canned texts")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["office", "slug"], condition=~Q(slug=""), name="canned_text_once_in_office")
        ]

    def __str__(self) -> str:
        return self.name
