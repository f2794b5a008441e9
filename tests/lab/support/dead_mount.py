"""A mount whose server has gone: `python dead_mount.py FOLDER` mounts it and never answers.

Whoever touches it waits in the kernel, where not even SIGKILL reaches, until this program ends;
so does a process that waits for a GPU off the bus. Structures: linux/fuse.h, protocol 7.
"""

import os
import struct
import subprocess
import sys

BUFFER = 1 << 20
INIT = 26
HEADER = struct.Struct("<IIQ")
REPLY = struct.Struct("<IiQ")
INIT_REPLY = struct.Struct("<IIIIHHIIHH32x")


def main(folder: str) -> None:
    device = os.open("/dev/fuse", os.O_RDWR)
    options = f"fd={device},rootmode=40000,user_id=0,group_id=0,allow_other"
    mount = ["mount", "-i", "-t", "fuse.sshfs", "-o", options, "gone:/export", folder]
    subprocess.run(mount, check=True, pass_fds=(device,))
    print("mounted", flush=True)  # noqa: T201 (the starter waits for it)
    while True:
        request = os.read(device, BUFFER)
        _, opcode, unique = HEADER.unpack_from(request)
        if opcode == INIT:
            answer = INIT_REPLY.pack(7, 31, 65536, 0, 12, 9, 65536, 1, 16, 0)
            os.write(device, REPLY.pack(REPLY.size + len(answer), 0, unique) + answer)


if __name__ == "__main__":
    main(sys.argv[1])
