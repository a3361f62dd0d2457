"""A case walks through its procedure: begun when it is opened, led on by outputs, ended or stopped with it.

One door: whoever makes an output says `steps.reached(case, Output.X, at, actor)`, in the transaction of its own change.
Nobody else writes Steps.
"""

from moderation.procedure import Output
from moderation.steps.moving import extend, heard, pause, resume
from moderation.steps.walking import begin, go_on, of_another_kind, reached, stop, unstop

__all__ = [
    "Output",
    "begin",
    "extend",
    "go_on",
    "heard",
    "of_another_kind",
    "pause",
    "reached",
    "resume",
    "stop",
    "unstop",
]
