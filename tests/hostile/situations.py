"""Hostile inputs that no combination of a place and a poison makes: each a row of its own.

`FIXED` is the table: rule, title, command, the files of the project by path, and further
preparations. The harness runs all of them.
"""

import json
import os
import socket
from collections.abc import Callable
from pathlib import Path

# ruff: noqa: E501 (one situation a line)
CANARY = "CANARY7f3a9"
Files = dict[str, str | bytes]
Row = tuple[int, str, list[str], Files, Callable[[Path], None]]

INIT = ["init", "--yes", "--dry-run"]
WRITE = ["init", "--yes"]
UP = ["up"]
SYNC = ["sync", "--dry-run", "--trust"]
CONFIG = ".devcontainer/devcontainer.json"
MIB = 1 << 20
REMOTE = '[answers]\ntarget = "remote"\nhost = "gpu01"\nfiles = "remote-ssh"\nworkspace = "{}"\n'


def nothing(_root: Path) -> None:
    """No further preparation."""


def reaching(**config: object) -> Files:
    return {CONFIG: json.dumps({"image": "debian:12", **config})}


def linked_levels(root: Path) -> None:
    (root / "a").mkdir()
    (root / "a" / "b").symlink_to("../..")
    (root / ".devcontainer").symlink_to("a/b/.ssh")


def linked_project_files(root: Path) -> None:
    for name in ("requirements.txt", "pyproject.toml", "README.md", "setup.py"):
        (root / name).unlink(missing_ok=True)
        (root / name).symlink_to("../.ssh/id_ed25519")


def hard_linked(root: Path) -> None:
    (root / ".devcontainer").mkdir()
    for name in ("Dockerfile", "devcontainer.json", "post-create.sh"):
        os.link(root.parent / ".bashrc", root / ".devcontainer" / name)


def loops(root: Path) -> None:
    for name in ("a", "b"):
        (root / name).symlink_to("b" if name == "a" else "a")
    (root / "self").symlink_to(".")
    (root / "deep").mkdir()
    (root / "deep" / "up").symlink_to("../deep")


def specials(root: Path) -> None:
    os.mkfifo(root / "pipe.py")
    os.mkfifo(root / "requirements-gpu.txt")
    (root / "notebooks").mkdir()
    os.mkfifo(root / "notebooks" / "x.ipynb")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(root / "s.py"))
    if os.geteuid() == 0:
        os.mknod(root / "zero.toml", 0o20644, os.makedev(1, 5))


def deep_tree(root: Path) -> None:
    here = os.open(root, os.O_RDONLY)
    for _ in range(300):
        os.mkdir("d", dir_fd=here)
        inner = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)


