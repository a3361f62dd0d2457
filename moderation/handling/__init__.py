"""Tindak lanjut: what was done about a case, by which unit, when, or why not; and which office works on it."""
