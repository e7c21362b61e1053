"""A way to PostgreSQL on which an answer can be lost: the server has done what it was asked, and nobody hears."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.db import connections

READY = b"Z\x00\x00\x00\x05"
"""ReadyForQuery: what was asked is done, and committed if it was a transaction."""
TAKE = 1 << 16


class Proxy:
    """Listens on a port of this machine and passes everything on to the server's socket, both ways, until it is
    told to lose something: `swallow` names a piece of the next request whose answer never arrives, `drop` one
    of a request that never arrives itself."""

    def __init__(self, socket_path: Path) -> None:
        self.swallow = self.drop = b""
        self.lost = 0
        """How often it cut a connection."""
        self._path = str(socket_path)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._listener.getsockname()[1])

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(self._path)
                self._open += [client, server]
                silent = threading.Event()
                threading.Thread(target=self._ask, args=(client, server, silent), daemon=True).start()
                threading.Thread(target=self._answer, args=(client, server, silent), daemon=True).start()

    def _ask(self, client: socket.socket, server: socket.socket, silent: threading.Event) -> None:
        with suppress(OSError):
            while data := client.recv(TAKE):
                if self.drop and self.drop in data:
                    self.drop = b""
                    self._cut(client, server)
                    return
                if self.swallow and self.swallow in data:
                    self.swallow = b""
                    silent.set()
                server.sendall(data)
        self._close(client, server)

    def _answer(self, client: socket.socket, server: socket.socket, silent: threading.Event) -> None:
        told = b""
        with suppress(OSError):
            while data := server.recv(TAKE):
                if not silent.is_set():
                    client.sendall(data)
                    continue
                told += data
                if READY in told:
                    self._cut(client, server)
                    return
        self._close(client, server)

    def _cut(self, *both: socket.socket) -> None:
        self.lost += 1
        self._close(*both)

    def _close(self, *both: socket.socket) -> None:
        for one in both:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def end(self) -> None:
        """Listen no more."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._close(*self._open)


@contextmanager
def proxied() -> Iterator[Proxy]:
    """This process reaches the database of the test through a proxy."""
    here = connections.settings["default"]
    kept, options = dict(here), dict(here["OPTIONS"])
    proxy = Proxy(Path(options["host"]) / ".s.PGSQL.5432")
    connections.close_all()
    here.update(HOST="127.0.0.1", PORT=proxy.port, OPTIONS=options | {"host": "127.0.0.1"})
    try:
        yield proxy
    finally:
        connections.close_all()
        here.update(kept)
        proxy.end()


def through(proxy: Proxy, name: str) -> str:
    """The address of a database behind it."""
    return f"postgresql://postgres@127.0.0.1:{proxy.port}/{name}?sslmode=disable"
