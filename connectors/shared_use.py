"""What accounts have used together of what their platform allows them in common.

Google counts the calls of a project, whichever of its channels they are for. Who shares is told by one of the account's
secrets (`Connector.shares_by`), of which only a digest is kept here.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F
from django.utils.crypto import salted_hmac

if TYPE_CHECKING:
    from connectors.models import Account, AccountQuerySet

Uses = Mapping[str, Mapping[str, int]]
"""Period (in the platform's own days) → name of what is allowed → how much of it."""


class SharedUse(models.Model):
    """One thing that is allowed to a project in one period, and how much of it is used."""

    project = models.CharField(max_length=64)
    period = models.CharField(max_length=10)
    """A day, as "2026-12-31": they sort."""
    name = models.CharField(max_length=20)
    used = models.PositiveIntegerField(default=0)

    class Meta:
        # by its index a project's rows are found, too
        constraints = [models.UniqueConstraint(fields=["project", "period", "name"], name="shared_use_once")]

    def __str__(self) -> str:
        return f"{self.name} on {self.period}: {self.used}"


def project_of(account: "Account", shares_by: str) -> str:
    """By what those that share are known again; empty where an account shares nothing."""
    named = str(account.secrets.get(shares_by, "")) if shares_by else ""
    secret = f"{account.platform}:{named}"
    return salted_hmac("connectors.shared_use", secret, algorithm="sha256").hexdigest() if named else ""


def sharing(account: "Account", among: "AccountQuerySet") -> "list[Account]":
    """Those of `among` that share with `account`, itself too: how much a project is allowed is the same for all."""
    if not account.project:
        return [account]
    return [one for one in among.filter(platform=account.platform) if one.project == account.project]


def used_by(project: str) -> Uses:
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    if project:
        for row in SharedUse.objects.filter(project=project):
            found[row.period][row.name] = row.used
    return found


def note(project: str, uses: Uses) -> None:
    """Add what one use of one account took. Adding is the database's: others may do so at the same time."""
    taken = [(period, name, used) for period, names in uses.items() for name, used in names.items() if used]
    for period, name, used in taken if project else ():
        row, is_new = SharedUse.objects.get_or_create(project=project, period=period, name=name)
        SharedUse.objects.filter(id=row.pk).update(used=F("used") + used)
        if is_new:
            SharedUse.objects.filter(project=project, period__lt=period).delete()
