"""What a message is, and what becomes of it. Pure: text and context in, a Verdict out.

The way of a text: `normal_form` → `reading` (with the `lexicon/`, data that people can read and change) → `flags` and
`labels` → `gate`, the closed vocabulary that is the only door to an automatic thank-you → `judgement`.
"""

from moderation.sentiment.judgement import FLAGS, KINDS, Action, Context, Kind, Reason, Verdict, judge

__all__ = ["FLAGS", "KINDS", "Action", "Context", "Kind", "Reason", "Verdict", "judge"]
