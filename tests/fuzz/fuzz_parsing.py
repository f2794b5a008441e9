"""Broken probes without end: whatever bytes come, facts and findings come out, never a crash.

    python -m tests.fuzz.fuzz_parsing [INPUTS] [SEED]

Real outputs are cut, doubled, spliced and strewn with what parsers trip over, then read and
judged. An exception that is not documented ends the run with the input's number, which
makes it again. Not part of the test suite: `make fuzz`.
"""

import base64
import json
import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from pathlib import Path
from types import FrameType

from scaffold.checks.host import check_host
from scaffold.errors import InputError
from scaffold.parsing.host import read_host
from scaffold.parsing.host_certificate import read_certificate
from scaffold.parsing.known_hosts import judge, new_line, parse_known_hosts
from scaffold.parsing.recording import PARTS, Recording, read_recording
from scaffold.resolver.resolution import Wishes
from tests.recordings import NONCE, recording

SAMPLES = Path(__file__).parent.parent / "parsing" / "nvidia_smi"
BATCH = 2000
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
    """Whole outputs of the probe, one for each sample of nvidia-smi."""
    texts = [path.read_text(errors="replace") for path in sorted(SAMPLES.glob("*.txt"))]
    made = []
    for text in texts:
        code = 9 if text.startswith(("Failed", "NVIDIA-SMI has failed", "No devices")) else 0
        parts = {name: (content, 0) for name, content in TEXTS.items()}
        parts |= {"smi": (text, code), "gpus": (text, code), "slices": (text, code)}
        made.append(recording(parts).output)
    return made


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


def read_all(data: bytes, chance: random.Random) -> None:
    """Everything that reads what a host, a server or a file says."""
    made = Recording(
        host="gpu01",
        nonce=NONCE,
        output=data,
        clock=chance.choice((None, 1000.0, 1e300)),
        shell_s=chance.choice((None, 0.1, 1e9)),
        forwarding=chance.choice(({}, {"tcp": "refused: x"}, {"tcp": "open"})),
    )
    facts = read_host(made)
    wishes = Wishes() if chance.random() < 0.05 else None
    json.dumps([asdict(finding) for out in check_host(facts, wishes) for finding in out.findings])
    try:
        read_recording(data[-2000:])
        read_recording(made.to_bytes())
    except InputError:
        pass
    key = data[:64]
    entries = parse_known_hosts(new_line("gpu01", "ssh-rsa", key, hashed=False) + text_of(data))
    judge(entries, "gpu01", "ssh-rsa", key)
    try:
        read_certificate(certificate() + data[:200])
    except ValueError:
        pass


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
    for number in range(first, first + count):
        chance = random.Random(f"{seed}/{number}")
        data = mutate(chance.choice(corpus), corpus, chance)
        signal.setitimer(signal.ITIMER_VIRTUAL, PATIENCE_S)
        try:
            read_all(data, chance)
        except Exception as error:
            return f"input {number} of seed {seed}: {error!r}"
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return ""


def batches(inputs: int) -> Iterator[tuple[int, int]]:
    """First number and size of each batch."""
    for first in range(0, inputs, BATCH):
        yield first, min(BATCH, inputs - first)


def main() -> None:
    inputs = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    started = time.monotonic()
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        jobs = [pool.submit(run, first, count, seed) for first, count in batches(inputs)]
        for done, job in enumerate(jobs, 1):
            if failure := job.result():
                pool.shutdown(cancel_futures=True)
                sys.exit(failure)
            if done % 50 == 0:
                print(f"{done * BATCH:,} inputs, {time.monotonic() - started:.0f} s", flush=True)
    print(f"{inputs:,} inputs of seed {seed} without an undocumented exception")


if __name__ == "__main__":
    main()
