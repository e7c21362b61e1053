"""An HTTP client that costs so little that it does not measure itself.

    python benchmarks/load.py --port 8001 --connections 16 --plan requests.bin

The plan is a list of whole requests, as bytes (`marshal`), made before the clock starts. One process,
one epoll loop, N connections kept alive; each sends its next request as soon as it has its answer. Of
an answer only the status and the length are read. It stops by itself: when the plan is done, or after
`--limit` seconds. What it prints is one JSON object; with `--outcomes` the statuses inside the answers
of batches are counted too, after the clock has stopped.

Nothing but the standard library, so that it starts at once and can be copied to another machine.
"""

import argparse
import json
import marshal
import re
import resource
import select
import socket
import sys
from time import perf_counter
from typing import Any

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE).search
OUTCOME = re.compile(rb'"status": ?(\d+)').findall
HEAD_END = b"\r\n\r\n"
TAKE = 1 << 18
SAMPLES = 3
"""How many of the answers that are no success are told whole."""


class Load:
    """One run: the plan, the connections, and what was seen."""

    def __init__(self, host: str, port: int, plan: list[bytes], keep: bool) -> None:
        self.address, self.keep = (host, port), keep
        self.waiting = iter(plan)
        self.poll = select.epoll()
        self.sockets: dict[int, socket.socket] = {}
        self.begun: dict[int, float] = {}
        self.read: dict[int, bytes] = {}
        self.unsent: dict[int, memoryview] = {}
        self.taken: list[float] = []
        self.statuses: dict[bytes, int] = {}
        self.kept: list[bytes] = []
        self.lost = 0

    def connect(self) -> None:
        """One more connection, with its first request."""
        sock = socket.create_connection(self.address)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setblocking(False)
        self.sockets[sock.fileno()] = sock
        self.poll.register(sock.fileno(), select.EPOLLIN)
        self.next_on(sock.fileno())

    def next_on(self, fd: int) -> None:
        """The next request of the plan on a free connection; closes it when there is none left."""
        request = next(self.waiting, None)
        if request is None:
            self.close(fd)
            return
        self.read[fd], self.begun[fd] = b"", perf_counter()
        sent = self.sockets[fd].send(request)
        if sent < len(request):
            self.unsent[fd] = memoryview(request)[sent:]
            self.poll.modify(fd, select.EPOLLIN | select.EPOLLOUT)

    def send_on(self, fd: int) -> None:
        """More of a request that did not fit the socket at once."""
        rest = self.unsent.pop(fd)
        sent = self.sockets[fd].send(rest)
        if sent < len(rest):
            self.unsent[fd] = rest[sent:]
        else:
            self.poll.modify(fd, select.EPOLLIN)

    def close(self, fd: int) -> None:
        """End a connection."""
        self.poll.unregister(fd)
        self.sockets.pop(fd).close()
        self.unsent.pop(fd, None)

    def lose(self, fd: int) -> None:
        """The server closed: the request has no answer, and another connection takes its place."""
        self.lost += 1
        self.close(fd)
        self.connect()

    def run(self, limit: float) -> None:
        """Until every request has its answer, or the limit is reached."""
        until, clock = perf_counter() + limit, perf_counter
        while self.sockets and clock() < until:
            for fd, event in self.poll.poll(1.0):
                if event & select.EPOLLOUT and fd in self.unsent:
                    self.send_on(fd)
                if event & (select.EPOLLIN | select.EPOLLHUP | select.EPOLLERR):
                    self.receive(fd)

    def receive(self, fd: int) -> None:
        """What came; when it is a whole answer, note it and go on."""
        try:
            data = self.sockets[fd].recv(TAKE)
        except OSError:
            data = b""
        if not data:
            self.lose(fd)
            return
        if self.read[fd]:
            data = self.read[fd] + data
        head = data.find(HEAD_END)
        found = LENGTH(data, 0, head) if head > 0 else None
        if found is None or len(data) < head + 4 + int(found[1]):
            self.read[fd] = data
            return
        self.taken.append(perf_counter() - self.begun[fd])
        status = data[9:12]
        self.statuses[status] = self.statuses.get(status, 0) + 1
        if self.keep or (status[:1] != b"2" and len(self.kept) < SAMPLES):
            self.kept.append(data)
        self.next_on(fd)


def measured(load: Load, seconds: float, processor: float) -> dict[str, Any]:
    """What is told of a run. Latencies in milliseconds, the client's own processor time in microseconds."""
    taken = sorted(load.taken)
    many = len(taken)
    told: dict[str, Any] = {
        "answers": many,
        "seconds": seconds,
        "per_second": many / seconds,
        "p50_ms": taken[many // 2] * 1000 if many else None,
        "p99_ms": taken[many * 99 // 100] * 1000 if many else None,
        "slowest_ms": taken[-1] * 1000 if many else None,
        "client_us": processor * 1e6 / max(many, 1),
        "statuses": {status.decode(): n for status, n in load.statuses.items()},
        "lost": load.lost,
        "unanswered": len(load.sockets),
    }
    if load.keep:
        outcomes: dict[str, int] = {}
        for answer in load.kept:
            for status in OUTCOME(answer):
                outcomes[status.decode()] = outcomes.get(status.decode(), 0) + 1
        told["outcomes"] = outcomes
    told["refused"] = [one.decode(errors="replace") for one in load.kept if one[9:10] != b"2"][:SAMPLES]
    return told


def processor_seconds() -> float:
    """What this process has used of the processor."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Run a plan and print what was seen."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--host", default="127.0.0.1")
    asked.add_argument("--port", type=int, required=True)
    asked.add_argument("--connections", type=int, default=16)
    asked.add_argument("--plan", required=True)
    asked.add_argument("--limit", type=float, default=120.0)
    asked.add_argument("--outcomes", action="store_true")
    given = asked.parse_args()
    with open(given.plan, "rb") as file:
        plan = marshal.load(file)
    load = Load(given.host, given.port, plan, given.outcomes)
    used, start = processor_seconds(), perf_counter()
    for _ in range(min(given.connections, len(plan))):
        load.connect()
    load.run(given.limit)
    json.dump(measured(load, perf_counter() - start, processor_seconds() - used), sys.stdout)
    print()


if __name__ == "__main__":
    main()
