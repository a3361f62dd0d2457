"""Whole days of the two procedures, as people walk them: real browser, real database, the stand-in over the wire."""
