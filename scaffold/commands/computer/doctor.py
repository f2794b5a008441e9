"""`scaffold doctor`: checks the user's own computer."""

from scaffold.adapters.computer.gather import gather
from scaffold.checks.computer import check_computer
from scaffold.checks.topics import TopicOutcome
from scaffold.checks.verdict import Verdict, verdict
from scaffold.facts.computer import ComputerFacts
from scaffold.findings import Finding
from scaffold.records import dataclass


@dataclass(frozen=True, slots=True)
class CheckedComputer:
    """The facts of this computer, and what each topic found."""

    facts: ComputerFacts
    outcomes: tuple[TopicOutcome, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings in the order of the topics."""
        return tuple(finding for outcome in self.outcomes for finding in outcome.findings)

    @property
    def verdict(self) -> Verdict:
        """Whether something keeps scaffold from working."""
        return verdict(self.findings)


def examine(*, network: bool = False) -> CheckedComputer:
    """Collect the facts and check them; `network` also asks the servers of Docker contexts."""
    facts = gather(network=network)
    return CheckedComputer(facts, check_computer(facts))
