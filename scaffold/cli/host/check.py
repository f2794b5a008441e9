"""`scaffold host check`: hosts in, a report or one JSON document out."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scaffold.cli.engine_options import ssh_config_option
from scaffold.errors import InputError

if TYPE_CHECKING:
    from scaffold.commands.host.check import CheckedHost, HostCheckRequest
    from scaffold.resolver.resolution import Wishes


@click.command()
@click.argument("hosts", nargs=-1, metavar="HOST...")
@click.option(
    "--for",
    "project",
    type=click.Path(path_type=Path),
    help="Also check whether this project runs on the host.",
)
@click.option(
    "--framework",
    default="",
    metavar="SPEC",
    help="Also check a framework, for example 'torch>=2.8'.",
)
@click.option("--network", is_flag=True, help="Also check registries and mirrors from the host.")
@click.option("--sudo", is_flag=True, help="Read more with sudo -n (the host logs it).")
@click.option("--host-key", metavar="SHA256:…", help="Expected fingerprint of an unknown host.")
@ssh_config_option
@click.option("--save-facts", type=click.Path(path_type=Path), help="Save the facts to a file.")
@click.option(
    "--facts",
    "recordings",
    type=click.Path(path_type=Path),
    multiple=True,
    help="Check saved facts instead of connecting.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--verbose", "-v", is_flag=True, help="Show evidence, reasons and sources.")
@click.pass_context
def check(
    ctx: click.Context,
    /,
    hosts: tuple[str, ...],
    project: Path | None,
    framework: str,
    network: bool,
    sudo: bool,
    host_key: str | None,
    ssh_config: Path | None,
    save_facts: Path | None,
    recordings: tuple[Path, ...],
    as_json: bool,
    verbose: bool,
) -> None:
    """Check whether GPU containers run on each HOST. Nothing on the host is changed.

    HOST is an alias of your ssh config, user@host, user@host:port, an IPv6 address, or local.
    One SSH connection reads all facts; each problem comes with its cause and its fix.

    \b
    Examples:
      scaffold host check gpu01
      scaffold host check ada@192.0.2.7 --framework "torch>=2.8"
    """
    from scaffold.adapters.probe.local import ProbeOptions
    from scaffold.commands.host import check as use_case

    use_case.require_hosts(hosts, recordings)
    if len(hosts) + len(recordings) > 1 and (host_key or save_facts):
        raise InputError("--host-key and --save-facts are for one host at a time")
    look = ProbeOptions(sudo=sudo, urls=use_case.addresses(project) if network else ())
    request = use_case.HostCheckRequest(look, _wishes(project, framework), ssh_config)
    if recordings:
        checked = use_case.check_recordings(recordings, request.wishes)
    else:
        checked = _look(hosts, host_key, request)
    if save_facts:
        use_case.save(checked[0], save_facts)
    _print(checked, as_json=as_json, verbose=verbose)
    ctx.exit(max(one.exit_code for one in checked))


def _wishes(project: Path | None, framework: str) -> "Wishes | None":
    if project is None and not framework:
        return None
    from scaffold.answers.choices import GpuNeed
    from scaffold.answers.releases import parse_framework
    from scaffold.commands.resolve.resolve import with_project
    from scaffold.resolver.resolution import Askers, Wishes

    name, spec = parse_framework(framework)
    by = Askers(framework=("--framework",))
    wishes = Wishes(framework=name, framework_spec=spec, gpu=GpuNeed.REQUIRED, by=by)
    return with_project(wishes, project, framework_given=bool(framework)) if project else wishes


def _look(
    hosts: tuple[str, ...], host_key: str | None, request: "HostCheckRequest"
) -> "list[CheckedHost]":
    from scaffold.cli.asking import make_asking
    from scaffold.commands.host.check import check_hosts

    asking = make_asking(host_key)
    if asking.at_terminal:
        click.echo(f"checking {', '.join(hosts)} …", err=True)
    return check_hosts(hosts, asking, request)


def _print(checked: "list[CheckedHost]", *, as_json: bool, verbose: bool) -> None:
    from scaffold.cli import report
    from scaffold.cli.host import report as host_report

    if not as_json:
        for one in checked:
            host_report.print_host(one, verbose=verbose)
        return
    documents = [document(one) for one in checked]
    report.print_json(documents[0] if len(documents) == 1 else {"hosts": documents})


def document(checked: "CheckedHost") -> dict[str, object]:
    """The JSON document of one host; if it was not reached, `facts` is null and `error` is set."""
    from scaffold.cli.outcomes import finding_json

    found: dict[str, object] = {
        "host": checked.host,
        "status": checked.status,
        "verdict": checked.verdict.value,
        "facts": asdict(checked.facts) if checked.facts else None,
        "findings": [finding_json(finding) for finding in checked.findings],
    }
    if checked.error:
        found["error"] = {"message": checked.error.message, "hint": checked.error.hint}
    return found
