"""Broken probes without end: whatever bytes come, facts and findings come out, never a crash.

    python -m tests.fuzz.fuzz_parsing [INPUTS] [SEED] [PROCESSES]

The recordings of the tests are cut, doubled, spliced and strewn with what parsers trip over.
Each is then read into facts, judged, and printed as a page. One in eight is also printed as
JSON, saved and loaded again, and read as a known_hosts file and as a certificate; one in forty
is also compared with what a project wants. An exception that is not documented ends the run with
the input's number, which makes it again. SIGTERM ends it after the batches that run, and the
count is printed. Not part of the test suite: `make fuzz`.
"""

import base64
import contextlib
import gc
import io
import json
import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Generator, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from types import FrameType

from scaffold.cli.host.check import document
from scaffold.cli.host.report import print_host
from scaffold.commands.host.check import CheckedHost, judge
from scaffold.errors import InputError
from scaffold.parsing import known_hosts
from scaffold.parsing.host_certificate import read_certificate
from scaffold.parsing.recording import PARTS, Recording, read_recording
from scaffold.resolver.resolution import Wishes
from tests.checks.reported import CLOCK, recorded
from tests.checks.reported_rows import ROWS
from tests.recordings import NONCE, recording

SAMPLES = Path(__file__).parent.parent / "parsing" / "nvidia_smi"
BATCH = 2000
DEFAULTS = (1_000_000, 1, os.cpu_count() or 1)
PATIENCE_S = 5
"""Of the processor's time, for one input, which takes some milliseconds."""

TEXTS = {
    "system": "now=1\nuname=Linux 6.8.0-45-generic x86_64\nos.ID=ubuntu\nMemTotal: 1024 kB\ncpus=8",
    "account": "user=ada\nuid=1000\ngroups=ada\nconfigured=ada docker\npasswd=ada:x:1:1::/h:/sh\n"
    "docker_context=desktop-linux\nlocked=.vscode-server\nproxy=yes",
    "pci": "device 0000:01:00.0 0x030200 0x26b9 nvidia\n01:00.0 3D: NVIDIA Corporation AD102",
    "module": "NVRM version: NVIDIA UNIX Open Kernel Module  580.95.05\nloaded=nvidia",
    "disk_module": "kernel=6.8.0-45-generic yes\nversion=580.95.05\nlicense=Dual MIT/GPL",
    "nodes": "looked\nyes /dev/nvidia0\nno /dev/nvidia-uvm",
    "services": "Id=docker.service\nLoadState=loaded\nActiveState=active\n"
    "ExecStart={ path=/usr/bin/dockerd ; argv[]=/usr/bin/dockerd -H fd:// ; }",
    "docker_info": json.dumps(
        {
            "ServerVersion": "29.2.1",
            "Runtimes": {"nvidia": {}},
            "DiscoveredDevices": [{"ID": "nvidia.com/gpu=all"}],
            "SecurityOptions": ["name=rootless"],
            "CgroupDriver": "systemd",
            "DockerRootDir": "/var/lib/docker",
            "ClientInfo": {"Plugins": [{"Name": "compose"}, {"Name": "buildx", "Err": "x"}]},
        }
    ),
    "docker_version": '{"Client":{"Version":"29.2.1"},"Server":{"ApiVersion":"1.50"}}',
    "client": "login=/usr/bin/docker\nfile=/etc/docker/daemon.json\n"
    '|{"runtimes": {"nvidia": {}}, "log-opts": {"max-file": "3"}, "default-runtime": "nvidia"}\n'
    "missing=x\noptions=OPTIONS=--debug\nsocket=no /var/run/docker.sock\nsocket_group=root\n"
    "lost_helper=docker-credential-desktop",
    "toolkit": "ctk=version 1.17.8\nhook=/usr/bin/x\npackage=nvidia-docker2 2.1 installed\n"
    "config=/etc/x.toml\ntoml=[nvidia-container-cli]\n"
    'toml=root = "/run/nvidia"\ntoml=no-cgroups = true\ngone=/run/nvidia\n'
    "apt=Package *\napt=Pin release o=pop\napt=Pin-Priority 1001",
    "cdi": "looked\nfile=/etc/cdi/nvidia.yaml\nlibcuda.so.580.95.05\nkind=nvidia.com/gpu\ngone=/x\n"
    "file=/etc/cdi/nvidia.json\nkind=nvidia.com/gpu",
    "details": "login=/usr/bin/nvidia-smi\nprogram=/usr/bin/nvidia-smi\nGPU 00000000:01:00.0\n"
    "        Virtualization Mode : Host VGPU\n"
    "        License Status : Unlicensed\n    Fabric\n        State : In Progress",
    "kind": "looked\ninit=systemd\nuid_map=0 100000 65536\ncgroup=0::/slurm/job\n"
    "glibc=glibc 2.17\n"
    "file=/.dockerenv\nenv=SLURM_JOB_ID 1\nlibstdcxx=/x/libstdc++.so.6.0.19\n"
    "root=overlay\nloader=/x/stub-ld\nwatches=8192\niptable_raw=no",
    "opened": "opened=/dev/nvidia0\nrefused=/dev/nvidia-uvm",
    "user_engine": "linger=yes\nlooked\nstate=active",
    "context": "desktop-linux unix:///home/ada/.docker/desktop/docker.sock",
    "quota": " /dev/sda1 10* 9 10 6days 1 0 0",
    "kernel_log": "[1.0] NVRM: Xid (PCI:0000:01:00): 79, pid=1\n"
    "[1.1] NVRM: The NVIDIA GPU 0000:01:00.0\n"
    "[1.2] NVRM: Xid (PCI:0000:01:00 GPU-I:05): 154, action changed from 0x1 (Reset) to 0x0 (None)",
    "disk": "disk=/\n/dev/a 1000 500 2048000 50% /\n/dev/a 100 60 40 60% /",
    "mounts": "ext4 / ro,relatime\nnfs4 /home rw,noexec\nfuse.lxcfs /proc/stat rw",
    "docker_log": 'level=fatal msg="no available network"\nunknown flag: --graph\n'
    "[rootlesskit:parent] error: fork/exec /proc/self/exe: operation not permitted",
    "sshd": "# /etc/ssh/sshd_config\nAllowTcpForwarding no\nMaxSessions 3",
    "reach": "url=https://nvcr.io/v2/\nanswer=401 0.123",
}
PIECES = (
    *(b"=", b"|", b"\n", b" ", b"\0", b"\xff", b"\xed\xa0\x80", b"{", b"}", b"[", b'"', b","),
    *(b"ERR!", b"[N/A]", b"9" * 30, b"-1", b"1e999", b"\xc2\xb2", b"\xd9\xa3", b"true", b"null"),
    *(f"\n{NONCE} {part} |".encode() for part in PARTS),
    *(f"\n{NONCE} {end}\n".encode() for end in ("begin", "done", "smi =0", "smi =255", "cdi !")),
)


