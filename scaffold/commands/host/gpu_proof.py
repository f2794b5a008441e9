"""The last step of `scaffold host setup`: a container lists its GPUs."""

import secrets

from scaffold.adapters.docker.engine import DockerEngine, docker_engine
from scaffold.adapters.ssh import program
from scaffold.commands.host.attendant import Attendant, Outcome, State
from scaffold.commands.host.check import Checked
from scaffold.errors import TargetError
from scaffold.host.gpu_proof import IMAGE, GpuRequest, request_for, uuids


def prove_gpu(name: str, checked: Checked, attendant: Attendant) -> None:
    """Step `gpu`: what a container sees is what the host has, or the reason why not."""
    request = request_for(checked.facts) if checked.facts else None
    if request is None:
        text = "not proved: the host shows no GPU, or no engine answers"
        attendant.report(Outcome("gpu", State.FAILED, text))
        return
    with docker_engine(name) as engine:
        try:
            inside = _listing(engine, request, attendant)
        except TargetError as error:
            attendant.report(Outcome("gpu", State.FAILED, f"not proved: {error.message}"))
            return
    outside = program.run_by_name(name, "nvidia-smi -L").out
    attendant.report(_verdict(inside, outside, request))


def _listing(engine: DockerEngine, request: GpuRequest, attendant: Attendant) -> str:
    """What `nvidia-smi -L` prints in a container that is gone afterwards."""
    if engine.image(IMAGE) is None:
        with attendant.working(f"Fetching {IMAGE}") as share_done:
            engine.pull(IMAGE, share_done)
    name = f"scaffold-gpu-{secrets.token_hex(4)}"
    engine.create(name, request.container())
    try:
        engine.start(name)
        code = engine.wait(name)
        said = engine.last_words(name, 200)
    finally:
        engine.remove(name, unnamed_volumes=True)
    if code:
        raise TargetError(f"nvidia-smi in a container ends with {code}: {said.strip()}")
    return said


def _verdict(inside: str, outside: str, request: GpuRequest) -> Outcome:
    seen, there = uuids(inside), uuids(outside)
    how = " ".join(request.flags)
    lines = tuple(line for line in inside.splitlines() if line.strip())
    if there and seen != there:
        text = f"a container with {how} sees {len(seen)} of {len(there)} GPUs"
        return Outcome("gpu", State.FAILED, text, lines)
    return Outcome("gpu", State.DONE, f"a container with {how} sees {len(seen)} GPU(s)", lines)
