"""Reasons in words, for the pages of this layer and those above."""

from datetime import datetime
from urllib.parse import quote

from django import template

from connectors import explain, forms
from connectors.base import Allowance
from connectors.guide import Words
from connectors.models import Account, connector_class

register = template.Library()


@register.filter
def what_happened(reason: str) -> str:
    return str(explain.explain(reason)[0])


@register.filter
def what_to_do(reason: str) -> str:
    return str(explain.explain(reason)[1])


@register.filter
def spoken(words: Words) -> str:
    """(Indonesian, English) in the language of whoever reads."""
    return forms.spoken(words)


@register.filter
def media_trouble(trouble: str) -> str:
    return " ".join(map(str, explain.explain_media(trouble)))


@register.filter
def allowed(name: str) -> str:
    """What an allowance is about."""
    return str(explain.ALLOWED.get(name, name))


@register.filter
def nearly(one: Allowance) -> str:
    """From where on little is left of it: a number as HTML writes it, in any language."""
    return f"{one.total * 0.8:.1f}"


@register.filter
def all_but_one(one: Allowance) -> int:
    """Beyond it no other write fits: the meter is red."""
    return max(0, one.total - one.cost)


@register.filter
def is_spent(one: Allowance, at: datetime) -> bool:
    return one.spent(at)


@register.filter
def public_page(account: Account) -> str:
    """Where anybody sees what an account wrote; empty where that cannot be told."""
    guide = connector_class(account.platform).guide
    page = guide.public_page if guide else ""
    return page.format(quote(account.handle.lstrip("@"), safe="/.-_:")) if page else ""