def odd_names(root: Path) -> None:
    for name in (b"\xff\xfe.py", b"a\nb.py", b"\x1b[2J.toml", b"x" * 255, "\u202egnp.py".encode()):
        (root / os.fsdecode(name)).write_bytes(b"import torch\n")
    # The longest path that a system call takes has 4,095 bytes.
    (root / "/".join(["y" * 250] * ((3800 - len(str(root))) // 251))).mkdir(parents=True)


def folded_git(root: Path) -> None:
    for name in (".GIT", ".git\u200c", "git~1", ".Git "):
        (root / name / "hooks").mkdir(parents=True)
        (root / name / "hooks" / "post-checkout").write_text("#!/bin/sh\ntouch ~/pwned\n")
        (root / name / "config").write_text("[core]\n\tfsmonitor = touch ~/pwned\n")


def git_config(root: Path) -> None:
    (root / ".git" / "objects").mkdir(parents=True)
    (root / ".git" / "refs").mkdir()
    (root / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    (root / ".git" / "config").write_text(
        "[core]\n\trepositoryformatversion = 0\n\tfsmonitor = touch ../pwned; false\n"
        "\thooksPath = hooks\n\tsshCommand = touch ../pwned\n\tpager = touch ../pwned\n"
        '[alias]\n\tstatus = !touch ../pwned\n[include]\n\tpath = /dev/zero\n[url "x"]\n\tinsteadOf = y\n'
    )


def many_files(root: Path) -> None:
    for number in range(3000):
        (root / f"m{number}.py").write_text("import torch\n")


def unreadable(root: Path) -> None:
    (root / "closed").mkdir()
    (root / "closed" / "x.py").write_text("x")
    (root / "closed").chmod(0)


def sparse(name: str) -> Callable[[Path], None]:
    def prepare(root: Path) -> None:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            file.truncate(20 << 30)

    return prepare


def billion() -> str:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    return "\n".join(rows) + "\ndependencies: *a11\n"


FIXED: list[Row] = [
    (1, "a link at a level of .devcontainer", WRITE, {}, linked_levels),
    (1, "manifests that are links to private files", [*INIT, "-v"], {}, linked_project_files),
    (1, "generated files that are hard links of a private file", WRITE, {}, hard_linked),
    (1, "the same with --overwrite", [*WRITE, "--overwrite"], {}, hard_linked),
    (1, "links in circles", WRITE, {}, loops),
    (1, "links in circles before an upload", SYNC, {}, loops),
    (2, "every host command", UP, reaching(initializeCommand={"a": ["touch", "../pwned"]}), nothing),
    (2, "a host command as a list", UP, reaching(initializeCommand=["touch", "../pwned"]), nothing),
    (2, "devices and capabilities", UP, reaching(capAdd=["SYS_ADMIN"], privileged=True), nothing),
    (2, "a mount as an object", UP, reaching(mounts=[{"type": "bind", "source": "/"}]), nothing),
    (2, "a mount in odd spelling", UP, reaching(mounts=["TYPE=BIND,SRC=/,DST=/h"]), nothing),
    (2, "run arguments in one word", UP, reaching(runArgs=["--device=/dev/kmsg", "-v/:/h"]), nothing),
    (2, "run arguments of other kinds", UP, reaching(runArgs=[{"a": 1}, 5, None, ["-v"]]), nothing),
    (2, "security options", UP, reaching(securityOpt=["seccomp=unconfined"], init="x"), nothing),
    (2, "a Feature from the project", UP, reaching(features={"./evil": {}}), nothing),
    (2, "a workspace mount of the home", UP, reaching(workspaceMount="type=bind,source=/,target=/w"), nothing),
    (2, "local variables in remoteEnv", UP, reaching(remoteEnv={"K": "${localEnv:HOME}"}), nothing),
    (2, "a Compose file", UP, {CONFIG: '{"dockerComposeFile": "c.yml", "service": "s"}', ".devcontainer/c.yml": "services:\n  s:\n    image: debian:12\n    privileged: true\n    volumes: ['/:/h', {type: bind, source: ~/.ssh, target: /k}]\n    pid: host\n"}, nothing),
    (2, "a Compose file that includes others", UP, {CONFIG: '{"dockerComposeFile": ["../c.yml", "/etc/passwd"], "service": "s"}', "c.yml": "include: [/etc/passwd]\nservices:\n  s:\n    extends: {file: ../../x.yml, service: y}\n    env_file: ../.ssh/id_ed25519\n"}, nothing),
    (2, "a Dockerfile that reads the context's parent", UP, {CONFIG: '{"build": {"dockerfile": "../../.bashrc", "context": "../.."}}'}, nothing),
    (2, "forged lines in a question", UP, reaching(initializeCommand="true\r\n  2. nothing else\x1b[8m\nProceed? y"), nothing),
    (2, "a thousand mounts", UP, reaching(mounts=[f"type=bind,source=/{n},target=/t{n}" for n in range(1000)]), nothing),
    (2, "duplicate keys", UP, {CONFIG: '{"image": "debian:12", "initializeCommand": "", "initializeCommand": "touch ../pwned"}'}, nothing),
    (2, "comments that hide a key", UP, {CONFIG: '{/* */"image": "x", // \r"initializeCommand": "touch ../pwned"\n}'}, nothing),
    (2, "a command behind single quotes", UP, {CONFIG: """{"image": 'x, "initializeCommand": "touch ../pwned", "b": 1'}"""}, nothing),
    (2, "a comment that ends at U+2028 for some readers", UP, {CONFIG: '{"image": "x", "initializeCommand": "touch ../pwned", // \u2028 "initializeCommand": ""\n}'}, nothing),
    (2, "a prototype of JavaScript", UP, {CONFIG: '{"image": "x", "__proto__": {"initializeCommand": "touch ../pwned"}}'}, nothing),
    (2, "a second configuration", ["up", "--config", "b"], {CONFIG: '{"image": "debian:12"}', ".devcontainer/b/devcontainer.json": '{"initializeCommand": "touch ../pwned"}'}, nothing),
    (2, "aliases that grow in a Compose file", UP, {CONFIG: '{"dockerComposeFile": "c.yml", "service": "s"}', ".devcontainer/c.yml": billion().replace("dependencies", "services")}, nothing),
    (2, "a Compose file that includes itself", UP, {CONFIG: '{"dockerComposeFile": "c.yml", "service": "s"}', ".devcontainer/c.yml": "include: [c.yml, {path: [c.yml, ../../.bashrc]}]\nservices: {s: {extends: {file: c.yml, service: s}, devices: [{2001-01-01: 1}]}}\n"}, nothing),
    (2, "an address that runs a command", ["start", "ext::sh -c touch% ../pwned"], {}, nothing),
    (2, "an address that is an option", ["start", "--", "--upload-pack=touch ../pwned"], {}, nothing),
    (4, "an address with escapes", ["start", "https://127.0.0.1:1/\x1b]52;c;eA==\x07/x.git"], {}, nothing),
    (9, "a check of this computer", ["doctor"], {}, nothing),
    (9, "a script for a shell", ["completion", "bash"], {}, nothing),
    (9, "a recording that is none", ["host", "check", "--facts", "facts.txt"], {"facts.txt": "\x1b[2J" + "=" * MIB}, nothing),
    (9, "an administrator's script for a host that lies", ["host", "setup", "gpu01", "--admin-script", "fixes.sh", "--yes"], {}, nothing),
    (9, "an undo for a host that lies", ["host", "setup", "gpu01", "--undo", "--yes"], {}, nothing),
    (3, ".git in other spellings", SYNC, {}, folded_git),
    (3, "a hostile git configuration", INIT, {}, git_config),
    (3, "a hostile git configuration before an upload", SYNC, {}, git_config),
    (3, "editor and shell files", WRITE, {".vscode/tasks.json": '{"tasks": [{"runOptions": {"runOn": "folderOpen"}, "command": "touch ../pwned"}]}', ".envrc": "touch ../pwned", ".vscode/settings.json": "{" * 5000}, nothing),
    (4, "names that no terminal should see", [*INIT, "-v"], {}, odd_names),
    (4, "names that no terminal should see, as JSON", [*INIT, "--json"], {}, odd_names),
    (4, "names that no terminal should see, uploaded", SYNC, {}, odd_names),
    (4, "C1 controls in a name", INIT, {"pyproject.toml": '[project]\nname = "a\u009b31m"\ndependencies = ["torch"]\n'}, nothing),
    (5, "pipes, sockets and devices", INIT, {}, specials),
    (5, "pipes, sockets and devices, uploaded", SYNC, {}, specials),
    (5, "folders 300 deep", INIT, {}, deep_tree),
    (5, "folders 300 deep, uploaded", SYNC, {}, deep_tree),
    (5, "3,000 files", INIT, {}, many_files),
    (5, "a sparse notebook", INIT, {}, sparse("x.ipynb")),
    (5, "a sparse source file", INIT, {}, sparse("x.py")),
    (5, "a sparse lock file", INIT, {}, sparse("uv.lock")),
    (5, "a sparse Compose file", UP, {CONFIG: '{"dockerComposeFile": "c.yml"}'}, sparse(".devcontainer/c.yml")),
    (5, "a billion laughs in YAML", INIT, {"environment.yml": billion()}, nothing),
    (5, "a merge key bomb", INIT, {"environment.yml": "a: &a {x: 1}\n" + "".join(f"b{n}: &b{n}\n  <<: [*a, *a]\n" for n in range(4000))}, nothing),
    (5, "YAML of odd types", INIT, {"environment.yml": "? [a, b]\n: !!python/object/apply:os.system ['touch ../pwned']\n"}, nothing),
    (5, "YAML dates and infinities", INIT, {"environment.yml": "dependencies: [2001-99-99, .inf, 1e999, 0x" + "f" * 9000 + ", 1:2:3:4]\n"}, nothing),
    (5, "dotted keys in TOML", INIT, {"pyproject.toml": "a." * 50_000 + "b = 1\n"}, nothing),
    (5, "nested tables in TOML", INIT, {"pyproject.toml": "x = " + "{a=" * 20_000}, nothing),
    (5, "a number of a million digits", INIT, {"pyproject.toml": "x = " + "9" * MIB}, nothing),
    (5, "a notebook of a million cells", INIT, {"x.ipynb": '{"cells": [' + ",".join(['{"cell_type": "code", "source": ["import a"]}'] * 40_000) + "]}"}, nothing),
    (5, "a notebook of odd shapes", INIT, {"x.ipynb": '{"cells": {"a": [1, null, {"source": {"x": 1}}]}, "metadata": 5}'}, nothing),
    (5, "source of nested brackets", INIT, {"train.py": "x = " + "(" * 20_000, "setup.py": "setup(" * 10_000}, nothing),
    (5, "source of one long expression", INIT, {"setup.py": "x = " + "-" * 100_000 + "1\n", "a.py": "a" + ".b" * 60_000}, nothing),
    (5, "source with NUL and an odd encoding", INIT, {"setup.py": b"# coding: utf-7\n\0import x\n", "a.py": b"# -*- coding: rot13 -*-\n\xff"}, nothing),
    (5, "requirements that include each other", INIT, {"requirements.txt": "-r a.txt\n", "a.txt": "-r requirements.txt\n-r ../../.ssh/id_ed25519\n-c /dev/zero\n"}, nothing),
    (5, "requirements with a long marker", INIT, {"requirements.txt": "torch; " + "(" * 5000 + "python_version > '3'"}, nothing),
    (5, "requirements of continued lines", INIT, {"requirements.txt": "torch \\\n" * 60_000}, nothing),
    (5, "a version of many parts", INIT, {"requirements.txt": "torch==" + "1." * 30_000 + "0\n"}, nothing),
    (5, "setup.cfg that interpolates", INIT, {"setup.cfg": "[options]\ninstall_requires = %(install_requires)s %(x" + ")s" * 9000}, nothing),
    (5, "a Pipfile of odd types", INIT, {"Pipfile": "packages = 5\n[[source]]\nurl = []\n", "Pipfile.lock": '{"default": [1], "_meta": null}'}, nothing),
    (5, "a README of code fences", INIT, {"README.md": "```\n" * 60_000 + "`" * 50_000 + "[a](" * 20_000}, nothing),
    (5, "a Dockerfile of continued lines", WRITE, {"Dockerfile": "RUN a \\\n" * 60_000, ".devcontainer/Dockerfile": "FROM a\n" * 30_000}, nothing),
    (5, "ignore patterns of stars", SYNC, {".gitignore": ("**/" * 60 + "a*" * 60 + "b\n") * 50, "a" * 200: "x"}, nothing),
    (5, "ignore patterns of brackets", SYNC, {".scaffoldignore": "[" * 9000 + "\n[[:alpha:]-\n[!\n\\\n", ".gitignore": "!" * 9000}, nothing),
    (6, "a leftover of a killed run", WRITE, {}, lambda root: (root / ".scaffold-tmp-x").mkdir()),
    (7, "a login in every manifest", [*INIT, "-v", "--json"], {"requirements.txt": f"--index-url https://u:{CANARY}@h/s\ntorch\n", "pyproject.toml": f'[[tool.uv.index]]\nurl = "https://{CANARY}@h/s"\n', "pip.conf": f"[global]\nindex-url = https://u:a/{CANARY}@h\n", "uv.lock": f'[[package]]\nname = "a"\nsource = {{ registry = "https://u:{CANARY}@h" }}\n'}, nothing),
    (7, "a token in a git address", [*INIT, "-v"], {"requirements.txt": f"x @ git+https://oauth2:{CANARY}@h/x.git\ny @ git+https://{CANARY}@h/y\n"}, nothing),
    (7, "a login in a Pipfile", [*INIT, "--json"], {"Pipfile": f'[[source]]\nurl = "https://u:{CANARY}@h/s"\nname = "h"\n[packages]\ntorch = "*"\n'}, nothing),
    (7, "a login in conda channels", [*INIT, "-v"], {"environment.yml": f"channels: ['https://u:{CANARY}@h/c', 'https://h/t/tk-{CANARY}/c']\ndependencies: [pytorch]\n"}, nothing),
    (9, "folders that cannot be read", INIT, {}, unreadable),
    (9, "an answers file that is a folder", WRITE, {".devcontainer/scaffold.toml/x": ""}, nothing),
    (9, "an answers file of other types", WRITE, {".devcontainer/scaffold.toml": "answers = [1]\ngenerated = 5\n[[x]]\n"}, nothing),
    (9, "answers of other types", WRITE, {".devcontainer/scaffold.toml": "[answers]\ngpu = 5\nport = [[]]\nmount = {a = 1}\nname = 2001-01-01\nhost = nan\n"}, nothing),
]  # fmt: skip


def prepared(row: Row) -> Callable[[Path], None]:
    """The function that makes the project of a row."""

    def prepare(root: Path) -> None:
        (root / "requirements.txt").write_text("torch>=2.8\n")
        (root / "train.py").write_text("print(1)\n")
        for name, content in row[3].items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            data = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
            path.write_bytes(data)
        if row[2] == SYNC:
            place = root / ".devcontainer" / "scaffold.toml"
            place.parent.mkdir(exist_ok=True)
            place.write_text(REMOTE.format(root.parent.parent / "far"))
        row[4](root)

    return prepare
