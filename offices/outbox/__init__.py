"""Notices leave the desk: to each officer's own addresses, and to those of the whole office.

A Notice is a row (`offices.models.Notice`). A tick spreads it over the addresses that want it (one Telling each),
then sends what is due to an address as one message. Only the case's number, what it is and the desk's link leave:
no name, no text of a citizen (`words.py`).
"""
