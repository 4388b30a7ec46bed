"""The tracker: the script that the measured pages load, in its readable and its served forms."""

from pathlib import Path

SOURCE_PATH = Path(__file__).with_name("tracker.js")
MINIFIED_PATH = Path(__file__).with_name("tracker.min.js")
EXPORTS_PATH = Path(__file__).with_name("exports.js")
MODULE_PATH = Path(__file__).parent / "module" / "index.js"
