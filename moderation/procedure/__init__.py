"""An office's procedure, as a TOML file says it: document control, and the stages that a case walks through."""

from moderation.procedure.problems import Problem, Refused
from moderation.procedure.reading import read
from moderation.procedure.shape import Approval, Document, Escalation, Output, Rules, Stage

__all__ = ["Approval", "Document", "Escalation", "Output", "Problem", "Refused", "Rules", "Stage", "read"]
