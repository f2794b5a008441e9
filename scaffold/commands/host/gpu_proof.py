"""The last proof of `scaffold host setup`: a container lists its GPUs."""

import secrets

from scaffold.adapters.docker.engine import DockerEngine, docker_engine
from scaffold.commands.host.attendant import HostAttendant, StepOutcome, StepState
from scaffold.commands.host.check import CheckedHost
from scaffold.commands.host.login_state import Login
from scaffold.errors import TargetError
from scaffold.host.gpu_proof import IMAGE, ProofRequest, request_for, uuids


def prove_gpu(login: Login, checked: CheckedHost) -> None:
    """Step `gpu`: compare what a container sees with what the host has, or say why not."""
    report = login.attendant.report
    request = request_for(checked.facts) if checked.facts else None
    if request is None:
        text = "not proved: the host shows no GPU, or no engine answers"
        report(StepOutcome("gpu", StepState.FAILED, text))
        return
    try:
        with docker_engine(login.name, login.config) as engine:
            inside = _listing(engine, request, login.attendant)
        outside = login.remote.run("nvidia-smi -L").out
    except TargetError as error:
        report(StepOutcome("gpu", StepState.FAILED, f"not proved: {error.message}"))
        return
    report(_compared(inside, outside, request))


def _listing(engine: DockerEngine, request: ProofRequest, attendant: HostAttendant) -> str:
    """What `nvidia-smi -L` prints in a container that is removed afterwards."""
    if engine.image(IMAGE) is None:
        with attendant.working(f"Pulling {IMAGE}") as share_done:
            engine.pull(IMAGE, share_done)
    name = f"scaffold-gpu-{secrets.token_hex(4)}"
    engine.create(name, request.container())
    try:
        engine.start(name)
        code = engine.wait(name)
        output = engine.last_words(name, 200)
    finally:
        engine.remove(name, unnamed_volumes=True)
    if code:
        raise TargetError(f"nvidia-smi in a container exits with {code}: {output.strip()}")
    return output


def _compared(inside: str, outside: str, request: ProofRequest) -> StepOutcome:
    seen, there = uuids(inside), uuids(outside)
    how = " ".join(request.flags)
    lines = tuple(line for line in inside.splitlines() if line.strip())
    if not seen:
        return StepOutcome("gpu", StepState.FAILED, f"a container with {how} sees no GPU", lines)
    if there and seen != there:
        text = f"a container with {how} sees {len(seen)} of {len(there)} GPUs"
        return StepOutcome("gpu", StepState.FAILED, text, lines)
    text = f"a container with {how} sees {len(seen)} GPU{'s' if len(seen) > 1 else ''}"
    return StepOutcome("gpu", StepState.DONE, text, lines)