def seeds() -> list[bytes]:
    """Whole outputs of the probe: each reported host, and each sample of nvidia-smi."""
    texts = [path.read_text(errors="replace") for path in sorted(SAMPLES.glob("*.txt"))]
    made = []
    for text in texts:
        code = 9 if text.startswith(("Failed", "NVIDIA-SMI has failed", "No devices")) else 0
        parts = {name: (content, 0) for name, content in TEXTS.items()}
        parts |= {"smi": (text, code), "gpus": (text, code), "slices": (text, code)}
        made.append(recording(parts).output)
    return [*made, *(recorded(row).output for row in ROWS)]


def mutate(data: bytes, others: list[bytes], chance: random.Random) -> bytes:
    """A few faults at random places."""
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(data) + 1)
        end = min(len(data), at + chance.choice((1, 4, 40, 400)))
        match chance.randrange(6):
            case 0:
                data = data[:at] + data[end:]
            case 1:
                data = data[:at] + chance.choice(PIECES) + data[at:]
            case 2:
                data = data[:end] + data[at:end] * chance.randint(1, 3) + data[end:]
            case 3:
                data = data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]
            case 4:
                other = chance.choice(others)
                data = data[:at] + other[chance.randrange(len(other)) :]
            case _:
                data = data[:at] if chance.random() < 0.2 else data
    return data


