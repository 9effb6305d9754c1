"""Pictures by address (placeholder until the guarded client lands)."""
from genai.errors import Permanent


def fetch_image(context, image, pointer):
    raise Permanent("no")
