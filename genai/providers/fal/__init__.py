"""Models on fal (https://fal.ai) by its official SDK."""
