"""YouTube through its Data API v3 (google-api-python-client, over our own transport).

Importing this package loads no platform library: it is loaded at the first use of an account.
"""

from connectors.youtube.connector import YouTube

__all__ = ["YouTube"]
