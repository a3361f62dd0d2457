"""Telephone numbers as WhatsApp writes them: the country in front, digits only ("6281234567890")."""

import re

INDONESIA = "62"


def international(phone: str, country: str = INDONESIA) -> str:
    """ "0812-3456-7890", "+62 812 3456 7890" and "812 3456 7890" are one number; empty where it can be none."""
    digits = re.sub(r"\D", "", phone)
    if phone.strip().startswith("+"):
        found = digits
    elif digits.startswith("00"):
        found = digits[2:]
    elif digits.startswith("0"):
        found = country + digits[1:]
    else:
        found = digits if digits.startswith(country) else country + digits
    # E.164: at most 15 digits; none that telephones have is shorter than 8.
    return found if 8 <= len(found) <= 15 and digits else ""
