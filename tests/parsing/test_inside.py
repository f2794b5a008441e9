import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaffold.facts.inside import Folder, InsideFacts, Listening
from scaffold.parsing.inside import read_inside
from scaffold.parsing.recording import Recording

NONCE = "n0"


def said(part: str, *lines: str, code: int | None = 0, paths: tuple[str, ...] = ()) -> InsideFacts:
    """The facts of a look in which one part printed these lines."""
    framed = [f"{NONCE} {part} +", *(f"{NONCE} {part} |{line}" for line in lines)]
    framed += [] if code is None else [f"{NONCE} {part} ={code}"]
    text = "\n".join(["noise", f"{NONCE} begin", *framed, f"{NONCE} done", ""])
    return read_inside(Recording(host="c", nonce=NONCE, output=text.encode()), paths)


def test_nothing_said_is_nothing_known():
    facts = read_inside(Recording(host="c", nonce=NONCE, output=b""), ("/w", "/data"))
    assert facts.project == Folder("/w")
    assert facts.mounts == (Folder("/data"),)
    assert (facts.smi, facts.gpus, facts.frameworks, facts.listening) == (None, None, None, None)
    assert (facts.libcuda, facts.nodes, facts.shm_mib, facts.uid) == (None, None, None, None)
    assert not facts.probe.complete


def test_folders_come_in_the_order_they_were_asked_in():
    facts = said(
        "folders", "2 missing ", "0 yes 1000", "1 no 0", "9 yes 1", "x", paths=("/w", "/a", "/b")
    )
    assert facts.project == Folder("/w", True, True, 1000)
    assert facts.mounts == (Folder("/a", True, False, 0), Folder("/b", False, False, None))


# Addresses as Linux prints them on a little-endian machine: 127.0.0.1, any, ::1, any in IPv6.
PORTS = [
    (("0100007F:22B8",), (Listening(8888, True),)),
    (("00000000:22B8",), (Listening(8888, False),)),
    (("00000000000000000000000001000000:1F90",), (Listening(8080, True),)),
    (("00000000000000000000000000000000:1F90",), (Listening(8080, False),)),
    (("0100007F:22B8", "00000000000000000000000000000000:22B8"), (Listening(8888, False),)),
    (("0000000000000000FFFF00000100007F:22B8",), (Listening(8888, True),)),
    (("3500007F:0035", "rubbish"), (Listening(53, True),)),
    ((), ()),
]


@pytest.mark.parametrize(("lines", "listening"), PORTS)
def test_ports_and_whether_others_reach_them(lines, listening):
    assert said("ports", *lines).listening == listening


def test_device_files_and_the_drivers_library():
    lines = ("libcuda=/usr/lib/libcuda.so.1", "libcuda=/usr/lib/libcuda.so.1", "node=no /dev/a")
    facts = said("driver", "looked", *lines)
    assert facts.libcuda == ("/usr/lib/libcuda.so.1",)
    assert [(node.path, node.usable) for node in facts.nodes or ()] == [("/dev/a", False)]
    assert said("driver", "looked", *lines, code=None).libcuda is None


def test_shared_memory_is_the_second_column():
    assert said("shm", "shm 65536 0 65536 0% /dev/shm").shm_mib == 64
    assert said("shm", "shm").shm_mib is None
    assert said("shm", "df: no such file", code=1).shm_mib is None


def test_no_python_is_not_the_same_as_no_answer():
    assert said("frameworks", code=127).python == ""
    assert said("frameworks", code=127).frameworks == ()
    assert said("frameworks", code=None).frameworks is None


def test_last_step_tells_where_a_framework_stayed():
    lines = ("python=/p", "jax.step=import", "jax.version=0.10.2", "jax.step=available")
    (jax,) = said("frameworks", *lines, code=None).frameworks or ()
    assert (jax.version, jax.unfinished, jax.code, jax.count) == ("0.10.2", "available", None, None)
    (jax,) = said("frameworks", *lines, "jax.exit=139").frameworks or ()
    assert (jax.unfinished, jax.code) == ("available", 139)
    (jax,) = said("frameworks", *lines, "jax.error=No", "jax.exit=0").frameworks or ()
    assert (jax.unfinished, jax.error) == ("", "No")


REDUCED = [("same", True, ""), ("different", False, ""), ("hangs", None, "hangs")]


@pytest.mark.parametrize(
    ("text", "right", "error"), [*REDUCED, ("failed no socket", None, "no socket")]
)
def test_all_reduce_is_right_wrong_or_failed(text, right, error):
    (torch,) = said("frameworks", "torch.step=", f"torch.reduce={text}").frameworks or ()
    assert torch.reduced is not None
    assert (torch.reduced.right, torch.reduced.error) == (right, error)


def test_variables_that_are_set_empty_are_not_unset():
    facts = said("account", "uid=1000", "user=", "CUDA_VISIBLE_DEVICES=")
    assert (facts.uid, facts.user) == (1000, None)
    assert facts.variable("CUDA_VISIBLE_DEVICES") == ""
    assert facts.variable("LD_LIBRARY_PATH") is None


PARTS = st.sampled_from(["account", "folders", "ports", "driver", "shm", "frameworks", "smi"])
LINES = st.text(st.sampled_from("torch.device.0name=1x \x00\x1e²|:/-ABF\udcff+"), max_size=30)


@given(PARTS, st.lists(LINES, max_size=6), st.sampled_from([None, 0, 1, 127]))
def test_any_answer_is_read(part, lines, code):
    def printable(line: str) -> str:
        return line.encode("utf-8", "surrogateescape").decode("utf-8", "replace")

    said(part, *map(printable, lines), code=code, paths=("/w", "/data"))
