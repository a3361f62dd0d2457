"""Reasons in words, for the pages of this layer and those above."""

from django import template

from connectors import explain

register = template.Library()


@register.filter
def what_happened(reason: str) -> str:
    return str(explain.explain(reason)[0])


@register.filter
def what_to_do(reason: str) -> str:
    return str(explain.explain(reason)[1])
