"""What the case's page shows of consulting: `{% consulting case target as advice %}`."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.conf import settings
from django.utils.translation import gettext

from connectors.explain import explain
from connectors.models import Account
from moderation.consultation import picture
from moderation.consultation.asking import CALLED_OFF, NO_PICTURE, account_for
from moderation.consultation.forms import AskForm
from moderation.consultation.mailing import NO_MAIL
from moderation.consultation.models import Consultation
from moderation.models import Case, Evidence, Message
from offices.models import Officer

register = template.Library()


@dataclass(frozen=True)
class Advice:
    """The questions so far, and what is needed for another: `picture` is the masked one of `message`."""

    consultations: list[Consultation]
    message: Message
    picture: Evidence | None
    account: Account | None
    form: AskForm
    by_mail: bool
    """The desk can send mail."""


@register.simple_tag(takes_context=True)
def consulting(context: dict[str, Any], case: Case, message: Message | None) -> Advice | None:
    if message is None:
        return None
    asker: Officer = context["request"].user
    return Advice(
        consultations=list(case.consultations.listed()),
        message=message,
        picture=picture.of(message),
        account=account_for(case.at_work),
        form=AskForm(case=case, message=message, asker=asker),
        by_mail=settings.EMAIL_READY,
    )


@register.filter
def why_not(failure: str) -> str:
    """Why a question did not arrive, in words; empty for what the template says itself."""
    if failure == NO_MAIL:
        return gettext("No mail could be delivered to this officer: look at the address.")
    return "" if failure in (NO_PICTURE, CALLED_OFF) else " ".join(str(part) for part in explain(failure))
