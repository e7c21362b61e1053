"""`python -m passnumerique.api.lane --port 8001`: the lane, served by one process.

Behind a proxy that sends it `POST /api/v1/programmes/*/redemptions*` and everything else to the plain
server; see docs/deployment.md.
"""

import argparse
import gc
import os

import django
import uvicorn


def main() -> None:
    """Serve until told to stop; what was begun is finished."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "passnumerique.config.settings")
    asked = argparse.ArgumentParser(prog="passnumerique.api.lane", description="Serve the redemptions of the API.")
    asked.add_argument("--host", default="127.0.0.1")
    asked.add_argument("--port", type=int, default=8001)
    given = asked.parse_args()
    django.setup()
    from passnumerique.api.lane.application import Lane

    lane = Lane()
    gc.collect()
    gc.freeze()  # what was made until now stays: looking through it again would make everybody wait
    uvicorn.run(
        lane,
        host=given.host,
        port=given.port,
        loop="uvloop",
        http="httptools",
        lifespan="off",
        ws="none",
        interface="asgi3",
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=10,
    )


if __name__ == "__main__":
    main()
