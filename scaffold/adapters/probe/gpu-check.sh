#!/bin/sh
# Tests from inside a container whether its programs can use the GPU. Changes nothing.
#
#   sh -s -- --parts NONCE SECONDS FOLDER [TARGET...] <gpu-check.sh
#     Everything for `scaffold verify`: FOLDER is the project's, TARGETs are mounts.
#
# All parts run at the same time, so that one that hangs does not block the others: after
# SECONDS the rest is abandoned. Each line carries NONCE and the part's name, so that noise
# cannot be taken for an answer.
#
# Parts are called by name, through `part`:
# shellcheck disable=SC2329

# "NONCE part +" begins a part, "NONCE part |line" is a line of it, "NONCE part =code" ends it.
tag() {
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in
      "$nonce="*) printf '%s %s =%s\n' "$nonce" "$1" "${line#"$nonce="}" ;;
      # A line longer than PIPE_BUF (4096) would not be written in one piece.
      *) printf '%s %s |%.3000s\n' "$nonce" "$1" "$line" ;;
    esac
  done
}

part() { # NAME COMMAND [ARGUMENT...]
  name=$1
  shift
  printf '%s %s +\n' "$nonce" "$name"
  { "$@" </dev/null 2>&1; printf '\n%s\n' "$nonce=$?"; } | tag "$name" &
  pids="$pids $!"
}

bounded() { # SECONDS COMMAND [ARGUMENT...]
  if command -v timeout >/dev/null; then
    timeout -s KILL "$@"
  else
    shift
    "$@"
  fi
}

account() {
  printf 'user=%s\nuid=%s\ngid=%s\n' "$(id -un 2>/dev/null)" "$(id -u)" "$(id -g)"
  for variable in NVIDIA_VISIBLE_DEVICES NVIDIA_DRIVER_CAPABILITIES CUDA_VISIBLE_DEVICES \
    LD_LIBRARY_PATH; do
    eval "[ -z \"\${$variable+set}\" ] || printf '%s=%s\n' $variable \"\$$variable\""
  done
}

# One unknown field fails a whole query (exit code 2): compute_cap before R510.
gpus() {
  fields=index,name,uuid,memory.total,memory.free,pci.bus_id
  mig=mig.mode.current,mig.mode.pending
  for more in ",$mig,compute_cap" ",$mig" ''; do
    bounded 20 nvidia-smi "--query-gpu=$fields$more" --format=csv,nounits
    code=$?
    [ "$code" -eq 2 ] || return "$code"
  done
  return 2
}

