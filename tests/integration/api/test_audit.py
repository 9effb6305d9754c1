"""The audit trail: of one's own job, and of everything for operators."""

from __future__ import annotations

from typing import Any

from genai.store.audit import record


def test_who_did_what_with_a_job(service, document):
    made = service.call("POST", "/v1/jobs", json=document, headers={"X-Request-ID": "request-1"})
    job = made.get_json()["job_id"]
    service.call("POST", f"/v1/jobs/{job}/cancel", headers={"X-Request-ID": "request-2"})
    service.call("DELETE", "/v1/products/prod_1", headers={"X-Request-ID": "request-3"})
    assert service.call("GET", f"/v1/jobs/{job}").status_code == 404
    # The job is gone; what was done with it is still told, to its client alone.
    entries = service.call("GET", f"/v1/jobs/{job}/audit").get_json()["entries"]
    told = [(entry["actor"], entry["action"], entry["request_id"]) for entry in entries]
    assert told == [("api", "job.submit", "request-1"), ("api", "job.cancel", "request-2")]
    assert {entry["client"] for entry in entries} == {"acme"}
    assert service.call("GET", f"/v1/jobs/{job}/audit", client="globex").status_code == 404


def test_operators_see_all_page_by_page(service, document):
    jobs = []
    for number, client in enumerate(("acme", "globex", "acme", "globex", "acme")):
        body = {**document, "idempotency_key": f"k{number}"}
        jobs.append(service.call("POST", "/v1/jobs", client=client, json=body).get_json()["job_id"])
    seen: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = service.call("GET", f"/v1/audit?limit=2{cursor}", client="ops").get_json()
        seen += page["entries"]
        if not seen[2:]:  # what comes in between shifts no page
            with service.runtime.database.transaction() as connection:
                record(connection, client="acme", actor="operator", action="step.requeue", job_id=jobs[0])
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert [entry["job_id"] for entry in seen] == jobs[::-1]
    of_client = service.call("GET", "/v1/audit?client=globex", client="ops").get_json()["entries"]
    assert [entry["job_id"] for entry in of_client] == [jobs[3], jobs[1]]
    of_job = service.call("GET", f"/v1/audit?job_id={jobs[0]}", client="ops").get_json()["entries"]
    assert [entry["action"] for entry in of_job] == ["step.requeue", "job.submit"]
    for odd in ("limit=0", "cursor=x", "cursor=0", "job_id=x", "actor=api"):
        assert service.call("GET", f"/v1/audit?{odd}", client="ops").status_code == 422, odd


def test_erasing_over_http(service, document, picture):
    document["product"]["product_id"] = "shelf//7 ü"
    asset = service.upload(picture)
    document["product"]["images"] = [{"asset_id": asset}]
    job = service.call("POST", "/v1/jobs", json=document).get_json()["job_id"]
    path = "/v1/products/shelf%2F%2F7%20%C3%BC"
    alive = service.call("DELETE", path)
    assert (alive.status_code, alive.get_json()["code"]) == (409, "conflict")
    assert job in alive.get_json()["detail"]
    service.call("POST", f"/v1/jobs/{job}/cancel")
    assert service.call("DELETE", path, client="globex").status_code == 204
    assert service.call("GET", f"/v1/jobs/{job}").status_code == 200
    for _ in range(2):
        gone = service.call("DELETE", path)
        assert (gone.status_code, gone.data) == (204, b"")
    for left in (f"/v1/jobs/{job}", f"/v1/assets/{asset}", f"/v1/assets/{asset}/content"):
        assert service.call("GET", left).status_code == 404
    assert service.call("DELETE", "/v1/products/%00").status_code == 422
    # The same key begins anew.
    document["product"]["images"] = [{"asset_id": service.upload(picture)}]
    assert service.call("POST", "/v1/jobs", json=document).status_code == 202
