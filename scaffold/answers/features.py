"""Dev container Features as answers: `REFERENCE[:TAG][,OPTION=VALUE]…`."""

import re
from collections.abc import Mapping

from scaffold.answers.model import Feature
from scaffold.errors import InputError
from scaffold.nearest import did_you_mean

OFFICIAL = "ghcr.io/devcontainers/features"

Options = Mapping[str, type | tuple[str, ...]]
"""The options of a Feature: yes or no, any text, or one of these texts."""

ANY_TEXT: tuple[str, ...] = ()

COMMON: Mapping[str, tuple[str, Options]] = {
    # Names, major releases and options: devcontainers/features, src/*/devcontainer-feature.json.
    "common-utils": (
        "2",
        {
            "installZsh": bool,
            "configureZshAsDefaultShell": bool,
            "installOhMyZsh": bool,
            "installOhMyZshConfig": bool,
            "upgradePackages": bool,
            "username": ANY_TEXT,
            "userUid": ANY_TEXT,
            "userGid": ANY_TEXT,
            "nonFreePackages": bool,
        },
    ),
    "docker-outside-of-docker": (
        "1",
        {
            "version": ANY_TEXT,
            "moby": bool,
            "mobyBuildxVersion": ANY_TEXT,
            "dockerDashComposeVersion": ("none", "v1", "v2"),
            "installDockerBuildx": bool,
            "installDockerComposeSwitch": bool,
        },
    ),
    "git-lfs": (
        "1",
        {"version": ANY_TEXT, "autoPull": bool, "installDirectlyFromGitHubRelease": bool},
    ),
    "github-cli": (
        "1",
        {"version": ANY_TEXT, "installDirectlyFromGitHubRelease": bool, "extensions": ANY_TEXT},
    ),
    "node": (
        "1",
        {
            "version": ANY_TEXT,
            "nodeGypDependencies": bool,
            "nvmInstallPath": ANY_TEXT,
            "pnpmVersion": ANY_TEXT,
            "nvmVersion": ANY_TEXT,
            "installYarnUsingApt": bool,
        },
    ),
    "sshd": ("1", {"version": ANY_TEXT, "gatewayPorts": ("yes", "no", "clientspecified")}),
}
"""Features that machine learning projects ask for most; their short name is enough."""

_OCI = re.compile(
    r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d+)?(/[a-z0-9]+([._-]+[a-z0-9]+)*)+"
    r"(:[\w][\w.-]{0,127}|@sha256:[0-9a-f]{64})?"
)
_LOCAL = re.compile(r"\./[\w./-]+")
_TARBALL = re.compile(r"https://[^\s\"'\\]+/devcontainer-feature-[\w-]+\.tgz")
_OPTION = re.compile(r"[A-Za-z_][\w-]*")


def parse_feature(text: str) -> Feature:
    """Read one Feature; a common one by its short name.

    Raises InputError for a reference that no dev container tool can read, and for an option
    that a common Feature does not have.
    """
    reference, *pairs = [part.strip() for part in text.split(",")]
    name, known = _known(reference)
    return Feature(name, tuple(_option(name, pair, known) for pair in pairs))


def _known(reference: str) -> tuple[str, Options | None]:
    """The whole reference, and the options of a Feature that is known."""
    short, _, tag = reference.removeprefix(f"{OFFICIAL}/").partition(":")
    if "/" not in short and short in COMMON:
        release, options = COMMON[short]
        return f"{OFFICIAL}/{short}:{tag or release}", options
    if reference.startswith(".") and ".." in reference.split("/"):
        raise InputError(
            f"--feature: {reference!r} is outside the configuration's folder",
            hint="a local Feature is a folder below it: ./my-feature",
        )
    if any(form.fullmatch(reference) for form in (_OCI, _LOCAL, _TARBALL)):
        return reference, None
    hint = did_you_mean(short, COMMON)
    raise InputError(
        f"--feature: cannot read {reference!r}",
        hint=f"{hint}write it like {OFFICIAL}/node:1,version=20, or ./folder",
    )


def _option(feature: str, pair: str, known: Options | None) -> tuple[str, str | bool]:
    name, separator, value = (part.strip() for part in pair.partition("="))
    if not separator or not _OPTION.fullmatch(name):
        raise InputError(
            f"--feature: {feature}: cannot read the option {pair!r}", hint="write NAME=VALUE"
        )
    if known is not None and name not in known:
        raise InputError(
            f"--feature: {feature} has no option {name!r}", hint=f"it has {', '.join(known)}"
        )
    return name, _value(feature, name, value, known[name] if known else None)


def _value(feature: str, name: str, value: str, kind: type | tuple[str, ...] | None) -> str | bool:
    truth = {"true": True, "false": False}.get(value.lower())
    if kind is bool and truth is None:
        raise InputError(
            f"--feature: {feature}: {name} is true or false, not {value!r}",
            hint=f"write {name}=true",
        )
    if isinstance(kind, tuple) and kind and value not in kind:
        raise InputError(
            f"--feature: {feature}: {name} cannot be {value!r}", hint=f"one of {', '.join(kind)}"
        )
    if truth is not None and not isinstance(kind, tuple):
        return truth
    if not value.isprintable():
        raise InputError(f"--feature: {feature}: {name} holds a control character")
    return value
