"""Findings about a card that does not fit the driver's branch."""

from scaffold.checks.host.packages import reboot
from scaffold.findings import Consent, Level, Rule, by_hand

TOO_NEW = Rule(
    id="driver.too-old-for-card",
    level=Level.ERROR,
    title="The driver's branch is older than the card",
    why="A branch knows the cards that were sold when it began; another kind of module of the same "
    "branch does not help.",
    source="NVIDIA driver release notes, supported products; CUDA toolkit release notes",
    fix=(by_hand("Install a current branch (on Ubuntu: nvidia-driver-580-open)."), reboot()),
    consent=Consent.OWN_CHOICE,
    symptom="NVRM: The NVIDIA GPU 0000:01:00.0 installed in this system is not supported by the "
    "NVIDIA 550.144.03 driver release.",
)
