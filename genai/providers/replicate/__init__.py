"""Models on Replicate (https://replicate.com) by its official SDK."""
