"""Stands in for the ssh program and answers as a hostile or broken server would.

`ssh … -- HOST COMMAND` reads what to do from the JSON file named by $FAR_SIDE: {"answer": KIND,
"text": TEXT}. Kinds: shell (run the command here), endless, silent, zeros (a gzip bomb), junk,
errors (an endless standard error), engine (an HTTP answer of the Docker engine).
"""

import gzip
import io
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

HEAD = "HTTP/1.1 {} X\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n"


def main() -> int:
    words = sys.argv[1:]
    if "-G" in words:
        return subprocess.call(["/usr/bin/ssh", *words])
    if "-O" in words or "--" not in words:
        return 0
    command = " ".join(words[words.index("--") + 2 :])
    wanted = json.loads(Path(os.environ["FAR_SIDE"]).read_text())
    kind, text = wanted["answer"], wanted.get("text", "")
    if kind == "shell":
        return subprocess.call(["/bin/sh", "-c", command])
    if "dial-stdio" in command:
        return engine(kind, text)
    return answer(kind, text)


def answer(kind: str, text: str) -> int:  # noqa: C901 (a table of answers)
    out = sys.stdout.buffer
    nonce = first_nonce()
    begin = f"{nonce} begin\n".encode()
    if kind == "endless":
        while True:
            out.write(begin + b"x" * (1 << 20))
    if kind == "errors":
        while True:
            sys.stderr.write("\x1b[31mno\x07" * 10_000)
    if kind == "silent":
        time.sleep(3600)
    if kind == "zeros":
        packed = io.BytesIO()
        with gzip.GzipFile(fileobj=packed, mode="wb") as file:
            for _ in range(400):
                file.write(b"\0" * (1 << 20))
        out.write(begin + f"{nonce} list as_gnu gzip -1\n".encode() + packed.getvalue())
    if kind == "listing":
        listing = text.encode("utf-8", "surrogateescape") + f"\0{nonce}\0".encode()
        out.write(begin + f"{nonce} list as_gnu cat\n".encode() + listing)
    if kind == "words":
        out.write(begin + f"{nonce} {text}\n".encode("utf-8", "surrogateescape"))
    if kind == "junk":
        out.write(text.encode("utf-8", "surrogateescape"))
    out.flush()
    return 0


def first_nonce() -> str:
    script = os.read(0, 1 << 16)
    found = re.search(rb"nonce=(\S+)", script)
    return found[1].decode() if found else "0"


def engine(kind: str, text: str) -> int:
    body = text.encode("utf-8", "surrogateescape")
    while head := request_head():
        if b"/version" in head and kind != "silent":
            body_now = b'{"ApiVersion": "1.46", "MinAPIVersion": "1.24", "Components": []}'
        else:
            body_now = body
        if kind == "silent":
            time.sleep(3600)
        length = 4 << 30 if kind == "endless" and b"/version" not in head else len(body_now)
        sys.stdout.buffer.write(HEAD.format(200, length).encode() + body_now)
        while kind == "endless" and b"/version" not in head:
            sys.stdout.buffer.write(b" " * (1 << 20))
        sys.stdout.flush()
    return 0


def request_head() -> bytes:
    head = b""
    while b"\r\n\r\n" not in head:
        byte = os.read(0, 1)
        if not byte:
            return b""
        head += byte
    return head


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BrokenPipeError:
        os._exit(1)
