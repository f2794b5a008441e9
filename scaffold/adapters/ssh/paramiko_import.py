"""paramiko without invoke, which it loads only to run the `Match exec` of its own config reader.

Here `ssh -G` reads the user's config, and invoke would cost every start 50 ms.
"""

import sys

_spared = "invoke" not in sys.modules
if _spared:
    # An ImportError for whoever imports it now; paramiko expects that one.
    sys.modules["invoke"] = None  # type: ignore[assignment]
try:
    import paramiko
finally:
    if _spared:
        del sys.modules["invoke"]

# Also where somebody else imported paramiko before us: no command of a config is ever run here.
paramiko.config.invoke = None
paramiko.config.invoke_import_error = ImportError("only the ssh program carries out Match exec")

__all__ = ["paramiko"]
