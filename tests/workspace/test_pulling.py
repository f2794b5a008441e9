import pytest

from scaffold.workspace.pulling import Pulling

ONE, OTHER = "a" * 64, "b" * 64


def shown(*lines: tuple[float, str]) -> str:
    """What is shown after the last of these lines, each with its time."""
    pulling = Pulling()
    return [pulling.read(line, now) for now, line in lines][-1]


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        pytest.param(
            [(0, f"#5 sha256:{ONE} 0B / 50MB 0.1s")],
            "downloading images: 0 B of 50 MB",
            id="nothing has come yet",
        ),
        pytest.param(
            [(0, f"#5 sha256:{ONE} 0B / 50MB 0.1s"), (2, f"#5 sha256:{ONE} 10.5MB / 50MB 2.1s")],
            "downloading images: 10.5 MB of 50 MB, 5.25 MB/s, 8 seconds left",
            id="one layer",
        ),
        pytest.param(
            [
                (0, f"#5 sha256:{ONE} 0B / 1.5GB 0.1s"),
                (0, f"#5 sha256:{OTHER} 0B / 500MB 0.1s"),
                (5, f"#5 sha256:{ONE} 250MB / 1.5GB 5.1s"),
                (10, f"#5 sha256:{OTHER} 250MB / 500MB 10.1s done"),
            ],
            "downloading images: 500 MB of 2 GB, 50 MB/s, 30 seconds left",
            id="two layers side by side",
        ),
        pytest.param(
            [
                (0, f"#5 sha256:{ONE} 0B / 1GB 0s"),
                (30, f"#5 sha256:{ONE} 600MB / 1GB 30s"),
                (40, f"#5 sha256:{ONE} 610MB / 1GB 40s"),
            ],
            "downloading images: 610 MB of 1 GB, 1 MB/s, 6 minutes left",
            id="a registry that has become slow",
        ),
        pytest.param(
            [(0, f"#5 sha256:{ONE} 1kB / 2kB 0s"), (9, f"#5 sha256:{ONE} 1kB / 2kB 9s")],
            "downloading images: 1 kB of 2 kB",
            id="a registry that stands still",
        ),
        pytest.param([(0, "#5 extracting sha256:aaaaaaaa 0.1s")], "", id="a layer is unpacked"),
        pytest.param([(0, "#6 transferring context: 2.10kB done")], "", id="another step"),
    ],
)
def test_layers_are_added_up_with_rate_and_time_left(lines, text):
    assert shown(*lines) == text
