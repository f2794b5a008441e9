"""The page says what the tests try."""

from tools.containers_page import PAGE, with_table


def test_table_in_the_page_is_the_present_one():
    page = PAGE.read_text(encoding="utf-8")
    assert with_table(page) == page, "run `make docs`"
