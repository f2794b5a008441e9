"""A recording of the probe, read into facts. Total: whatever it holds, facts come out."""

from dataclasses import replace

from scaffold.facts import Gpu, HostFacts, ProbeFacts, Smi
from scaffold.parsing.docker import read_client, read_docker, read_toolkit
from scaffold.parsing.driver import read_driver, read_pci, reported_version
from scaffold.parsing.numbers import whole
from scaffold.parsing.nvidia_smi import (
    header_versions,
    read_processes,
    read_query,
    read_slices,
    read_smi,
    read_table,
)
from scaffold.parsing.recording import Recording, Split, split
from scaffold.parsing.system import (
    memory_mib,
    platform,
    read_login,
    read_network,
    read_sshd,
    read_system,
    uname,
)

MISSING = 127
"""Exit code of a shell for a program that is not there."""


def read_host(recording: Recording) -> HostFacts:
    """Everything that the recording tells."""
    parts = split(recording)
    smi_part = parts.part("smi")
    smi = read_smi(smi_part.text, smi_part.code) if parts.begun else None
    header, cuda = header_versions(smi_part.text)
    driver = read_driver(parts, smi)
    account = parts.part("account").values()
    gpus, error = read_gpus(parts, smi)
    return HostFacts(
        name=recording.host,
        architecture=uname(parts.part("system").values())[2],
        platform=platform(parts),
        driver_version=reported_version(driver, header),
        cuda_reported=cuda,
        gpus=gpus,
        gpu_error=error,
        docker=read_docker(parts),
        memory_mib=memory_mib(parts),
        uid=whole(account.get("uid", "")),
        gid=whole(account.get("gid", "")),
        pci=read_pci(parts.part("pci")),
        driver=driver,
        client=read_client(parts),
        toolkit=read_toolkit(parts),
        system=read_system(parts, recording),
        login=read_login(parts),
        sshd=read_sshd(parts, recording.software),
        network=read_network(parts.part("reach")),
        probe=read_probe(parts),
    )


def read_probe(parts: Split) -> ProbeFacts:
    """How the probe itself went."""
    unended = (name for name, part in parts.parts.items() if part.begun and part.code is None)
    cut = tuple(name for name, part in parts.parts.items() if part.cut)
    return ProbeFacts(
        complete=parts.done,
        hung=tuple(name for name in unended if name not in cut) if parts.done else (),
        cut=cut,
    )


def read_gpus(parts: Split, smi: Smi | None) -> tuple[tuple[Gpu, ...] | None, str | None]:
    """GPUs and what nvidia-smi complained of; no program means that there are none to see."""
    if smi is None:
        return None, None
    if smi.code == MISSING:
        return (), None
    if smi.code != 0:
        said = smi.said or ("no answer" if smi.code is None else f"exit code {smi.code}")
        return None, f"nvidia-smi: {said}"
    table = read_table(parts.part("smi").text)
    gpus = read_query(parts.part("gpus").text) or table
    slices = read_slices(parts.part("slices").text)
    processes = parts.part("processes")
    counts = read_processes(processes.text) if processes.code == 0 else None
    broken = {gpu.index for gpu in table if gpu.cell_error}
    return tuple(
        replace(
            gpu,
            mig_devices=slices.get(gpu.uuid or "", ()),
            processes=None if counts is None else counts[gpu.uuid or ""],
            cell_error=gpu.cell_error or gpu.index in broken,
        )
        for gpu in gpus
    ), None
