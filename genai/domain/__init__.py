"""The vocabulary: enums, transitions and plain dataclasses. Imports nothing of ours."""
