"""Reads a recording of the probe into facts. Total: any bytes give facts."""

from dataclasses import replace

from scaffold.facts import Gpu, HostFacts, ProbeFacts, Smi
from scaffold.parsing.docker import read_client, read_docker
from scaffold.parsing.driver import read_driver, read_pci, reported_version
from scaffold.parsing.login import read_login
from scaffold.parsing.nvidia_smi import (
    header_versions,
    read_details,
    read_processes,
    read_query,
    read_slices,
    read_smi,
    read_table,
)
from scaffold.parsing.recording import Recording, Split, split
from scaffold.parsing.sshd import read_sshd
from scaffold.parsing.system import (
    memory_mib,
    platform,
    read_network,
    read_system,
    uname,
)
from scaffold.parsing.toolkit import read_toolkit
from scaffold.parsing.untrusted.numbers import whole

MISSING = 127
"""Exit code of a shell for a missing program."""


def read_host(recording: Recording) -> HostFacts:
    """All facts of a recording."""
    parts = split(recording)
    smi_part = parts.part("smi")
    smi = _smi(parts) if parts.begun else None
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
        login=read_login(parts, recording.shell_s),
        sshd=read_sshd(parts, recording),
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


def _smi(parts: Split) -> Smi:
    part, details = parts.part("smi"), parts.part("details")
    smi = read_smi(part.text, part.code)
    if not details.begun:
        return smi
    values = details.values()
    path = values.get("program", "") if smi.code != MISSING else ""
    on_path = bool(values["login"]) if "login" in values else None
    confidential = values.get("confidential") or None
    return replace(smi, path=path or None, on_path=on_path, confidential=confidential)


def read_gpus(parts: Split, smi: Smi | None) -> tuple[tuple[Gpu, ...] | None, str | None]:
    """GPUs and nvidia-smi's complaint; a missing program means that it shows no GPU.

    The plain call may end with an error and its queries list every GPU: nvidia-smi ends with
    14 where one infoROM is damaged. An output without any GPU is unknown, not empty.
    """
    if smi is None:
        return None, None
    if smi.code == MISSING:
        return (), None
    said = smi.said or ("no answer" if smi.code is None else f"exit code {smi.code}")
    query = parts.part("gpus")
    if smi.code != 0 and query.code != 0:
        return None, f"nvidia-smi: {said}"
    table = read_table(parts.part("smi").text)
    gpus = read_query(query.text) or table
    if not gpus:
        words = said if smi.code else smi.said or "its output cannot be read"
        return None, f"nvidia-smi: {words}"
    return tuple(_with_details(gpu, table, parts) for gpu in gpus), said if smi.code else None


def _with_details(gpu: Gpu, table: tuple[Gpu, ...], parts: Split) -> Gpu:
    """A GPU with what the table, `-L`, `-q` and the list of processes add."""
    slices = read_slices(parts.part("slices").text)
    processes = parts.part("processes")
    counts = read_processes(processes.text) if processes.code == 0 else None
    details = read_details(parts.part("details").text).get(gpu.pci_address or "", {})
    broken = next((row for row in table if row.cell_error and row.index == gpu.index), gpu)
    remapping = details.get("Remapping Failure Occurred")
    return replace(
        gpu,
        mig_devices=slices.get(gpu.uuid or "", ()),
        processes=None if counts is None else counts[gpu.uuid or ""],
        cell_error=gpu.cell_error or broken.cell_error,
        cell_message=gpu.cell_message or broken.cell_message,
        fabric_state=details.get("State"),
        licence=details.get("License Status"),
        recovery=details.get("GPU Recovery Action"),
        virtualization=details.get("Virtualization Mode"),
        remapping_failed={"Yes": True, "No": False}.get(remapping or ""),
    )
