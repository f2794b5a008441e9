"""`scaffold up` when the Dev Containers CLI fails: cause, lines, fix, next command and log."""

from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from scaffold.commands.workspace import up as use_case
from scaffold.commands.workspace.up_target import UpTarget
from scaffold.errors import TargetError
from scaffold.workspace.identity import Identity

BUILD = """\
[12 ms] @devcontainers/cli 0.89.0. Node.js v20.0.0.
[99 ms] Start: Run: docker buildx build --load -f /tmp/Dockerfile
#5 [2/4] RUN apt-get install -y libgl1-mesa-glx
#5 0.512 Reading package lists...
#5 0.713 E: Unable to locate package libgl1-mesa-glx
#5 ERROR: process "/bin/sh -c apt-get install" did not complete successfully: exit code: 100
[500 ms] Error: Command failed: docker buildx build --load -f /tmp/Dockerfile
[500 ms]     at abc (/usr/lib/node_modules/@devcontainers/cli/dist/spec-node/x.js:1:1)
"""

UNKNOWN = """\
#7 [3/4] RUN ./configure
#7 1.1 checking for a wand
#7 1.2 configure: error: no wand
#7 ERROR: process "./configure" returned 3
"""


def recorded(*, by_context: bool) -> SimpleNamespace:
    return SimpleNamespace(host="gpu01", by_context=by_context)