# The driver's library, which the NVIDIA Container Toolkit puts in, and its device files.
driver() {
  printf 'looked\n'
  {
    ldconfig -p 2>/dev/null || /sbin/ldconfig -p 2>/dev/null
    ls /usr/lib/*/libcuda.so.1 /usr/lib64/libcuda.so.1 /usr/lib/wsl/lib/libcuda.so.1 2>/dev/null
  } | sed -n 's/.*\(\/[^ ]*libcuda\.so\.1\)$/libcuda=\1/p'
  for file in /dev/nvidia* /dev/dxg /dev/nvhost-gpu; do
    [ -c "$file" ] || continue
    if [ -r "$file" ] && [ -w "$file" ]; then usable=yes; else usable=no; fi
    printf 'node=%s %s\n' "$usable" "$file"
  done
}

shared_memory() {
  df -Pk /dev/shm | tail -n 1
}

folder() { # NUMBER PATH
  if [ ! -e "$2" ]; then state=missing; elif [ -w "$2" ]; then state=yes; else state=no; fi
  printf '%s %s %s\n' "$1" "$state" "$(stat -c %u "$2" 2>/dev/null)"
}

# Side by side, since a dead network file system never answers.
folders() {
  number=0
  for path; do
    folder "$number" "$path" &
    number=$((number + 1))
  done
  wait
}

# State 0A is LISTEN: Documentation/networking/proc_net_tcp.rst of the kernel.
ports() {
  sed -n 's/^ *[0-9]*: \([0-9A-F]*:[0-9A-F]*\) [0-9A-F:]* 0A .*/\1/p' /proc/net/tcp
  sed -n 's/^ *[0-9]*: \([0-9A-F]*:[0-9A-F]*\) [0-9A-F:]* 0A .*/\1/p' /proc/net/tcp6 2>/dev/null
}

# As the editor does: many images put their Python on PATH only in the shell's start files.
login_path() {
  shell=$(getent passwd "$(id -u)" 2>/dev/null | sed 's/.*://')
  bounded 10 "${shell:-/bin/sh}" -lic "printf '\n%s %s\n' '$nonce' \"\$PATH\"" 2>/dev/null |
    sed -n "s/^$nonce //p"
}

pythons() { # FOLDER
  command -v python
  (PATH=$(login_path) && command -v python)
  printf '%s\n' "$1/.venv/bin/python"
  command -v python3
}

# Frameworks by the module that is imported; `program` has a function look_MODULE for each.
modules='torch jax tensorflow onnxruntime'

# The first that has a framework, or else the first that is there.
choose_python() { # FOLDER
  first=''
  while IFS= read -r candidate; do
    [ -x "$candidate" ] || continue
    first=${first:-$candidate}
    # shellcheck disable=SC2086 # one argument a module
    if "$candidate" -c 'import importlib.util as u, sys
sys.exit(not any(map(u.find_spec, sys.argv[1:])))' $modules </dev/null; then
      first=$candidate
      break
    fi
  done <<PYTHONS
$(pythons "$1")
PYTHONS
  printf '%s\n' "$first"
}

frameworks() { # FOLDER
  # Not in the project, where a file may have the name of a package.
  cd / || return
  python=$(choose_python "$1")
  [ -n "$python" ] || return 127
  printf 'python=%s\nversion=%s\n' "$python" "$("$python" -V 2>&1)"
  for module in $modules; do
    "$python" -c "$(program)" "$module" "$((seconds / 4))"
    printf '%s.exit=%s\n' "$module" "$?"
  done
}

# Says each thing as soon as it is known; the alarm ends what hangs in a step.
program() {
  cat <<'PYTHON'
import importlib.metadata as metadata
import importlib.util
import os
import signal
import subprocess
import sys
import tempfile
import time

name, seconds = sys.argv[1], int(sys.argv[2])
SIZE = 32
# Whole numbers this small have one product, whatever the order and the width of the sums.
LEFT = [[float((row * SIZE + column) % 8) for column in range(SIZE)] for row in range(SIZE)]
RANK = """
import sys
import torch
import torch.distributed as distributed
rank, world = int(sys.argv[1]), int(sys.argv[2])
on_gpu = torch.cuda.is_available()
device = torch.device("cuda", rank) if on_gpu else torch.device("cpu")
if on_gpu:
    torch.cuda.set_device(device)
backend = "nccl" if on_gpu else "gloo"
meeting = "file://" + sys.argv[3]
distributed.init_process_group(backend, init_method=meeting, rank=rank, world_size=world)
numbers = torch.full((1 << 20,), float(rank + 1), device=device)
distributed.all_reduce(numbers)
same = bool((numbers == world * (world + 1) / 2).all())
distributed.destroy_process_group()
sys.exit(0 if same else 3)
"""


def say(key, value):
    print(f"{name}.{key}={' '.join(str(value).split())[:600]}", flush=True)


def step(what):
    signal.alarm(seconds)
    say("step", what)


def look(count, product, device):
    """The same for each framework: whether each GPU computes what the CPU does."""
    for index in range(count):
        step(f"device {index}")
        card, capability = device(index)
        say(f"device.{index}.name", card)
        say(f"device.{index}.capability", capability)
        try:
            say(f"device.{index}.product", "same" if product(index) else "different")
        except Exception as error:
            say(f"device.{index}.product", f"failed {type(error).__name__}: {error}")
            return


def look_torch():
    import torch

    cuda = torch.version.cuda or ""
    say("version", torch.__version__)
    say("cuda", cuda)
    # get_arch_list() is empty where no GPU is seen.
    say("architectures", torch._C._cuda_getArchFlags() if cuda else "")
    step("available")
    count = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if not count:
        try:
            torch.cuda.init()
        except Exception as error:
            say("error", error)
    say("count", count)

    def product(index):
        left = torch.tensor(LEFT)
        there = left.to(f"cuda:{index}")
        return torch.equal((there @ there).cpu(), left @ left)

    def device(index):
        return torch.cuda.get_device_name(index), "%d.%d" % torch.cuda.get_device_capability(index)

    look(count, product, device)
    if count > 1:
        step("reduce")
        say("reduce", reduce(count))


def reduce(count):
    """An all-reduce of one process a GPU, as training does it."""
    with tempfile.TemporaryDirectory() as folder, open(f"{folder}/said", "w+b") as said:
        environment = {**os.environ, "NCCL_DEBUG": "WARN"}
        ranks = [
            subprocess.Popen(
                [sys.executable, "-c", RANK, str(rank), str(count), f"{folder}/meeting"],
                env=environment, stdout=said, stderr=said,
            )
            for rank in range(count)
        ]
        deadline = time.monotonic() + seconds - 2
        while any(rank.poll() is None for rank in ranks) and time.monotonic() < deadline:
            time.sleep(0.1)
        codes = [rank.poll() for rank in ranks]
        for rank in ranks:
            rank.kill()
        if None in codes:
            return "hangs"
        if not any(codes):
            return "same"
        if 3 in codes:
            return "different"
        said.seek(0)
        lines = [line.strip() for line in said.read().decode("utf-8", "replace").splitlines()]
        warned = [line.partition("NCCL WARN ")[2] for line in lines if "NCCL WARN " in line]
        return "failed " + next(iter(warned or [line for line in reversed(lines) if line]), "silently")


def look_jax():
    os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")
    import jax
    import numpy

    plugins = [x for x in metadata.distributions() if str(x.metadata["Name"]).startswith("jax-cuda")]
    names = sorted(str(plugin.metadata["Name"]) for plugin in plugins)
    cuda = names[0][len("jax-cuda"):].partition("-")[0] if names else ""
    say("version", jax.__version__)
    say("cuda", cuda)
    step("available")
    try:
        cards = jax.devices("gpu")
    except RuntimeError as error:
        cards = []
        say("error", error)
    say("count", len(cards))

    def product(index):
        left = numpy.array(LEFT, dtype="float32")
        there = jax.device_put(left, cards[index])
        return bool((numpy.asarray(there @ there) == left @ left).all())

    def device(index):
        return cards[index].device_kind, getattr(cards[index], "compute_capability", "")

    look(len(cards), product, device)


def look_tensorflow():
    os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")
    import tensorflow as tf

    build = tf.sysconfig.get_build_info()
    cuda = str(build.get("cuda_version", "")) if build.get("is_cuda_build") else ""
    say("version", tf.__version__)
    say("cuda", cuda)
    say("architectures", " ".join(build.get("cuda_compute_capabilities", [])))
    step("available")
    cards = tf.config.list_physical_devices("GPU")
    say("count", len(cards))

    def product(index):
        with tf.device("/CPU:0"):
            wanted = tf.matmul(tf.constant(LEFT), tf.constant(LEFT))
        with tf.device(f"/GPU:{index}"):
            got = tf.matmul(tf.constant(LEFT), tf.constant(LEFT))
        return bool((got.numpy() == wanted.numpy()).all())

    def device(index):
        details = tf.config.experimental.get_device_details(cards[index])
        capability = ".".join(map(str, details.get("compute_capability", ())))
        return details.get("device_name", "a GPU"), capability

    look(len(cards), product, device)


# A model of one operator: y = MatMul(x, x).
MODEL = bytes.fromhex(
    "08073a380a110a01780a017812017922064d61744d756c1201675a0f0a017812"
    "0a0a08080112040a000a00620f0a0179120a0a08080112040a000a004202100d"
)


def look_onnxruntime():
    import numpy
    import onnxruntime

    wanted = "CUDAExecutionProvider"
    onnxruntime.set_default_logger_severity(4)
    say("version", onnxruntime.__version__)
    if wanted not in onnxruntime.get_available_providers():
        say("cuda", "")
        say("count", 0)
        return
    try:
        from onnxruntime.capi.build_and_package_info import cuda_version

        say("cuda", cuda_version)
    except ImportError:
        pass  # Releases before 1.21 do not tell.
    step("available")
    sessions, reason = [], ""
    while len(sessions) < 64:
        where = [(wanted, {"device_id": len(sessions)})]
        try:
            session = onnxruntime.InferenceSession(MODEL, providers=where)
        except Exception as error:
            reason = str(error)
            break
        if wanted not in session.get_providers():
            reason = "its CUDA provider does not load; are its libraries on LD_LIBRARY_PATH?"
            break
        sessions.append(session)
    if not sessions:
        say("error", reason)
    say("count", len(sessions))

    def product(index):
        left = numpy.array(LEFT, dtype="float32")
        return bool((sessions[index].run(None, {"x": left})[0] == left @ left).all())

    def device(index):
        return f"device {index}", ""

    look(len(sessions), product, device)


if importlib.util.find_spec(name):
    step("import")
    try:
        globals()[f"look_{name}"]()
        say("step", "")
    except Exception as error:
        say("error", f"{type(error).__name__}: {error}")
PYTHON
}

look() { # NONCE SECONDS FOLDER [TARGET...]
  nonce=$1 seconds=$2 project=$3
  shift 2
  pids='' late='' LC_ALL=C
  export LC_ALL
  trap 'late=1' USR1
  printf '\n%s begin\n' "$nonce"
  part frameworks frameworks "$project"
  part account account
  part smi bounded 20 nvidia-smi
  part gpus gpus
  part slices bounded 20 nvidia-smi -L
  part driver driver
  part shm shared_memory
  part folders folders "$@"
  part ports ports
  # `wait` ends early when a trapped signal comes, which is the only wait here that cannot hang.
  (
    trap 'kill "$!" 2>/dev/null; exit' TERM
    sleep "$seconds" &
    wait "$!"
    while kill -USR1 "$$" 2>/dev/null; do sleep 1; done
  ) </dev/null >/dev/null 2>&1 &
  watchdog=$!
  for pid in $pids; do
    [ -z "$late" ] || break
    wait "$pid"
  done
  kill "$watchdog" 2>/dev/null
  printf '%s done\n' "$nonce"
  # What hangs shall not stay behind; this shell and its children are a group of their own.
  [ -z "$late" ] || kill -KILL 0
}

[ "${1-}" = --parts ] || exit 2
shift
look "$@"
