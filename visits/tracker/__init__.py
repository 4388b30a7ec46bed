"""The tracker: the script that the measured pages load, in its readable and its served form."""

from pathlib import Path

SOURCE_PATH = Path(__file__).with_name("tracker.js")
MINIFIED_PATH = Path(__file__).with_name("tracker.min.js")
