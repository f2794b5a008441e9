"""paramiko without invoke, which it loads only for `Match exec` in its own config parser.

`ssh -G` reads the user's config instead, and invoke would cost every start 50 ms.
"""

import sys

_spared = "invoke" not in sys.modules
if _spared:
    # Importing invoke raises ImportError now, which paramiko expects.
    sys.modules["invoke"] = None  # type: ignore[assignment]
try:
    import paramiko
finally:
    if _spared:
        del sys.modules["invoke"]

# Also if paramiko was imported before: no command of a config is ever run here.
paramiko.config.invoke = None
paramiko.config.invoke_import_error = ImportError("only the ssh program carries out Match exec")

__all__ = ["paramiko"]
