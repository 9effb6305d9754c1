"""What several benchmarks are made of."""

import sys
from pathlib import Path

# A script's own directory is on the path; the project's root, with the tests' vendor in it, is not.
sys.path.insert(0, str(Path(__file__).parents[2]))
