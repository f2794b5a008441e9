"""Pieces between here and the relay come whole, however they are cut on the way."""

from hypothesis import given
from hypothesis import strategies as st

from scaffold.workspace.frames import END, Unframer, framed


@given(st.lists(st.binary(min_size=1, max_size=40)), st.integers(1, 9))
def test_pieces_come_as_they_were_sent_and_nothing_after_the_end(pieces, step):
    sent = b"".join(map(framed, pieces)) + END + framed(b"after the end")
    unframer, got = Unframer(), b""
    for start in range(0, len(sent), step):
        got += b"".join(unframer.feed(sent[start : start + step]))
    assert got == b"".join(pieces)
    assert unframer.ended


def test_what_is_cut_has_not_ended():
    unframer = Unframer()
    assert list(unframer.feed(framed(b"whole") + framed(b"half")[:6])) == [b"whole", b"ha"]
    assert not unframer.ended
