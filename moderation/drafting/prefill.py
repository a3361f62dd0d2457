"""What stands in the answer's field when the page opens: a draft that is to be changed, or a canned text."""

from typing import Any

from django.http import QueryDict

from moderation.drafting.canned import fill, texts_of
from moderation.drafting.models import Draft
from moderation.models import Case, Message
from offices.requests import whole


def prefilled(case: Case, message: Message, query: QueryDict) -> dict[str, Any]:
    """By the address ("draf": a draft's number, "kalimat": a text's key); empty where the case has none such."""
    number, key = whole(query.get("draf")), query.get("kalimat", "")
    if number:
        draft = Draft.objects.live().filter(case=case, message=message, id=number).first()
        return {"draft": draft.text, "replaces": draft.id} if draft else {}
    found = next((one for one in texts_of(case.office) if one.key == key), None) if key else None
    return {"draft": fill(found.text, message, case)} if found else {}
