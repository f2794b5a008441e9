"""Services for a container, each with a habit of its own; run there as `python -c TEXT`.

Standard library only, and no import of the project: its text is what is sent.
"""

import asyncio
import hashlib
import sys

DIGEST, SOURCE, ECHO, LISTENER = 7001, 7002, 7003, 7004
"""Reads to the end and answers with the SHA-256; sends as many bytes as it is told; sends back
what comes; says `done` and its own end, then counts what still comes (told by port 7002's `0`)."""

counted = []


async def digest(reader, writer):
    found = hashlib.sha256()
    while data := await reader.read(65536):
        found.update(data)
    writer.write(found.hexdigest().encode())
    await writer.drain()
    writer.close()


async def source(reader, writer):
    size = int(await reader.readline())
    if size == 0:
        writer.write(b"%d" % sum(counted))
    block = bytes(range(256)) * 256
    while size:
        writer.write(block[:size])
        size -= len(block[:size])
        await writer.drain()
    writer.close()


async def echo(reader, writer):
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()


async def listener(reader, writer):
    writer.write(b"done")
    writer.write_eof()
    while data := await reader.read(65536):
        counted.append(len(data))
    writer.close()


async def main(host):
    for port, service in ((DIGEST, digest), (SOURCE, source), (ECHO, echo), (LISTENER, listener)):
        await asyncio.start_server(service, host, port)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1"))
