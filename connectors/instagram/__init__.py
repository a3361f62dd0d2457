"""Instagram through its phones' own, unofficial interface (instagrapi): for offices without a business account.

It breaks Meta's terms, and accounts do get locked for it; the console says so where such an account is added.
Importing this package loads no platform library: it is loaded at the first use of an account.
"""

from connectors.instagram.connector import Instagram

__all__ = ["Instagram"]
