"""X through its official API v2 (tweepy).

Importing this package loads no platform library: it is loaded at the first use of an account.
"""

from connectors.twitter.connector import X

__all__ = ["X"]
