"""What happened to a thing, in words: its Events, as pages show them.

One literal table for the verbs of every layer, so that a record reads the same wherever it stands. Gaps in the
texts are filled from the Event's own data.
"""

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _

from offices.models import Event, subject_of

WORDS = {
    "office.set_up": _("The office was set up"),
    "office.changed": _("The office's settings were changed"),
    "officer.added": _("Officer added"),
    "officer.changed": _("Officer changed"),
    "officer.told_at": _("An address for notices was added"),
    "officer.not_told_at": _("An address for notices was taken away"),
    "account.added": _("Account added"),
    "account.green": _("The account is connected"),
    "account.red": _("The account needs a person"),
    "account.quota_spent": _("What the platform allows within a time is used up"),
    "account.parked": _("The platform asked for a pause"),
    "delivery.updated": _("Changed by a new reading of the calendar file"),
    "calendar.read": _("Calendar file read"),
    "calendar.missing_withdrawn": _("Posts whose rows are gone were withdrawn"),
    "calendar.missing_kept": _("Posts whose rows are gone were kept"),
    "calendar.report_unwritable": _("The problems could not be written beside the file"),
    "outgoing.revised": _("Changed by hand"),
    "outgoing.released": _("Released for sending"),
    "outgoing.withdrawn": _("Withdrawn"),
    "outgoing.late": _("Its time passed before it went out: asks a person"),
    "outgoing.sent": _("Sent"),
    "outgoing.not_sent": _("An attempt did not succeed"),
    "outgoing.abandoned": _("The desk stopped in the middle of sending; being looked up"),
    "outgoing.absent": _("Looked up on the platform: it is not there"),
    "outgoing.asks": _("Looked up on the platform: cannot be told, asks a person"),
    "outgoing.found_by_hand": _("A person looked: it is there"),
    "outgoing.sent_again": _("A person looked: it is not there; sending again"),
    "outgoing.vanished": _("No longer to be found on the platform"),
    "outgoing.back": _("To be found on the platform again"),
    "consultation.asked": _("An officer was asked for advice"),
    "consultation.shared": _("Shared from one's own phone for advice"),
    "consultation.sent": _("The question for advice is out"),
    "consultation.failed": _("The question for advice did not arrive"),
    "consultation.replied": _("Advice came in"),
    "consultation.entered": _("Advice entered by hand"),
    "consultation.adopted": _("Advice taken as the draft of the answer"),
    "consultation.set_aside": _("Advice set aside"),
    "consultation.picture": _("Picture for advice made"),
    "pause.begun": _("All posts were held"),
    "pause.lifted": _("The pause was lifted"),
    "message.received": _("Came in"),
    "message.entered": _("Entered by hand"),
    "message.asked": _("Asked through the question form"),
    "message.judged": _("First reading by the desk"),
    "message.relabelled": _("A person said what it is"),
    "message.dismissed": _("Nothing to do, said a person"),
    "thanks.prepared": _("A thank-you was prepared"),
    "thanks.stopped": _("The thank-you was stopped"),
    "thanks.declined": _("The thank-you was declined"),
    "case.opened": _("Case opened"),
    "case.message": _("Message taken into the case"),
    "case.taken": _("Taken over"),
    "case.answered": _("The answer is out: case answered"),
    "case.closed": _("Case closed"),
    "case.reopened": _("Case opened again"),
    "answer.written": _("Answer written"),
    "answer.received": _("“Received, being handled” was said"),
    "answer.request": _("Details were asked for, in private"),
    "draft.written": _("Draft written"),
    "draft.submitted": _("Draft submitted for approval"),
    "draft.taken_back": _("Draft taken back before it was decided"),
    "draft.approved": _("Draft approved"),
    "draft.returned": _("Draft returned"),
    "draft.dropped": _("Draft dropped"),
    "draft.sent": _("Draft sent as the answer"),
    "office.canned": _("Canned text saved"),
    "office.canned_removed": _("Canned text taken away"),
    "answer.by_hand": _("Said by hand instead"),
    "answer.there": _("Answered on the platform by staff"),
    "evidence.taken": _("Screenshot taken"),
    "evidence.postponed": _("No screenshot yet; tried again later"),
    "evidence.wanted_again": _("Another screenshot was asked for"),
    "outgoing.held": _("Held back: asks a person"),
    "evidence.impossible": _("No screenshot possible"),
    "thanks.taken_back": _("The thank-you was taken back"),
    "case.evidence_differs": _("Going through the records: something is not as it was recorded"),
    "case.erased": _("Personal data was erased on request"),
    "case.exported": _("The case's folder was made"),
    "message.changed": _("Its author changed it on the platform"),
    "message.missing": _("No longer to be found on the platform"),
    "message.back": _("To be found on the platform again"),
    "message.hide": _("Hiding the comment was asked for"),
    "message.approve": _("Letting the comment stand was asked for"),
    "message.spam": _("Marking the comment as spam was asked for"),
    "case.acknowledged": _("The citizen thanked us for the answer"),
    "figures.targets": _("The year's targets were changed"),
    "office.thanks_on": _("Automatic thanks were switched on"),
    "office.thanks_back": _("Thank-yous are only proposed again"),
    "office.topics": _("The topics were changed"),
    "word.added": _("A word was added to the vocabulary"),
    "word.taken_out": _("A word was taken out of the vocabulary"),
    "word.undone": _("A change of the vocabulary was undone"),
    "procedure.in_force": _("A new version of the procedure is in force"),
    "hours.changed": _("The working hours were changed"),
    "hours.day_added": _("A day off was added"),
    "hours.day_worked": _("A holiday became a working day"),
    "hours.day_taken_out": _("A day is as the calendar says again"),
    "step.begun": _("Stage begun"),
    "step.ended": _("Stage ended"),
    "step.stopped": _("The stage stopped with the case"),
    "step.goes_on": _("The stage goes on"),
    "step.reminded": _("Reminded that the limit comes closer"),
    "step.overdue": _("The limit has passed"),
    "step.escalated": _("Taken to the next role: the limit has passed"),
    "step.paused": _("The clock waits for the citizen"),
    "step.resumed": _("The clock goes on"),
    "step.extended": _("The limit was extended"),
    "step.moved": _("The limit was moved: the working hours changed"),
}


def words(event: Event) -> str:
    """The verb in the reader's language; an unknown one as it is, for nothing may be hidden."""
    return str(WORDS.get(event.verb, event.verb))


def history(subjects: Iterable[models.Model]) -> list[Event]:
    """Every Event of these rows, oldest first. Index: event_of_subject."""
    names = [subject_of(row) for row in subjects]
    return list(Event.objects.filter(subject__in=names).select_related("actor").order_by("id"))
