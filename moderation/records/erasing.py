"""Erasing one person's data from a case on request (Law 27/2022 on personal data protection, the right to erasure).

What goes: text, author, raw JSON, link and pictures of that person's messages in the case, earlier versions, and what
repeats them: questions for advice and reminders of them, their masked copies, recordings and pictures that officers
sent along, first words in notices, the person's names and what we quote of them (`erased_words.py`) in our answers,
drafts, notes and advice, and files that were made of the case. What stays: the chain with its digests (from which
nothing can be read back), the platform's own ids (else it would be fetched anew), times, topic, our answers' other
words, and the record of the erasure itself.

Not in our hands: what the platform shows, what was sent by WhatsApp, what was printed or downloaded, and backups, where
it lives until they are overwritten. Bodies that webhooks brought go by themselves after some days. On SQLite the bytes
lie in freed pages until these are used again.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import models, transaction

from connectors import outgoing
from connectors.models import Outgoing
from moderation.consultation import asking
from moderation.consultation.asking import writes_of
from moderation.consultation.models import Consultation, ConsultationReply
from moderation.drafting.models import Begun, Draft
from moderation.handling.models import Handling
from moderation.models import Answer, Case, Evidence, Message
from moderation.notes.models import Note
from moderation.records import chain
from moderation.records.checking import path_of
from moderation.records.erased_words import COVER, Said, said_by
from moderation.records.models import Erasure, MessageChange
from moderation.register.models import Export
from moderation.satisfaction.models import Satisfaction
from offices.models import Event, Notice, Officer


def messages_of_same_person(message: Message) -> models.QuerySet[Message]:
    """Everything that the author of `message` wrote in its case and that is not erased yet."""
    in_case = Message.objects.filter(case=message.case_id, erased_at=None)
    if message.author_id:
        return in_case.filter(account=message.account_id, author_id=message.author_id)
    if message.author:
        return in_case.filter(author_id="", author_name=message.author_name, author_handle=message.author_handle)
    return in_case.filter(id=message.id)


@transaction.atomic
def erase(message: Message, at: datetime, actor: Officer, *, asked_by: str, reason: str) -> Erasure | None:
    """Erase its author's data from its case; None where it is erased already, or stands in no case. Irreversible."""
    case = message.case
    ids = list(messages_of_same_person(message).values_list("id", flat=True)) if case else []
    if case is None or not ids:
        return None
    rows = list(Message.objects.filter(id__in=ids))
    theirs = said_by(rows, MessageChange.objects.filter(message__in=ids).values_list("was_text", flat=True))
    files = [*files_of(rows), *heard_about(ids)]
    covers = [f"message:{pk}" for pk in ids]
    covers += [f"evidence:{pk}" for pk in blank_evidence(ids)]
    covers += [f"answer:{pk}" for pk in cover(Answer.objects.filter(case=case), theirs)]
    blank_messages(ids, at)
    blank_advice(case, ids, theirs, at)
    blank_notices(case)
    Outgoing.objects.filter(answer__message__in=ids).update(permalink="")
    covers += [f"handling:{pk}" for pk in cover(Handling.objects.filter(case=case), theirs, "what")]
    said: dict[str, Any] = {"asked_by": asked_by, "reason": reason, "by": actor, "at": at}
    erasure = record(case, covers, files, said)
    Event.write(case.office_id, "case.erased", case, actor=actor, at=at, messages=len(ids), erasure=erasure.id)
    for other in Case.objects.filter(links__about__in=covers).exclude(id=case.id).distinct():
        record(other, covers, [], said)  # the message stood there before it was moved here
        Export.objects.that_show(other).withdraw(at)
    Export.objects.that_show(case).withdraw(at)
    transaction.on_commit(lambda: remove_files(at))
    return erasure


def record(case: Case, covers: list[str], files: list[list[str]], said: dict[str, Any]) -> Erasure:
    """The erasure and its link in a case's chain."""
    row = Erasure.objects.create(office_id=case.office_id, case=case, covers=covers, files=files, **said)
    chain.append(case.id, chain.Kind.ERASURE, row, row.at)
    return row


