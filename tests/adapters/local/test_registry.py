"""Registries and indexes on loopback, as they are at their best and at their worst."""

import contextlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from scaffold.adapters.local import registry
from scaffold.adapters.local.registry import image_tags, project_versions
from scaffold.errors import TargetError


@contextlib.contextmanager
def answering(answer):
    """The address of a server; `answer(path, headers)` gives status, headers and body."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            status, headers, body = answer(self.path, self.headers)
            self.send_response(status)
            for name, value in ({"Content-Length": len(body)} | headers).items():
                self.send_header(name, str(value))
            # A client that waits no longer is what some tests are about.
            with contextlib.suppress(ConnectionError):
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, *args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def tags(*names):
    return json.dumps({"name": "x", "tags": names or None}).encode()


def test_tags_are_read_page_by_page():
    def answer(path, headers):
        if "last=b" in path:
            return 200, {}, tags("c")
        return (
            200,
            {"Link": '</v2/nvidia/cuda/tags/list?n=1000&last=b>; rel="next"'},
            tags("a", "b"),
        )

    with answering(answer) as url:
        assert image_tags(url, "nvidia/cuda") == ("a", "b", "c")


def test_token_is_asked_for_where_the_registry_wants_one():
    asked = []

    def answer(path, headers):
        if path.startswith("/token"):
            asked.append(path)
            return 200, {}, b'{"token": "t0"}'
        if headers.get("Authorization") == "Bearer t0":
            return 200, {}, tags("a")
        host = headers["Host"]
        scope = 'service="r",scope="repository:x:pull"'
        return 401, {"WWW-Authenticate": f'Bearer realm="http://{host}/token",{scope}'}, b""

    with answering(answer) as url:
        assert image_tags(url, "x") == ("a",)
    assert asked == ["/token?service=r&scope=repository%3Ax%3Apull"]


CHALLENGE = {"WWW-Authenticate": 'Bearer realm="http://{host}/token"'}


def token_answers(status, body, realm='Bearer realm="http://{host}/token"'):
    def answer(path, headers):
        if path.startswith("/token"):
            return status, {}, body
        return 401, {"WWW-Authenticate": realm.format(host=headers["Host"])}, b""

    return answer


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (lambda *_: (404, {}, b""), "answers 404 Not Found for /v2/x/tags/list"),
        (lambda *_: (401, {}, b""), "answers 401 Unauthorized"),
        (lambda *_: (500, {}, b""), "answers 500"),
        (lambda *_: (200, {}, b'{"tags": ["a'), "broken JSON"),
        (lambda *_: (200, {}, b"[]"), "JSON that is no object"),
        (lambda *_: (200, {"Content-Length": 999}, b"{}"), "ended 997 bytes early"),
        (lambda *_: (200, {"Link": '</v2/x>; rel="next"'}, tags("a")), "without end"),
        (token_answers(200, b"{}"), "gives no token"),
        (token_answers(403, b""), "answers 403"),
        (token_answers(200, b'{"token": "t"}'), "answers 401"),
        (token_answers(200, b"", 'Bearer realm="file:///etc/passwd"'), "without naming its issuer"),
    ],
)
def test_registry_that_fails_is_said_to(answer, message):
    with answering(answer) as url, pytest.raises(TargetError, match=message):
        image_tags(url, "x")


@pytest.mark.parametrize(("header", "hint"), [({"Retry-After": 60}, "60 seconds"), ({}, "later")])
def test_too_many_requests_are_said_with_the_time_to_wait(header, hint):
    with (
        answering(lambda *_: (429, header, b"")) as url,
        pytest.raises(TargetError, match="too many requests") as raised,
    ):
        image_tags(url, "x")
    assert hint in raised.value.hint


def test_network_that_is_not_there_is_said_to_be():
    with pytest.raises(TargetError, match="cannot be reached") as raised:
        image_tags("http://127.0.0.1:1", "x")
    assert "HTTPS_PROXY" in raised.value.hint


def test_answer_without_end_is_cut(monkeypatch):
    monkeypatch.setattr(registry, "CAP", 1000)
    with (
        answering(lambda *_: (200, {}, b" " * 2000)) as url,
        pytest.raises(TargetError, match="more than"),
    ):
        image_tags(url, "x")


def test_silent_server_is_given_up(monkeypatch):
    monkeypatch.setattr(registry, "TIMEOUT_S", 0.1)
    release = threading.Event()

    def answer(path, headers):
        release.wait(300)
        return 200, {}, tags("a")

    with answering(answer) as url:
        with pytest.raises(TargetError, match="timed out"):
            image_tags(url, "x")
        release.set()


WHEELS = ("torch-2.14.1+cu126-cp312-cp312-manylinux_2_28_x86_64.whl", "torch-2.14.1.tar.gz", "")


def test_versions_are_read_from_an_html_index():
    page = "".join(f'<a href="{name}">{name}</a><br>\n' for name in WHEELS).encode()
    with answering(lambda *_: (200, {"Content-Type": "text/html"}, page)) as url:
        assert project_versions(url, "torch") == ("2.14.1",)


def test_versions_are_read_from_a_json_index():
    page = json.dumps({"files": [{"filename": name} for name in WHEELS]}).encode()
    kind = {"Content-Type": "application/vnd.pypi.simple.v1+json"}
    with answering(lambda *_: (200, kind, page)) as url:
        assert project_versions(url, "torch") == ("2.14.1",)


@pytest.mark.parametrize("status", [403, 404])
def test_variant_that_does_not_exist_has_no_versions(status):
    with answering(lambda *_: (status, {}, b"")) as url:
        assert project_versions(url, "torch") == ()


def test_index_that_fails_is_said_to():
    with answering(lambda *_: (500, {}, b"")) as url, pytest.raises(TargetError, match="500"):
        project_versions(url, "torch")
