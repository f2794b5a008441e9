"""The command line: arguments, prompts and reports. No decision is taken here."""

import gc

# Importing allocates what stays, so the collections that it triggers are in vain: 3 % of a start.
gc.set_threshold(50_000)
