"""A command whose reader goes away, as `head` does, ends without a traceback."""

import subprocess
import sys

COMMAND = [sys.executable, "manage.py", "help", "--commands"]


def test_command_ends_quietly_when_its_reader_goes_away(settings):
    started = subprocess.Popen(
        COMMAND, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert started.stdout is not None
    started.stdout.close()

    _, problem = started.communicate()

    assert (started.returncode, problem) == (141, b"")
