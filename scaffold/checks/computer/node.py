"""Node.js and the Dev Containers CLI."""

from collections.abc import Iterator

from scaffold.checks.computer.programs import dotted, install, is_older, told
from scaffold.checks.topics import Topic
from scaffold.facts.computer import ComputerFacts
from scaffold.findings import Finding, Level, Rule, run

OLDEST_NODE = (20,)
CLI = run("Install the Dev Containers CLI.", "npm", "install", "-g", "@devcontainers/cli")

NO_CLI = Rule(
    id="cli.missing",
    level=Level.ERROR,
    title="The Dev Containers CLI is not installed",
    why="scaffold up starts this computer's containers through it; scaffold open and projects "
    "that run on a server (scaffold init --host NAME) work without it.",
    source="https://github.com/devcontainers/cli",
)
OLD_NODE = Rule(
    id="cli.old-node",
    level=Level.ERROR,
    title="Node.js is too old",
    why="The Dev Containers CLI needs Node.js 20 or newer.",
    source="https://github.com/devcontainers/cli/blob/main/package.json",
)
THROUGH_NPX = Rule(
    id="cli.npx",
    level=Level.INFO,
    title="The Dev Containers CLI runs through npx",
    why="npx downloads it at the first start, and asks the registry at each one.",
    source="https://docs.npmjs.com/cli/commands/npx",
    fix=(CLI,),
)


def _node(facts: ComputerFacts) -> Iterator[Finding]:
    if is_older(facts, "node", OLDEST_NODE):
        text = f"Node.js {dotted(facts.programs['node'].version)} is older than 20"
        yield OLD_NODE.found(text, fix=install(facts, "node"))
    if "devcontainer" in facts.programs:
        return
    if "npx" in facts.programs:
        yield THROUGH_NPX.found("the Dev Containers CLI is not installed; npx downloads it")
        return
    text = "neither devcontainer nor npx is on PATH"
    yield NO_CLI.found(text, fix=(*install(facts, "node"), CLI))


TOPIC: Topic[ComputerFacts] = Topic(
    name="cli",
    title="Dev Containers CLI",
    rules=(NO_CLI, OLD_NODE, THROUGH_NPX),
    checks=(_node,),
    summary=lambda facts: told(facts, "devcontainer", "node", "npx"),
)
