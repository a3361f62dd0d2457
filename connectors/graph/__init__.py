"""What the connectors over Meta's Graph API share: a Page's token, asking and writing, errors, comments, messages.

`facebook.py` (a Page) and `instagram_graph.py` (the business account behind a Page) are built of it.
"""
