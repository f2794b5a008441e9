"""All hosts of public reports, healthy ones first."""

from tests.checks.healthy_rows import HEALTHY_ROWS
from tests.checks.reported_engines import ENGINE_ROWS
from tests.checks.reported_handed import HANDED
from tests.checks.reported_kernel import KERNEL

ROWS = (*HEALTHY_ROWS, *HANDED, *KERNEL, *ENGINE_ROWS)
