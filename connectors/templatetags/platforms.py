"""Reasons in words, for the pages of this layer and those above."""

from urllib.parse import quote

from django import template

from connectors import explain
from connectors.models import Account

register = template.Library()


@register.filter
def what_happened(reason: str) -> str:
    return str(explain.explain(reason)[0])


@register.filter
def what_to_do(reason: str) -> str:
    return str(explain.explain(reason)[1])


PUBLIC_PAGES = {
    "instagram": "https://www.instagram.com/{}/",
    "instagram_graph": "https://www.instagram.com/{}/",
    "facebook": "https://www.facebook.com/{}",
    "twitter": "https://x.com/{}",
    "youtube": "https://www.youtube.com/@{}",
    "website": "https://{}/",
}


@register.filter
def public_page(account: Account) -> str:
    """Where anybody sees what an account wrote; empty where that cannot be told."""
    page = PUBLIC_PAGES.get(account.platform, "")
    return page.format(quote(account.handle.lstrip("@"), safe="/.-_")) if page else ""
