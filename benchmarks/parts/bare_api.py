"""The least that could accept a job: Flask, the same contract, one row. What ``api.py`` compares with."""

from __future__ import annotations

import os

from flask import Flask, Response, jsonify, request
from sqlalchemy import text

from genai.contracts import dump_request, load_request
from genai.domain.enums import Mode
from genai.store.database import Database


def application() -> Flask:
    """POST /v1/jobs: validates, inserts, answers."""
    app = Flask("bare")
    database = Database(os.environ["GENAI_DATABASE_URL"].replace("postgresql:", "postgresql+psycopg:", 1))
    modes = [mode.value for mode in Mode]
    insert = text(
        "INSERT INTO bare (key, request) VALUES (:key, cast(:request AS jsonb))"
        " ON CONFLICT DO NOTHING RETURNING id"
    )

    @app.post("/v1/jobs")
    def submit() -> tuple[Response, int]:
        wanted = load_request(request.get_json(), modes)
        document = app.json.dumps(dump_request(wanted))
        with database.transaction() as connection:
            row = connection.scalar(insert, {"key": wanted.idempotency_key, "request": document})
        return jsonify({"id": row}), 202

    @app.get("/healthz")
    def healthz() -> Response:
        return jsonify({"status": "ok"})

    return app
