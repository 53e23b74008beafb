"""The floor: a bare Flask route that checks the signature and does one durable insert."""

from __future__ import annotations

import hashlib
import hmac
import sys
from datetime import UTC, datetime

from flask import Flask, Response, request

from service.storage import open_store, upgrade
from service.web.server import WebServer
from tests.bench.load import SECRET


def app(database_url: str) -> Flask:
    """Build the route over a store of its own."""
    bare, store = Flask(__name__), open_store(database_url)

    @bare.post("/hook")
    def hook() -> Response:
        payload = request.get_data(cache=False)
        signed = hmac.new(SECRET.encode(), payload, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(signed, request.headers.get("Linear-Signature", "")):
            return Response(status=401)
        delivery = request.headers["Linear-Delivery"]
        store.put_delivery("floor", delivery, payload, datetime.now(UTC))
        return Response(b"{}", mimetype="application/json")

    return bare


def main() -> None:
    """Serve the floor: DATABASE_URL PORT THREADS."""
    url, port, threads = sys.argv[1:]
    upgrade(url)
    server = WebServer(
        app(url), "127.0.0.1", int(port), threads=int(threads), max_body=5 * 1024 * 1024
    )
    server.run()


if __name__ == "__main__":
    main()
