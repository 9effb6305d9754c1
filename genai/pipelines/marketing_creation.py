"""marketing_creation: make the product's identity, for every later job to reuse."""

from genai.pipelines.pipeline import IDENTITY, Pipeline

PIPELINE = Pipeline(
    name="marketing_creation",
    plan=("intake", *IDENTITY),
    assemble=("emit",),
)
