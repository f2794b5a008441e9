"""The lab itself: a real engine that can do what the later tests rely on."""

from tests.lab.images import PYTHON_IMAGE


def test_engine_accepts_a_gpu_request(engine):
    done = engine.docker("run", "--rm", "--gpus=all", PYTHON_IMAGE, "python", "-c", "print(6*7)")
    assert done.stdout == "42\n"


def test_engine_lists_the_nvidia_runtime(engine):
    assert "nvidia" in engine.docker("info", "-f", "{{json .Runtimes}}").stdout


def test_container_reaches_the_package_index(engine):
    done = engine.docker(
        "run",
        "--rm",
        "--network=host",
        PYTHON_IMAGE,
        "python",
        "-m",
        "pip",
        "download",
        "--no-deps",
        "-d",
        "/tmp/x",
        "six",
    )
    assert "Successfully downloaded six" in done.stdout
