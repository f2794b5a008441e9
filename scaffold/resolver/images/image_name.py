"""The name of an image, split, and what it tells by itself: distribution, Python, CUDA."""

import re

from scaffold.records import dataclass

_NAME = re.compile(r"(?P<repository>[^@]+?)(:(?P<tag>\w[\w.-]{0,127}))?(@(?P<digest>[\w+:.-]+))?")
_HUB = re.compile(r"^((index\.|registry-1\.)?docker\.io/)?(library/)?")
_UBUNTU = re.compile(r"ubuntu[-:]?(\d\d\.\d\d)")
_PYTHON = re.compile(r"(?:^|[-_.])(?:python|py|cp)[-_]?(3)\.?(\d{1,2})(?![\d])")
_CUDA = re.compile(r"(?:cuda|cu)-?(\d{1,2})\.?(\d)(?!\d)")

CODENAMES = {
    "xenial": "ubuntu16.04",
    "bionic": "ubuntu18.04",
    "focal": "ubuntu20.04",
    "jammy": "ubuntu22.04",
    "noble": "ubuntu24.04",
    **{name: name for name in ("buster", "bullseye", "bookworm", "trixie")},
}
_DEBIAN = {"10": "buster", "11": "bullseye", "12": "bookworm", "13": "trixie", "latest": "trixie"}
WITHOUT_APT = re.compile(
    r"alpine|(^|-)ubi\d|rockylinux|almalinux|centos|fedora|amzn|azl\d|(^|-)cm2|oraclelinux|suse"
    r"|windows|nanoserver|distroless"
)
"""Words in tags of distributions that have no apt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageName:
    """An image as somebody names it; `repository` has no prefix of Docker Hub."""

    text: str
    repository: str
    tag: str

    @property
    def candidates(self) -> tuple[str, ...]:
        """The repository, and what it is a copy of if a registry of one's own mirrors it."""
        first, _, rest = self.repository.partition("/")
        copies: list[str] = []
        while rest and ("." in first or ":" in first or copies):
            copies.append(rest.removeprefix("library/"))
            rest = rest.partition("/")[2]
        named = [copy for copy in copies if "/" in copy or f"library/{copy}" in self.repository]
        return tuple(dict.fromkeys((self.repository, *named)))

    @property
    def distro(self) -> str:
        """The distribution: `ubuntu22.04`, `bookworm`; empty if the name does not tell it."""
        last = self.candidates[-1]
        if last == "ubuntu" and (match := re.match(r"\d\d\.\d\d", self.tag)):
            return f"ubuntu{match[0]}"
        if last == "ubuntu" and self.tag == "latest":
            return "ubuntu24.04"
        if last == "debian" and (match := re.match(r"\d+|latest", self.tag)):
            return _DEBIAN.get(match[0], "")
        if match := _UBUNTU.search(f"{self.repository}:{self.tag}"):
            return f"ubuntu{match[1]}"
        return next((CODENAMES[word] for word in CODENAMES if word in self.tag), "")

    @property
    def python(self) -> str:
        """The Python release X.Y that the tag names, empty if none."""
        official = re.match(r"(\d)\.(\d+)", self.tag)
        if self.candidates[-1] == "python" and official:
            return f"{official[1]}.{official[2]}"
        match = _PYTHON.search(self.tag)
        return f"{match[1]}.{match[2]}" if match else ""

    @property
    def cuda(self) -> str:
        """The CUDA release X.Y that the tag names, empty if none."""
        match = _CUDA.search(self.tag)
        return f"{match[1]}.{match[2]}" if match else ""


def read_name(text: str) -> ImageName:
    """Split the name of an image; without a tag it is `latest`, as Docker has it."""
    short = _HUB.sub("", text.strip())
    match = _NAME.fullmatch(short)
    if match is None:
        return ImageName(text=short, repository=short, tag="latest")
    without = "" if match["digest"] else "latest"
    return ImageName(text=short, repository=match["repository"], tag=match["tag"] or without)
