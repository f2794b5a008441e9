"""Stands in for micromamba: no channel with the true one can be reached here.

It is a small program around py-rattler, the solver and installer of pixi, so packages are truly
solved, downloaded, linked and recorded in conda-meta. It knows what the template's Dockerfile
says and no more: `create` and `install` with `--yes`, `--prefix`, `--name`, `--file` and specs,
`pip:` lists, CONDA_PKGS_DIRS, CONDA_OVERRIDE_CUDA and `channel_alias` in /etc/conda/.condarc.
"""

import argparse
import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ALIAS = "https://conda.anaconda.org"


def main() -> int:
    """Unpack the libraries of this archive and do what the command line says."""
    folder = tempfile.mkdtemp()
    try:
        with zipfile.ZipFile(sys.argv[0]) as archive:
            archive.extractall(folder)
        sys.path.insert(0, folder)
        return run(parsed())
    finally:
        shutil.rmtree(folder)


def parsed() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser("micromamba")
    parser.add_argument("command", choices=["create", "install"])
    parser.add_argument("-y", "--yes", action="store_true")
    parser.add_argument("-p", "--prefix", type=Path)
    parser.add_argument("-n", "--name", default="base")
    parser.add_argument("-f", "--file", action="append", default=[], type=Path)
    parser.add_argument("-c", "--channel", action="append", default=[])
    parser.add_argument("spec", nargs="*")
    return parser.parse_intermixed_args()


def run(asked: argparse.Namespace) -> int:
    """Solve, install, and hand the `pip:` lists to pip."""
    root = Path(os.environ.get("MAMBA_ROOT_PREFIX", "/opt/conda"))
    prefix = asked.prefix or (root if asked.name == "base" else root / "envs" / asked.name)
    if asked.command == "create" and prefix.exists() and not (prefix / "conda-meta").exists():
        sys.exit(f"error: Non-conda folder exists at prefix {prefix}")
    channels, specs, pip = wanted(asked)
    asyncio.run(install(prefix, channels, specs))
    if pip:
        argv = [str(prefix / "bin" / "python"), "-m", "pip", "install", *pip]
        return subprocess.run(argv, check=False).returncode
    return 0


def wanted(asked: argparse.Namespace) -> tuple[list[str], list[str], list[str]]:
    """Channels, conda specs and pip requirements of the command line and the files."""
    import yaml

    channels, specs, pip = list(asked.channel), list(asked.spec), []
    for path in asked.file:
        content = yaml.safe_load(path.read_text())
        channels += content.get("channels", [])
        for item in content.get("dependencies", []):
            if isinstance(item, dict):
                pip += item["pip"]
            else:
                specs.append(item)
    return channels or ["conda-forge"], specs, pip


def alias() -> str:
    """Where channels that are mere names lie."""
    settings = Path("/etc/conda/.condarc")
    if settings.exists():
        for line in settings.read_text().splitlines():
            if line.startswith("channel_alias:"):
                return line.partition(":")[2].strip()
    return ALIAS


async def install(prefix: Path, channels: list[str], specs: list[str]) -> None:
    """Bring the prefix to a solution that keeps what is installed."""
    import rattler

    addresses = [name if "://" in name else f"{alias()}/{name}" for name in channels]
    packages = Path(os.environ.get("CONDA_PKGS_DIRS", Path.home() / ".cache" / "mamba"))
    overrides = rattler.VirtualPackageOverrides.from_env()
    present = [rattler.PrefixRecord.from_path(p) for p in prefix.glob("conda-meta/*.json")]
    records = await rattler.solve(
        [rattler.Channel(address) for address in addresses],
        # As lenient as micromamba itself, which reads what `conda env export` writes.
        [
            *map(rattler.MatchSpec, specs),
            *(f"{record.name.normalized}=={record.version}" for record in present),
        ],
        gateway=rattler.Gateway(cache_dir=packages / "repodata"),
        platforms=["linux-64", "noarch"],
        locked_packages=present,
        virtual_packages=rattler.VirtualPackage.detect(overrides),
    )
    await rattler.install(records, prefix, cache_dir=packages, show_progress=False)
    for record in records:
        sys.stdout.write(f"+ {record.name.normalized} {record.version} {record.build}\n")


if __name__ == "__main__":
    sys.exit(main())
