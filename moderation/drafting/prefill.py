"""What stands in the answer's field when the page opens: words begun before, a draft that is to be changed, or a canned
text."""

from typing import Any

from django.http import QueryDict

from moderation.drafting.begun import begun_by
from moderation.drafting.canned import fill, texts_of
from moderation.drafting.models import Draft
from moderation.models import Case, Message
from offices.models import Officer
from offices.requests import whole


def prefilled(case: Case, message: Message, query: QueryDict, officer: Officer) -> dict[str, Any]:
    """By the address ("draf": a draft's number, "kalimat": a text's key); else, or of that draft, what this officer has
    begun. Empty where there is none such."""
    number, key = whole(query.get("draf")), query.get("kalimat", "")
    begun = begun_by(officer, message) if not key else None
    if begun is not None and (begun.replaces_id or 0) == number:
        return {"draft": begun.text, "replaces": begun.replaces_id}
    if number:
        draft = Draft.objects.live().filter(case=case, message=message, id=number).first()
        return {"draft": draft.text, "replaces": draft.id} if draft else {}
    found = next((one for one in texts_of(case.office) if one.key == key), None) if key else None
    return {"draft": fill(found.text, message, case)} if found else {}
