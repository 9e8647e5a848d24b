"""Where on the net things are."""

DEFAULT_ENDPOINT = "https://huggingface.co"  # of the hub
