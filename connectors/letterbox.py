"""The tables of what platforms bring by themselves (webhooks): an account's address, and each body as it came."""

import secrets
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from offices.models import Office, OfficeOwnedQuerySet

if TYPE_CHECKING:
    from connectors.models import Account


class Letterbox(models.Model):
    """Where one account's platform brings its news. The address holds a key that nobody can guess."""

    account = models.OneToOneField("connectors.Account", models.CASCADE, related_name="letterbox")
    key = models.CharField(max_length=60, unique=True, default=partial(secrets.token_urlsafe, 24), editable=False)
    confirmed_at = models.DateTimeField(null=True, editable=False)
    """When the platform first asked whether it is really ours."""
    heard_at = models.DateTimeField(null=True, editable=False)

    def __str__(self) -> str:
        return f"Letterbox of account {self.account_id}"

    @classmethod
    def of(cls, account: "Account") -> "Letterbox":
        return cls.objects.get_or_create(account=account)[0]

    @property
    def address(self) -> str:
        """What a person enters at the platform as callback address."""
        return settings.PUBLIC_URL + reverse("webhook", args=[self.account.platform, self.key])

    @property
    def verify_token(self) -> str:
        """What a person enters beside it: the platform sends it back once, to see that we know it."""
        return salted_hmac("connectors.letterbox", self.key, algorithm="sha256").hexdigest()[:32]


class WebhookBodyQuerySet(OfficeOwnedQuerySet["WebhookBody"]):
    def waiting(self) -> Self:
        """Stored, not yet read. Index: webhook_waiting."""
        return self.filter(state=WebhookBody.State.WAITING)

    def old(self, before: datetime) -> Self:
        """Read long ago: what was in them stands in the rows that were made of them."""
        return self.filter(state=WebhookBody.State.READ, received_at__lt=before)


class WebhookBody(models.Model):
    """What came in by webhook, byte by byte: stored before anything is made of it, so that nothing is lost."""

    class State(models.TextChoices):
        WAITING = "waiting"
        READ = "read"
        BROKEN = "broken"
        """Something in it broke our reading: kept for a person, stops nothing else."""

    office = models.ForeignKey(Office, models.CASCADE, related_name="webhook_bodies")
    account = models.ForeignKey("connectors.Account", models.CASCADE, related_name="webhook_bodies")
    body = models.BinaryField()
    digest = models.CharField(max_length=64, blank=True)
    """SHA-256 of the body: platforms send one again until they are answered, and whoever caught one may, too."""
    received_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    tries = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=60, blank=True)
    """broken: the name of what went wrong."""

    objects = WebhookBodyQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["id"], condition=Q(state="waiting"), name="webhook_waiting")]
        constraints = [
            models.UniqueConstraint(fields=["account", "digest"], condition=~Q(digest=""), name="webhook_body_once")
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.state}"
