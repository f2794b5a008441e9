"""A real Jupyter Lab in a container on a far host, in a real browser through `scaffold tunnel`."""

import json
import subprocess
import urllib.request

import pexpect
import pytest

from tests.lab.hosts.mendable import BASE
from tests.lab.hosts.pieces_system import sshd
from tests.lab.hosts.row import SOCKET
from tests.lab.support.host_view import Socket
from tests.lab.support.images import PYTHON_IMAGE
from tests.lab.support.laptop import SCAFFOLD
from tests.lab.support.recreating import remove
from tests.lab.support.sshd import running_host
from tests.lab.support.tunnelling import tunnelling, until
from tests.lab.support.websocket import WebSocket

NAME = "jupyter-lab"
IMAGE = "lab/jupyter"
BROWSER = (
    *("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic"),
    *("--no-first-run", "--disable-background-networking", "--disable-component-update"),
    *("--disable-sync", "--disable-dev-shm-usage"),
)


@pytest.fixture(scope="module")
def jupyter(engine, index):
    """A container whose user runs Jupyter Lab on 127.0.0.1, as the template starts it."""
    (engine.folder / "docker.sock").chmod(0o666)
    dockerfile = (
        f"FROM {PYTHON_IMAGE}\n"
        f"RUN python -m pip install --quiet --index-url {index.mirrors['pip']} "
        "'jupyterlab>=4'\n"
        "RUN useradd --create-home --uid 1000 dev\nUSER dev\nWORKDIR /home/dev\n"
    )
    engine.docker("build", "--quiet", "--network=host", "--tag", IMAGE, "-", input=dockerfile)
    start = ("jupyter", "lab", "--ip=127.0.0.1", "--port=8888", "--no-browser")
    engine.docker("run", "--detach", "--init", f"--name={NAME}", IMAGE, *start)
    until(lambda: "127.0.0.1:8888/lab?token" in engine.docker("logs", NAME).stderr)
    yield NAME
    remove(engine, NAME)


@pytest.fixture
def reach(engine, keys, client):
    """The options that lead to the host whose engine this is."""
    engine_socket = Socket(str(engine.folder / "docker.sock"))
    with running_host({**BASE, **sshd(), SOCKET: engine_socket}, keys) as host:
        client.reaches(host.port)
        client.trusts(host.port)
        yield client.config


def rendered(url: str, folder) -> str:
    """What a browser has made of a page after its scripts have run."""
    options = (f"--user-data-dir={folder}/browser", "--virtual-time-budget=20000", "--dump-dom")
    done = subprocess.run(
        [*BROWSER, *options, url], capture_output=True, text=True, check=False, timeout=120
    )
    return done.stdout


def computed(url: str, token: str) -> str:
    """What a kernel that was started through the tunnel prints, heard over its websocket."""
    authorization = {"Authorization": f"token {token}"}
    asked = urllib.request.Request(f"{url}api/kernels", b"{}", authorization, method="POST")
    with urllib.request.urlopen(asked, timeout=300) as answer:
        kernel = json.load(answer)["id"]
    header = {
        "msg_id": "1",
        "msg_type": "execute_request",
        "session": "s",
        "username": "",
        "version": "5.3",
    }
    content = {
        "code": "print(6 * 7)",
        "silent": False,
        "store_history": False,
        "user_expressions": {},
        "allow_stdin": False,
    }
    message = {
        "header": header,
        "parent_header": {},
        "metadata": {},
        "content": content,
        "channel": "shell",
        "buffers": [],
    }
    port = int(url.rstrip("/").rpartition(":")[2])
    with WebSocket(port, f"/api/kernels/{kernel}/channels", authorization) as websocket:
        websocket.send(json.dumps(message))
        while (heard := json.loads(websocket.receive()))["msg_type"] != "stream":
            pass
    return heard["content"]["text"]


def test_lab_opens_in_a_browser_and_its_kernel_computes(
    engine, jupyter, reach, tmp_path, laptop_env
):
    words = (f"--container={jupyter}", "--token")
    with tunnelling(tmp_path, *words, env=laptop_env, config=reach) as tunnel:
        (port,) = tunnel.document["ports"]
        address, _, token = port["jupyter"].partition("?token=")
        assert computed(address, token) == "42\n"
        page = rendered(port["jupyter"], tmp_path)
        assert "<title>JupyterLab</title>" in page or "jp-LabShell" in page, page[:3000]
        assert "jp-Launcher" in page
        assert token not in tunnel.said


def test_token_is_shown_at_a_terminal_and_nowhere_else_unasked(
    jupyter, reach, tmp_path, laptop_env
):
    with tunnelling(tmp_path, f"--container={jupyter}", env=laptop_env, config=reach) as tunnel:
        assert "token" not in json.dumps(tunnel.document)
        assert tunnel.document["ports"][0]["jupyter"].startswith("http://127.0.0.1:")
    words = ["tunnel", f"--container={jupyter}", "--host=gpu01", f"--ssh-config={reach}"]
    child = pexpect.spawn(SCAFFOLD[0], [*SCAFFOLD[1:], *words], env=laptop_env, encoding="utf-8")
    child.expect(r"http://127.0.0.1:\d+/\?token=[0-9a-f]{20,} → Jupyter, 8888")
    child.expect("ready")
    child.sendintr()
    child.expect("the tunnel is closed")
    child.expect(pexpect.EOF)
    child.wait()
    assert child.exitstatus == 0, (child.signalstatus, child.before)
