"""Docker for one account, without root: what the host has to allow, and the steps to it.

Source: docs.docker.com/engine/security/rootless (prerequisites, and its tips); NVIDIA
cloud-native docs, container-toolkit/install-guide.md, rootless mode.
"""

import shlex

from scaffold.facts import HostFacts
from scaffold.findings import Interrupts, Step, run

_MISSING = "scaffold-missing "
_DONE = "scaffold-done rootless"

CHECK = f"""\
missing() {{ echo "{_MISSING}$*"; }}
PATH=$HOME/bin:$PATH
command -v newuidmap >/dev/null ||
  missing "newuidmap is not installed (Debian, Ubuntu: uidmap; Fedora, RHEL: shadow-utils)"
for file in /etc/subuid /etc/subgid; do
  grep -qE "^($(id -un)|$(id -u)):" "$file" 2>/dev/null ||
    missing "$file has no range for this account: usermod --add-subuids 100000-165535 \
--add-subgids 100000-165535 $(id -un)"
done
[ "$(cat /proc/sys/user/max_user_namespaces 2>/dev/null)" != 0 ] ||
  missing "the kernel allows no user namespaces (sysctl user.max_user_namespaces)"
[ "$(cat /proc/sys/kernel/unprivileged_userns_clone 2>/dev/null)" != 0 ] ||
  missing "the kernel allows no user namespaces (sysctl kernel.unprivileged_userns_clone)"
if [ "$(cat /proc/sys/kernel/apparmor_restrict_unprivileged_userns 2>/dev/null)" = 1 ]; then
  grep -qs rootlesskit /etc/apparmor.d/* ||
    missing "AppArmor allows no user namespaces: install docker-ce-rootless-extras"
fi
systemctl --user show-environment >/dev/null 2>&1 ||
  missing "systemd has no session for this account (is XDG_RUNTIME_DIR set after login?)"
if command -v dockerd-rootless-setuptool.sh >/dev/null; then echo scaffold-has setuptool; fi
echo "{_DONE}"
"""

# The tool's own folder first: Docker's script puts everything into ~/bin.
_PATH = "PATH=$HOME/bin:$PATH; export PATH"
_INSTALL = f"{_PATH}; dockerd-rootless-setuptool.sh install"
_FETCH = f"{_PATH}; curl -fsSL https://get.docker.com/rootless | sh"
_UNINSTALL = f"{_PATH}; dockerd-rootless-setuptool.sh uninstall --force"
_GPU = """\
mkdir -p @HOME@/.config/docker @HOME@/.config/cdi
if [ ! -e /etc/cdi/nvidia.yaml ] && [ ! -e /var/run/cdi/nvidia.yaml ]; then
  nvidia-ctk cdi generate --output=@HOME@/.config/cdi/nvidia.yaml
  [ -e @FILE@ ] || printf '{"cdi-spec-dirs": ["%s"]}\\n' @HOME@/.config/cdi >@FILE@
fi
nvidia-ctk runtime configure --runtime=docker --cdi.enabled --config=@FILE@
"""


def read_check(output: str) -> tuple[bool, tuple[str, ...]] | None:
    """Whether Docker's tool is installed, and what is missing; None if the script did not end."""
    lines = output.splitlines()
    if _DONE not in lines:
        return None
    missing = [line.removeprefix(_MISSING) for line in lines if line.startswith(_MISSING)]
    return "scaffold-has setuptool" in lines, tuple(dict.fromkeys(missing))


def rootless_steps(facts: HostFacts, *, has_tool: bool) -> tuple[Step, ...]:
    """The steps from nothing to a Docker of the account's own that gives it the GPUs."""
    home = shlex.quote(facts.login.home) if facts.login.home else '"$HOME"'
    gpu = _GPU.replace("@FILE@", f"{home}/.config/docker/daemon.json").replace("@HOME@", home)
    steps = [
        run(
            "Install Docker for this account, without root.",
            *("sh", "-c", _INSTALL if has_tool else _FETCH),
            undo=("sh", "-c", _UNINSTALL),
        )
    ]
    if facts.toolkit.version is not None:
        steps.append(run("Give this Docker the GPUs, by CDI.", "sh", "-c", gpu))
    return (
        *steps,
        run(
            "Restart this Docker.",
            *("systemctl", "--user", "restart", "docker"),
            interrupts=Interrupts.CONTAINERS,
        ),
        run(
            "Keep it running after logout.",
            *("loginctl", "enable-linger"),
            undo=("loginctl", "disable-linger"),
        ),
    )
