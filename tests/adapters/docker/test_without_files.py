"""A file system is streamed on without some of its files."""

import io
import tarfile

from scaffold.adapters.docker.container_archives import without_files


def tar(*members: tuple[str, bytes, str]) -> bytes:
    """Regular files, or hard links to the third value."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, content, target in members:
            info = tarfile.TarInfo(name)
            info.size, info.pax_headers = len(content), {"SCHILY.xattr.user.a": "b"}
            if target:
                info.type, info.linkname = tarfile.LNKTYPE, target
            archive.addfile(info, io.BytesIO(content))
    return made.getvalue()


def test_everything_else_is_kept_with_its_attributes():
    long = "srv/" + "a" * 200
    stream = tar(
        ("root/.netrc", b"CANARY", ""),
        ("opt/hard", b"", "root/.netrc"),
        (long, b"x" * 5000, ""),
        ("opt/link", b"", long),
    )
    out = b"".join(without_files(io.BytesIO(stream), ["/root/.netrc"]))
    assert b"CANARY" not in out
    with tarfile.open(fileobj=io.BytesIO(out)) as archive:
        members = {one.name: one for one in archive}
        assert list(members) == [long, "opt/link"]
        assert members[long].pax_headers["SCHILY.xattr.user.a"] == "b"
        assert archive.extractfile("opt/link").read() == b"x" * 5000
