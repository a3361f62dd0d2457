"""Setting an office's targets of a year."""

from datetime import datetime

from django.db import transaction

from moderation.figures.models import Target
from offices.models import Event, Office, Officer


@transaction.atomic
def set_targets(office: Office, year: int, values: dict[str, int | None], at: datetime, actor: Officer) -> None:
    """None takes one's own target away: that of the office above holds, else our proposal."""
    kept = Target.objects.filter(office=office, year=year)
    before = dict(kept.values_list("indicator", "value"))
    changed = sorted(key for key, value in values.items() if before.get(key) != value)
    if not changed:
        return
    kept.filter(indicator__in=changed).delete()
    rows = {key: values[key] for key in changed}
    Target.objects.bulk_create(
        Target(office=office, year=year, indicator=key, value=value, by=actor)
        for key, value in rows.items()
        if value is not None
    )
    Event.write(office.id, "figures.targets", office, actor=actor, at=at, year=year, targets=rows)
