"""All hosts of public reports."""

from tests.checks.reported_engines import ENGINE_ROWS
from tests.checks.reported_handed import HANDED
from tests.checks.reported_kernel import KERNEL

ROWS = (*HANDED, *KERNEL, *ENGINE_ROWS)
