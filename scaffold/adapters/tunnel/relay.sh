#!/bin/sh
# Runs in the container, one for each connection of `scaffold tunnel`: standard input and output
# on one side, a TCP connection from within the container's own network on the other.
#
# First comes a line "HOST[,HOST…] PORT"; the answer is a line "framed", "plain", "refused" or
# "none". Nothing is said before that line came: who starts this may lose what comes too early.
# Framed, each piece has its length before it (4 bytes, the high one first), so that the end of
# one direction (length 0) is told from a client that has gone (end of input). An input that is
# silent for longer than its clients' signs of life (length 2^32-1) is one that has gone too.

framed='
import os, select, socket, struct, threading

SILENCE_S = 90
ALIVE = 0xFFFFFFFF
FRAME = struct.Struct(">I")
SIZE = 65536
ended = threading.Event()

def heard(size):
    if not select.select([0], [], [], SILENCE_S)[0]:
        os._exit(0)
    piece = os.read(0, size)
    if not piece:
        os._exit(0)
    return piece

def exactly(size):
    piece = b""
    while len(piece) < size:
        piece += heard(size - len(piece))
    return piece

def said(text):
    left = memoryview(text)
    while left:
        left = left[os.write(1, left):]

def connected(hosts, port):
    for host in hosts.split(","):
        try:
            service = socket.create_connection((host, int(port)), 20)
        except OSError:
            continue
        service.settimeout(None)
        service.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return service
    said(b"refused\n")
    os._exit(0)

def up(service):
    takes = True
    while True:
        (left,) = FRAME.unpack(exactly(FRAME.size))
        try:
            if left == 0:
                ended.set()
                service.shutdown(socket.SHUT_WR)
            while 0 < left < ALIVE:
                piece = heard(min(left, SIZE))
                left -= len(piece)
                if takes:
                    service.sendall(piece)
        except OSError:
            # The service takes no more, but may still have something to say.
            takes = False

def down(service):
    while True:
        piece = service.recv(SIZE)
        said(FRAME.pack(len(piece)) + piece)
        if not piece:
            return

line = b""
while not line.endswith(b"\n"):
    line += heard(1)
service = connected(*line.decode().split())
said(b"framed\n")
threading.Thread(target=up, args=(service,), daemon=True).start()
try:
    down(service)
    ended.wait()
except OSError:
    pass
os._exit(0)
'

# shellcheck disable=SC2016 # bash expands it, not this shell.
# bash can open a connection but not end one direction of it: the end of either ends both.
plain='
exec 4<&0
read -r hosts port <&4
for host in ${hosts//,/ }; do
  if { exec 3<>"/dev/tcp/$host/$port"; } 2>/dev/null; then
    echo plain
    cat <&3 &
    down=$!
    cat <&4 >&3 &
    up=$!
    wait -n
    kill "$down" "$up" 2>/dev/null
    exit
  fi
done
echo refused
'

if command -v python3 >/dev/null 2>&1; then
  exec python3 -I -S -c "$framed"
elif command -v bash >/dev/null 2>&1; then
  exec bash -c "$plain"
fi
read -r _
echo none
