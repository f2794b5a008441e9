"""Coverage-guided fuzzing of what reads foreign bytes, with atheris (`pip install atheris`).

`python -m tests.fuzz.fuzz_documents TARGET [-max_total_time=60]`: a crash is any exception that
the reader does not promise. Without atheris nothing runs; CONTRIBUTING.md says when to.
"""

import sys
from collections.abc import Callable

import atheris

with atheris.instrument_imports(include=["scaffold"]):
    from scaffold.adapters.docker.requests import described
    from scaffold.adapters.local.quoting import lines_of
    from scaffold.adopt import accounts, conda, dpkg, npm, python_packages
    from scaffold.adopt.settings import read_settings
    from scaffold.commands.host.check import judge
    from scaffold.container import saving
    from scaffold.container.facts import read_container
    from scaffold.container.known_secrets import secret_values
    from scaffold.container.recreate import advice, differences, failures
    from scaffold.container.recreate.create_request import EngineContext, same_again
    from scaffold.container.render.compose import compose_yaml
    from scaffold.container.render.docker_run import docker_run
    from scaffold.container.render.run_options import EngineDefaults, run_options
    from scaffold.container.secret_search import holds_secret
    from scaffold.errors import ScaffoldError
    from scaffold.parsing import known_hosts, recording
    from scaffold.parsing.untrusted import documents, jsonc
    from scaffold.parsing.untrusted.printable import encodable, printable
    from scaffold.parsing.untrusted.secret_files import secret_file
    from scaffold.parsing.untrusted.secrets import find_secrets, redacted_settings
    from scaffold.project.reading import read_project
    from scaffold.sync.git_refs import read_refs
    from scaffold.sync.holder import read_holder
    from scaffold.sync.manifest import read_listing, read_plain_listing
    from scaffold.sync.pull_plan import leaves_workspace
    from scaffold.sync.replies import CutShortError, entries_of, read_reply
    from scaffold.sync.rules import is_ignored, read_rules
    from scaffold.sync.runs_here import end_of_link, holds_git, runs_here
    from scaffold.workspace.reach.compose import compose_reaches
    from scaffold.workspace.reach.config import (
        answers_reach,
        config_reaches,
        dockerfile_reaches,
        ignore_reaches,
    )


def texts(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def read_documents(data: bytes) -> None:
    for read in (documents.read_json, documents.read_toml, documents.read_yaml):
        try:
            read(data)
        except documents.BrokenDocumentError:
            continue


def read_jsonc(data: bytes) -> None:
    try:
        documents.read_jsonc(texts(data))
    except documents.BrokenDocumentError:
        return


def change_jsonc(data: bytes) -> None:
    try:
        jsonc.with_value(texts(data), ("a", "b"), "c")
    except ValueError:
        return


def read_answers(data: bytes) -> None:
    read_holder(texts(data))
    read_refs(dict.fromkeys(("HEAD", "packed-refs", "refs/heads/main"), data))
    reply = read_reply(data, "nonce")
    try:
        entries_of(reply.unpacked("nonce"))
    except CutShortError:
        pass
    for read in (read_listing, read_plain_listing):
        try:
            read(data)
        except ValueError:
            continue


def match_rules(data: bytes) -> None:
    pattern, _, path = data.partition(b"\0")
    rules = read_rules("", pattern)
    if rules and (text := texts(path).strip("/")):
        is_ignored(text, [rules])


def find_in_text(data: bytes) -> None:
    text = texts(data)
    find_secrets(text)
    redacted_settings(text)
    secret_file(text)
    assert printable(text).isprintable()
    encodable(text, "latin-1")
    lines_of(data)
    list(dockerfile_reaches(text))
    list(ignore_reaches(text))


def judge_reach(data: bytes) -> None:
    for read in (documents.read_json, documents.read_toml, documents.read_yaml):
        try:
            found = read(data)
        except documents.BrokenDocumentError:
            continue
        list(compose_reaches(found))
        if isinstance(found, dict):
            list(config_reaches(found))
            list(answers_reach(found))


def read_container_files(data: bytes) -> None:
    holds_secret([data[:99], data[99:]], ["known-value"])
    folder = "/usr/lib/python3/site-packages/a-1.dist-info"
    python_packages.read_dist(folder, dict.fromkeys(python_packages.METADATA_FILES, data))
    python_packages.read_indexes({"/etc/pip.conf": data}, {"PIP_INDEX_URL": texts(data)})
    accounts.read_logins({accounts.PASSWD: data, accounts.GROUP: data})
    dpkg.read_dpkg({dpkg.STATUS: data, dpkg.EXTENDED: data, f"{dpkg.INFO}/a.list": data})
    conda.read_environment("/opt/env", {"a-1-0.json": data}, {})
    npm.read_package("/usr/lib/node_modules/a/package.json", data)


def judge_paths(data: bytes) -> None:
    text = texts(data)
    path, _, target = text.partition("\0")
    holds_git(path)
    runs_here(path)
    leaves_workspace(path, target)
    end_of_link(path, {path: target}.get)


def read_known_hosts(data: bytes) -> None:
    entries = known_hosts.parse_known_hosts(texts(data))
    known_hosts.judge(entries, "gpu01", "ssh-ed25519", b"key")


def read_recordings(data: bytes) -> None:
    try:
        recording.read_recording(data)
    except ScaffoldError:
        return


PROJECT = (
    *("requirements.txt", "pyproject.toml", "setup.cfg", "environment.yml", "README.md"),
    *("setup.py", "Pipfile", "uv.lock", "pixi.toml", "Dockerfile", "a.ipynb", ".python-version"),
    *("train.py", ".gitmodules", "compose.yaml", ".devcontainer/devcontainer.json"),
)
"""One file of each format; the first byte of an input says which two it is."""


def read_projects(data: bytes) -> None:
    first, second, content = data[:1], data[1:2], data[2:]
    names = {PROJECT[sum(one) % len(PROJECT)] for one in (first, second)}
    read_project(dict.fromkeys(names, content), names)


def judge_engines(data: bytes) -> None:
    try:
        inspect = described(documents.read_json(data), "Id", "Name", "Image")
    except (ScaffoldError, ValueError):
        return
    read_container(inspect)
    read_settings("a", inspect, inspect, {})
    differences.settings(inspect)
    advice.advice(inspect, [inspect])
    saving.clean_config(inspect, inspect.get("Config") or {}, secret_values(inspect), ())
    request = same_again(inspect, EngineContext(image=inspect))
    failures.way_out("port is already allocated", request.body)
    options = run_options("a", request, inspect.get("Config") or {}, EngineDefaults())
    docker_run(options)
    compose_yaml(options)


def judge_recordings(data: bytes) -> None:
    try:
        found = recording.read_recording(data)
    except ScaffoldError:
        return
    judge(found, None)


TARGETS: dict[str, Callable[[bytes], None]] = {
    one.__name__: one
    for one in (
        *(read_documents, read_jsonc, change_jsonc, read_answers, match_rules, find_in_text),
        *(judge_paths, read_known_hosts, read_recordings, judge_reach, read_container_files),
        *(read_projects, judge_engines, judge_recordings),
    )
}

if __name__ == "__main__":
    target = TARGETS[sys.argv.pop(1)]
    atheris.Setup(sys.argv, target)
    atheris.Fuzz()