@pytest.fixture
def failed(monkeypatch, tmp_path):
    """What the user reads when the CLI wrote this log."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))

    def run(log: str, message: str = "Command failed: docker", **settings) -> TargetError:
        target = UpTarget(
            root=tmp_path / "sub", identity=Identity(account="a"), config=".devcontainer.json"
        )
        target = replace(target, **settings)
        path = use_case.log_path(target.root)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(log)

        def run_up(*_words):
            raise TargetError(message)

        monkeypatch.setattr(use_case, "run_up", run_up)
        with pytest.raises(TargetError) as raised:
            use_case.start(target, print)
        return raised.value

    return run


def test_a_known_failure_has_cause_lines_fix_next_command_and_log(failed, tmp_path):
    error = failed(BUILD)
    sub = tmp_path / "sub"
    assert error.message.splitlines() == [
        "the container does not start: the distribution has no package libgl1-mesa-glx",
        "RUN apt-get install -y libgl1-mesa-glx (exit code 100)",
        "  E: Unable to locate package libgl1-mesa-glx",
    ]
    fix, again, log = error.hint.splitlines()
    assert f"--apt of scaffold init {sub}" in fix
    assert again == f"then run again: scaffold up {sub}"
    assert log == f"full log: {use_case.log_path(sub)}"


BEGIN = "the container does not start: "
OWN_CODE = """\
#5 [2/2] RUN python setup.py build
#5 sha256:c4b9ba6034228f9eebcbf22590fe97f8edee7d0a00889ff81da77c002751ed68
[2026-11-30T05:57:27.692Z] #5 0.225   File "/tmp/setup.py", line 2, in <module>
#5 0.225     raise RuntimeError("my own fault")
#5 0.226 RuntimeError: my own fault
#5 ERROR: executor failed running [/bin/sh -c python setup.py build]: exit code: 1
[2026-11-30T05:57:27.739Z] Exit code 1
Error: Command failed: /usr/bin/docker build -f /tmp/Dockerfile-with-features -t vsc-exit3
"""


def test_an_unknown_failure_shows_the_step_and_its_last_lines(failed):
    error = failed(UNKNOWN)
    assert error.message.splitlines() == [
        f'{BEGIN}the build fails at RUN ./configure: process "./configure" returned 3',
        "  configure: error: no wand",
    ]
    fix, again, _ = error.hint.splitlines()
    assert fix == "correct this step of the Dockerfile, or the code that it runs"
    assert again.startswith("then run again: scaffold up")


def test_an_error_in_the_users_own_code_is_named_in_one_line(failed):
    assert failed(OWN_CODE).message.splitlines() == [
        f"{BEGIN}the build fails at RUN python setup.py build (exit code 1)",
        '    File "/tmp/setup.py", line 2, in <module>',
        '      raise RuntimeError("my own fault")',
        "  RuntimeError: my own fault",
    ]


def test_a_registry_that_cannot_be_found_is_told_the_mirror_of_registries(failed):
    error = failed("Error fetching image details: getaddrinfo ENOTFOUND registry-1.docker.io")
    assert "Docker cannot find registry-1.docker.io" in error.message
    assert "--mirror registry=HOST" in error.hint


def test_a_log_without_a_reason_gives_no_command_of_the_cli_as_one(failed):
    error = failed("making\nno luck\nError: Command failed: docker build -f /x\n")
    assert error.message == "the container does not start: no luck\nmaking"
    assert error.hint.startswith("run again: scaffold up")


def test_the_message_of_the_cli_counts_where_it_says_something(failed):
    message = "Dockerfile (/p/.devcontainer/Dockerfile) not found."
    assert "/p/.devcontainer/Dockerfile, which does not exist" in failed("", message).message
    assert failed("", "no such luck").message == "the container does not start: no such luck"


@pytest.mark.parametrize(
    ("by_context", "docker"),
    [(True, "docker --context gpu01"), (False, "docker -H ssh://gpu01")],
)
def test_commands_are_for_the_engine_host_and_settings_of_the_run(failed, by_context, docker):
    settings = {
        "recorded": recorded(by_context=by_context),
        "ssh_config": Path("/x/my config"),
        "config": ".devcontainer/gpu/devcontainer.json",
    }
    error = failed("no space left on device", **settings)
    assert f"{docker} system df" in error.hint
    flags = "--ssh-config '/x/my config' --config gpu"
    assert f"/sub {flags}\nfull log" in error.hint
    error = failed("docker: nvcc: not found", **settings)
    assert f"{flags} --host gpu01 --nvcc" in error.hint


def test_a_server_without_the_cli_is_told_the_other_way(failed):
    error = failed("", "neither devcontainer nor npx is on the host's PATH")
    assert "scaffold open works without it" in error.hint


TAKEN = {
    "Docker 20.10": "Bind for 0.0.0.0:8888 failed: port is already allocated",
    "Docker 28": "failed to bind host port for 127.0.0.1:8888:172.17.0.2:80/tcp: "
    "address already in use",
    "Docker 29": "failed to bind host port 0.0.0.0:8888/tcp: address already in use",
    "a program of the host": "listen tcp4 0.0.0.0:8888: bind: address already in use",
    "IPv6": "Bind for [::]:8888 failed: port is already allocated",
}


class PortEngine:
    """An engine with one container, which publishes a port."""

    def __init__(self, port: int) -> None:
        labels = {"io.gpu-scaffold.owner": "ada"}
        row = {"Id": "1", "Name": "theirs", "Config": {"Labels": labels}, "State": {}}
        self.row = {**row, "Ports": [{"PublicPort": port}, {}]}

    def containers(self):
        return [self.row]

    def inspect(self, _id):
        return self.row


@pytest.mark.parametrize("text", TAKEN.values(), ids=TAKEN)
@pytest.mark.parametrize("port", [8888, 88])
def test_whose_container_has_the_port_is_said(failed, monkeypatch, text, port):
    @contextmanager
    def docker_engine(*_words):
        yield PortEngine(port)

    monkeypatch.setattr(use_case, "docker_engine", docker_engine)
    said = failed(f"docker: Error response from daemon: {text}.").message
    assert "another program uses a port" in said
    assert ("port 8888: theirs belongs to ada (unknown)" in said) == (port == 8888)


CUT = """\
[900 ms] Start: Run: docker buildx build --load -f /tmp/Dockerfile
#5 [2/4] RUN make
{}
[950 ms] Error: Command failed: docker buildx build --load -f /tmp/Dockerfile
[950 ms]     at abc (/usr/lib/node_modules/@devcontainers/cli/dist/spec-node/x.js:1:1)
[950 ms]     at async def (/usr/lib/node_modules/@devcontainers/cli/dist/spec-node/x.js:2:2)
[950 ms]     at async ghi (/usr/lib/node_modules/@devcontainers/cli/dist/spec-node/x.js:3:3)
"""
CLOSED = "Connection to 127.0.0.1 closed by remote host."


@pytest.mark.parametrize("where", [recorded(by_context=False), recorded(by_context=True), None])
def test_connection_that_was_cut_is_named_above_what_the_cli_adds(failed, where):
    error = failed(CUT.format(CLOSED), recorded=where)
    assert ("the connection to gpu01 was lost" in error.message) == bool(where)
    # A build may print the same words; then more of it follows.
    went_on = f"{CLOSED}\n#5 1.0 compiling\n#5 2.0 compiling\n#5 3.0 no such file"
    assert "was lost" not in failed(CUT.format(went_on), recorded=where).message
