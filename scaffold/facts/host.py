"""What one probe of one host observed."""

from dataclasses import field

from scaffold.facts.described import DescribedHost
from scaffold.facts.driver import DriverFacts
from scaffold.facts.engine import ClientFacts, ToolkitFacts
from scaffold.facts.system import Endpoint, LoginFacts, ProbeFacts, SshdFacts, SystemFacts
from scaffold.records import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class HostFacts(DescribedHost):
    """One probe of one host; `memory_mib` is RAM."""

    gpu_error: str | None = None
    memory_mib: int | None = None
    uid: int | None = None
    gid: int | None = None
    notes: tuple[str, ...] = field(default=())
    driver: DriverFacts = field(default_factory=DriverFacts)
    client: ClientFacts = field(default_factory=ClientFacts)
    toolkit: ToolkitFacts = field(default_factory=ToolkitFacts)
    system: SystemFacts = field(default_factory=SystemFacts)
    login: LoginFacts = field(default_factory=LoginFacts)
    sshd: SshdFacts = field(default_factory=SshdFacts)
    network: tuple[Endpoint, ...] = ()
    probe: ProbeFacts = field(default_factory=ProbeFacts)
