"""Lines of an ignore file that are no pattern are passed over, as git does."""

from scaffold.sync.rules import is_ignored, read_rules, verdict


def test_a_line_that_is_no_pattern_is_passed_over():
    rules = read_rules("", b"!\n*.log\n!keep.log\n/a\\\n")
    assert rules
    assert [rules.verdict(path) for path in ("x.log", "keep.log", "x")] == [True, False, None]


def test_a_file_without_a_pattern_has_no_rules():
    assert read_rules("", b"# only words\n\n") is None


def test_the_nearest_rule_that_speaks_decides():
    far, near = read_rules("", b"*.log\n"), read_rules("sub", b"!a.log\n")
    assert far and near
    assert verdict("sub/a.log", [near, far]) is False
    assert is_ignored("sub/b.log", [near, far])
    assert verdict("sub/c", [near, far]) is None
