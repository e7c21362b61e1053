"""What the load client itself can do: against a server that answers the same bytes to everything.

    python -m benchmarks.ceiling

Tells requests a second and the processor time that the client takes for each: whatever is measured with
it above that is the server's. The server runs in a process of its own and ends with this one.
"""

import marshal
import multiprocessing
import select
import socket
import tempfile
from pathlib import Path

from benchmarks.driving import drive

ANSWER = b"HTTP/1.1 201 Created\r\ncontent-type: application/json\r\ncontent-length: 150\r\n\r\n" + b"x" * 150
REQUEST = b"POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 250\r\n\r\n" + b"x" * 250
REQUESTS, ROUNDS = 50_000, 5


def serve(listener: socket.socket) -> None:
    """Answer each request, which comes whole, by the same bytes."""
    poll = select.epoll()
    poll.register(listener.fileno(), select.EPOLLIN)
    sockets: dict[int, socket.socket] = {}
    while True:
        for fd, _event in poll.poll():
            if fd == listener.fileno():
                sock, _address = listener.accept()
                sockets[sock.fileno()] = sock
                poll.register(sock.fileno(), select.EPOLLIN)
            elif sockets[fd].recv(1 << 16):
                sockets[fd].send(ANSWER)
            else:
                poll.unregister(fd)
                sockets.pop(fd).close()


def main() -> None:
    """Five rounds, and the middle one."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = multiprocessing.Process(target=serve, args=(listener,), daemon=True)
    server.start()
    with tempfile.NamedTemporaryFile() as plan:
        Path(plan.name).write_bytes(marshal.dumps([REQUEST] * REQUESTS))
        rounds = [drive(listener.getsockname()[1], Path(plan.name)) for _ in range(ROUNDS)]
    server.terminate()
    middle = sorted(rounds, key=lambda one: one["per_second"])[ROUNDS // 2]
    print(
        f"the load client alone: {middle['per_second']:,.0f} requests/s over 16 connections, "
        f"{middle['client_us']:.1f} µs of processor each, p99 {middle['p99_ms']:.2f} ms"
    )


if __name__ == "__main__":
    main()
