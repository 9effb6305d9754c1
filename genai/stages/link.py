from genai.stages.stage import Stage, StageResult
LINK_METADATA = Stage("link_metadata", lambda c: StageResult({"pages": [], "failed": []}), inputs=("intake",), applies=lambda r: bool(r.product and r.product.links), settings_key=lambda r: list(r.product.links))
