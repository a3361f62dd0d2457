"""What the case's procedure says about answers: who approves, and whether one's own."""

from moderation.drafting.models import Draft
from moderation.models import Case
from moderation.procedure import Approval
from moderation.steps import telling
from offices.models import Officer


def approval_of(case: Case) -> Approval:
    """As the version says that the case began with; a case from before there were procedures asks nobody."""
    return case.procedure.rules.approval if case.procedure else Approval()


def needs_approval(case: Case | None) -> bool:
    return case is not None and bool(approval_of(case).roles)


def approvers(case: Case) -> list[Officer]:
    """Who is told that a draft waits: the roles that may approve it; where nobody has them, whoever can change that."""
    found = [officer for role in approval_of(case).roles for officer in telling.people(case, role)]
    having = [officer for officer in found if officer.role in approval_of(case).roles]
    return list(dict.fromkeys(having or found))


def gives_the_answer(officer: Officer | None, case: Case) -> bool:
    """Whether this officer's own words need nobody else's approval: the procedure names their role."""
    return officer is not None and officer.role in approval_of(case).roles


def may_approve(draft: Draft, officer: Officer) -> bool:
    """The role that the procedure names; nobody their own words, nor what they submitted, unless it says so."""
    approval = approval_of(draft.case)
    if not approval.own and officer.id in (draft.author_id, draft.submitted_by_id):
        return False
    return officer.role in approval.roles