def read_all(data: bytes, number: int, chance: random.Random) -> None:
    """Everything that reads what a host, a server or a file says."""
    made = Recording(
        host="gpu01",
        nonce=NONCE,
        output=data,
        clock=chance.choice((CLOCK, None, 1000.0, 1e300)),
        shell_s=chance.choice((None, 0.1, 1e9)),
        forwarding=chance.choice(({}, {"tcp": "refused: x"}, {"tcp": "open"})),
    )
    checked = judge(made, Wishes() if number % 40 == 0 else None)
    show(checked, verbose=number % 2 == 0)
    if number % 8 == 0:
        json.dumps(document(checked))
        read_files(made)


def show(checked: CheckedHost, *, verbose: bool) -> None:
    """The page: the verdict in words, and nothing that could drive a terminal."""
    with contextlib.redirect_stdout(io.StringIO()) as page:
        print_host(checked, verbose=verbose)
    text = page.getvalue()
    assert checked.verdict.value and text.replace("\n", "").isprintable()


def read_files(made: Recording) -> None:
    """The same bytes as files that are not the probe's output."""
    data = made.output
    with contextlib.suppress(InputError):
        read_recording(data[-2000:])
    assert read_recording(made.to_bytes()).output == data
    key = data[:64]
    first = known_hosts.new_line("gpu01", "ssh-rsa", key, hashed=False)
    entries = known_hosts.parse_known_hosts(first + text_of(data))
    known_hosts.judge(entries, "gpu01", "ssh-rsa", key)
    with contextlib.suppress(ValueError):
        read_certificate(certificate() + data[:200])


def text_of(data: bytes) -> str:
    """Some lines as a file of the user's may hold them."""
    return "@cert-authority * " + data[:300].decode("utf-8", "replace")


def certificate() -> bytes:
    """The head of a certificate."""
    return base64.b64decode("AAAAIHNzaC1lZDI1NTE5LWNlcnQtdjAxQG9wZW5zc2guY29t")


def too_slow(_signal: int, frame: FrameType | None) -> None:
    """A host must not be able to keep us busy."""
    where = traceback.extract_stack(frame)[-1]
    raise TimeoutError(f"more than {PATIENCE_S} s, in {where}")


def run(first: int, count: int, seed: int) -> str:
    """A batch of inputs; the words for a failure, or nothing."""
    corpus = seeds()
    signal.signal(signal.SIGVTALRM, too_slow)
    gc.freeze()
    for number in range(first, first + count):
        chance = random.Random(f"{seed}/{number}")
        data = mutate(chance.choice(corpus), corpus, chance)
        signal.setitimer(signal.ITIMER_VIRTUAL, PATIENCE_S)
        try:
            read_all(data, number, chance)
        except Exception as error:
            where = traceback.extract_tb(error.__traceback__)[-1]
            return f"input {number} of seed {seed}: {error!r}, in {where}"
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return ""


def batches(inputs: int) -> Iterator[tuple[int, int]]:
    """First number and size of each batch."""
    for first in range(0, inputs, BATCH):
        yield first, min(BATCH, inputs - first)


class _Stop:
    """Whether SIGTERM came."""

    wanted = False


def stop(_signal: int, _frame: FrameType | None) -> None:
    """End after the batches that run."""
    _Stop.wanted = True


def results(inputs: int, seed: int, processes: int) -> Generator[str, None, None]:
    """What each batch found, in their order; in this process if one is enough."""
    if processes == 1:
        yield from (run(first, count, seed) for first, count in batches(inputs))
        return
    with ProcessPoolExecutor(processes) as pool:
        jobs = [pool.submit(run, first, count, seed) for first, count in batches(inputs)]
        try:
            yield from (job.result() for job in jobs)
        finally:
            pool.shutdown(cancel_futures=True)


def main() -> None:
    inputs, seed, processes = (*map(int, sys.argv[1:]), *DEFAULTS[len(sys.argv) - 1 :])
    started = time.monotonic()
    signal.signal(signal.SIGTERM, stop)
    done = 0
    found = results(inputs, seed, processes)
    for (_, count), failure in zip(batches(inputs), found, strict=False):
        if failure:
            sys.exit(failure)
        done += count
        if done % (50 * BATCH) == 0:
            print(f"{done:,} inputs, {time.monotonic() - started:.0f} s", flush=True)
        if _Stop.wanted:
            break
    found.close()
    print(f"{done:,} inputs of seed {seed} without an undocumented exception", flush=True)


if __name__ == "__main__":
    main()
