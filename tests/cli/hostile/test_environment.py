"""A poor environment is no reason for a bug report."""

import os


def test_the_program_keeps_its_owners_rights_from_the_mask(scaffold):
    before = os.umask(0o777)
    try:
        scaffold("catalogue", "gpus")
        assert os.umask(0o777) == 0o077
    finally:
        os.umask(before)