def files_of(rows: Iterable[Message]) -> list[list[str]]:
    """Pictures, their copies for advice, and uploads; but no file that another message's picture shares. Index:
    evidence_of_file."""
    ids = [row.id for row in rows]
    others = Evidence.objects.filter(path=models.OuterRef("path")).exclude(message__in=ids)
    taken = Evidence.objects.filter(~models.Exists(others), message__in=ids).exclude(path="")
    files = [["media", str(row.upload.name)] for row in rows if row.upload]
    for path, sha256 in taken.values_list("path", "sha256"):
        files += [["evidence", path], ["media", f"consultations/{sha256}.png"]]
    return files


def heard_about(ids: list[int]) -> list[list[str]]:
    """What officers sent along about these messages: nobody can cover a name in a voice."""
    kept = ConsultationReply.objects.filter(consultation__message__in=ids).exclude(media_path="")
    return [["media", path] for path in kept.values_list("media_path", flat=True)]


def blank_evidence(ids: list[int]) -> list[int]:
    """No picture of them any more, nor one still to be taken; which ones."""
    rows = Evidence.objects.filter(message__in=ids).exclude(state=Evidence.State.ERASED)
    pks = list(rows.values_list("id", flat=True))
    Evidence.objects.filter(id__in=pks).update(state=Evidence.State.ERASED, token=None, address="", path="")
    return pks


def blank_messages(ids: list[int], at: datetime) -> None:
    said: dict[str, Any] = {"text": "", "raw": {}, "reasons": [], "permalink": "", "upload": "", "erased_at": at}
    Message.objects.filter(id__in=ids).update(**said, author_id="", author_handle="", author_name="")
    MessageChange.objects.filter(message__in=ids).update(was_text="", was_raw={}, was_reasons=[])
    for answer in Answer.objects.filter(message__in=ids).exclude(thanks_key=None):  # holds the author's id
        Answer.objects.filter(id=answer.id).update(thanks_key=f"erased:{answer.id}")


def cover(rows: models.QuerySet[Any], theirs: Said, *fields: str) -> list[int]:
    """Their names and words in what we wrote; which rows had some. What a platform has of it stays there."""
    changed = []
    for row in rows:
        said = {field: getattr(row, field) for field in fields or ("text",)}
        covered = {field: theirs.covered_in(text) for field, text in said.items()}
        if covered == said:
            continue
        type(row).objects.filter(pk=row.pk).update(**covered)
        changed.append(row.pk)
        written = getattr(row, "outgoing", None)
        if written is not None:
            Outgoing.objects.filter(id=written.id).update(payload=written.payload | covered)
    return changed


def blank_advice(case: Case, ids: list[int], theirs: Said, at: datetime) -> None:
    """Questions about these messages quote them: they go, and leave no more; officers' own words stay, covered."""
    asked = Consultation.objects.filter(message__in=ids)
    sent = Outgoing.objects.filter(id__in=writes_of(asked))
    outgoing.withdraw(sent, at, why="erased")
    for row in sent:
        Outgoing.objects.filter(id=row.id).update(payload=row.payload | {"text": "", "media": []})
    asked.update(question="", mail_due_at=None, next_look_at=None)
    Begun.objects.filter(message__in=ids).delete()
    cover(Draft.objects.filter(case=case), theirs, "text", "why")
    cover(Note.objects.filter(case=case), theirs)
    Satisfaction.objects.filter(message__in=ids).update(words="")
    replies = ConsultationReply.objects.filter(consultation__case=case)
    cover(replies, theirs)
    replies.update(raw={})
    gone = {"media_id": "", "media_path": "", "media_type": "", "media_due_at": None}
    replies.filter(consultation__message__in=ids).update(**gone)


def blank_notices(case: Case) -> None:
    """First words of a reply or of an answer stand in notices, which lead to where it is. Index: notice_of_address."""
    written = writes_of(case.consultations.all())
    written |= set(case.answers.exclude(outgoing=None).values_list("outgoing", flat=True))
    places = [asking.page_of(case), *(outgoing.page_of(pk) for pk in written)]
    for notice in Notice.objects.filter(address__in=places, data__has_key="text"):
        Notice.objects.filter(id=notice.id).update(data=notice.data | {"text": COVER})


def remove_files(at: datetime) -> int:
    """Take erased files off the disk, also those that a crash left; how many erasures are done with it."""
    done = 0
    for one in Erasure.objects.with_files_left().order_by("id")[:50]:
        for kind, path in one.files:
            path_of(kind, path).unlink(missing_ok=True)
        done += Erasure.objects.filter(id=one.id).update(files=[], files_gone_at=at)
    return done
