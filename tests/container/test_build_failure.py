"""A failed build ends with its reason."""

import pytest

from scaffold.container.build_failure import build_failure

APT = """\
#1 [internal] load build definition from Dockerfile
#1 DONE 0.0s
#5 [2/4] RUN apt-get update && apt-get install -y no-such
#5 0.212 Get:1 http://deb.example.org bookworm InRelease
#5 1.030 Reading package lists...
#5 1.512 E: Unable to locate package no-such
#5 ERROR: process "/bin/sh -c apt-get update" did not complete successfully: exit code: 100
------
 > [2/4] RUN apt-get update && apt-get install -y no-such:
1.512 E: Unable to locate package no-such
------
executor failed running [/bin/sh -c apt-get update]: exit code: 100
"""

STEP = "RUN apt-get update && apt-get install -y no-such"


@pytest.mark.parametrize(
    ("log", "reason"),
    [
        (
            APT,
            f"{STEP} (exit code 100)\n  E: Unable to locate package no-such",
        ),
        (
            "#3 [1/1] FROM no-such\n#3 ERROR: pull access denied\n",
            "FROM no-such: pull access denied",
        ),
        (
            "Sending build context\nfailed to solve: dockerfile parse error line 2\n",
            "failed to solve: dockerfile parse error line 2",
        ),
        ("#2 [1/1] RUN false\n#2 0.1 a\n#2 ERROR: exit code: 1", "RUN false (exit code 1)\n  a"),
        (f"#2 [1/1] RUN {'x' * 200}\n#2 ERROR: exit code: 1", f"RUN {'x' * 95}… (exit code 1)"),
        ("nothing of use\n", "nothing of use"),
        ("", ""),
    ],
)
def test_reason_of_a_failed_build(log, reason):
    assert build_failure(log) == reason
