"""Words that may become an answer: written, submitted, approved by the role that the procedure names, sent.

Where the procedure names nobody, a moderator answers at once (`moderation/reply.py`); a draft is then only words kept
for later. Whoever answers or drafts says what they had seen, and is warned where somebody else was quicker.
"""
