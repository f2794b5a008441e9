"""All broken hosts."""

from tests.lab.hosts.broken_docker import DOCKER, TOOLKIT
from tests.lab.hosts.broken_driver import DEAD_DRIVER, LIVING_DRIVER
from tests.lab.hosts.broken_login import LOGIN
from tests.lab.hosts.broken_machine import DISKS, GPUS, MACHINE
from tests.lab.hosts.broken_reported import REPORTED

BROKEN = (
    *(*MACHINE, *DEAD_DRIVER, *LIVING_DRIVER, *GPUS),
    *(*DOCKER, *TOOLKIT, *DISKS, *LOGIN, *REPORTED),
)
