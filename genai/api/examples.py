"""Examples of the OpenAPI document. Tests submit every request, and get every answer from a running job."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

# By operation and status, as a service gave them.
ANSWERS: dict[str, dict[str, Any]] = json.loads((files("genai.api") / "answers.json").read_text("utf-8"))

_PRODUCT = {
    "product_id": "prod_91",
    "name": "Stoneware teapot",
    "brand": "Hearth",
    "description": "A hand-thrown teapot for two.",
    "images": [{"url": "https://cdn.example.com/teapot-front.jpg", "view": "front"}],
    "attributes": {"material": "stoneware", "volume": "0.6 l"},
}


def _output(mode: str, prompt: str, **settings: Any) -> dict[str, Any]:
    return {
        "contract": 2,
        "job_type": "marketing_output",
        "idempotency_key": f"example-{mode}",
        "mode": mode,
        "product": _PRODUCT,
        "prompt": prompt,
        "settings": settings,
        "metadata": {"order": 17},
    }


REQUESTS: dict[str, dict[str, Any]] = {
    "marketing_creation": {
        "summary": "Make a product's identity",
        "value": {
            "contract": 2,
            "job_type": "marketing_creation",
            "idempotency_key": "example-creation",
            "product": _PRODUCT,
        },
    },
    "image_bundle": {
        "summary": "Four pictures for a feed",
        "value": _output("image_bundle", "Tea on a rainy afternoon", aspect="4:5", scenes=4),
    },
    "fast_video": {
        "summary": "Quick cuts on the beat",
        "value": _output("fast_video", "The first cup of the day", duration=15),
    },
    "script_video": {
        "summary": "A narrated film",
        "value": _output(
            "script_video",
            "An honest portrait of a teapot",
            script="Some things are made slowly. This teapot is one of them.",
            aspect="16:9",
        ),
    },
    "ugc": {
        "summary": "A presenter, two treatments, and a rest for review",
        "value": _output("ugc", "What I drink my tea from", duration=20, variants=2, review=True),
    },
    "retry": {
        "summary": "Make a picture of an earlier job again, and what follows from it",
        "value": {
            "contract": 2,
            "job_type": "retry",
            "idempotency_key": "example-retry",
            "retry": {
                "job_id": "7b7a3a3e-2f0b-4a55-9d7f-6b0e4ab8c001",
                "stage": "image",
                "scene": 3,
                "scope": "onward",
            },
        },
    },
}
