"""A case's chain: each link names one thing by its digest, and is sealed together with the link before it.

A link is appended in the transaction of the thing itself: a thing without its link does not exist, nor the other way
round. Its sum is an HMAC-SHA256 under the installation's records key over everything that the link says and over the
sum before it. What that proves, and what it does not:

- Who changes, removes, swaps or slips in a row, a file or a link without the key is found out, even if they rewrite
  the whole table: they cannot make the sums.
- Who takes away the last links *together with* what they are about leaves a chain that is whole, only shorter. That is
  seen against what left the desk: the head's short sum stands in every register and every exported case, and the
  manifest of an export can be laid beside the chain (`verify_evidence --against`). The tables alone do not show it.
- Who has the key (whoever runs the machine) can make a new chain. Again only what was printed or handed on speaks
  against it. The chain proves no time: `at` is this machine's clock.
- It proves that what is kept is what came in, not that what came in is true.
"""

import hashlib
import hmac
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, connection, models, transaction

from moderation.models import Case
from moderation.records.contents import canonical, digest, facts_of, load
from moderation.records.models import ChainLink
from offices.models import subject_of

Kind = ChainLink.Kind
TRIES = 20
"""Each lost race means that somebody else's link was stored."""
SHORT = 12
"""Letters of a sum that are printed: 48 bits, enough to compare by eye."""


def append(case_id: int, kind: str, row: models.Model, at: datetime, *, version: int = 0) -> ChainLink:
    """One more link about `row`, which is saved. Call it in the transaction that made or changed `row`."""
    assert connection.in_atomic_block, "a link belongs into the transaction of what it is about"
    about = subject_of(row)
    stored = load([about])[about]  # as the database gives it back, or a later check would compare something else
    said = digest(facts_of(about, stored, version))
    office_id = Case.objects.values_list("office_id", flat=True).get(id=case_id)
    for _attempt in range(TRIES):
        last = head(case_id)
        link = ChainLink(
            office_id=office_id,
            case_id=case_id,
            position=last.position + 1 if last else 1,
            kind=kind,
            about=about,
            version=version,
            digest=said,
            previous=last.sum if last else "",
            at=at,
        )
        link.sum = sum_of(link)
        try:
            with transaction.atomic():
                link.save(force_insert=True)
        except IntegrityError:  # chain_position_once: on PostgreSQL the other one has committed by now
            continue
        return link
    raise RuntimeError(f"case {case_id}: no place at the end of its chain after {TRIES} tries")


def head(case_id: int) -> ChainLink | None:
    """The last link. Index: chain_position_once."""
    return ChainLink.objects.filter(case_id=case_id).order_by("-position").first()


def sum_of(link: ChainLink) -> str:
    """What `link.sum` must be."""
    said = [link.case_id, link.position, link.kind, link.about, link.version, link.digest, link.previous, link.at]
    return hmac.new(settings.RECORDS_KEY.encode(), canonical(said), hashlib.sha256).hexdigest()


def short(link: ChainLink | None) -> str:
    """What is printed of a head: its position and the first letters of its sum ("7-1f0c…")."""
    return f"{link.position}-{link.sum[:SHORT]}" if link else ""


@transaction.atomic
def begin(case: Case, at: datetime) -> int:
    """Chain what a case from before there were chains holds; how many links. It says nothing about the time before."""
    if head(case.id) is not None:
        return 0
    append(case.id, Kind.OPENED, case, at)
    for message in case.incoming_messages.order_by("id").only("id"):
        append(case.id, Kind.MESSAGE, message, at, version=message.changes.count())
    for picture in case.evidence.filter(state="taken").order_by("id"):
        append(case.id, Kind.EVIDENCE, picture, at)
    for answer in case.answers.filter(followed_up=True).order_by("id"):
        append(case.id, Kind.ANSWER, answer, at)
    last = head(case.id)
    return last.position if last else 0
