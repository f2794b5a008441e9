"""All hosts of public reports, healthy ones first."""

from tests.checks.healthy_rows import HEALTHY_ROWS
from tests.checks.reported_engines import ENGINE_ROWS
from tests.checks.reported_handed import HANDED
from tests.checks.reported_kernel import KERNEL
from tests.checks.reported_outer import OUTER
from tests.checks.reported_places import PLACES
from tests.checks.reported_settings import SETTING_ROWS
from tests.checks.reported_start import START_ROWS
from tests.checks.reported_unseen import UNSEEN

ROWS = (
    *(*HEALTHY_ROWS, *HANDED, *KERNEL, *ENGINE_ROWS, *START_ROWS, *PLACES, *OUTER),
    *(*SETTING_ROWS, *UNSEEN),
)
