"""Pictures of pages and messages, taken in a process of its own that knows no Django.

`photographer.py` is what the service calls; it starts `python -m moderation.capture` (`__main__.py`), speaks with it
in the lines of `shots.py`, and ends it. There `chromium.py` says which browser runs as whom, and `gate.py` is the one
way that browser has out: the hosts that an order names.
"""
