"""Installs Debian's packages that the tests use: `python -m testing.packages`.

It does so as root, and in CI through sudo when that asks for no password. Where it may not, it
says what is missing, and the tests that need it are skipped.
"""

from __future__ import annotations

import os
import shutil
import subprocess

from testing import chromium, gettext, pango, postgres, tools

PACKAGES = {
    "chromium": chromium.find,
    "gettext": gettext.find,
    "libpangoft2-1.0-0": pango.find,
    "postgresql": postgres.find_binaries,
}
INSTALL = ("apt-get", "install", "--yes", "--quiet", "--no-install-recommends")


def install_missing() -> None:
    missing = [name for name, find in PACKAGES.items() if find() is None]
    if not missing:
        return
    names = " and ".join(missing)
    root = _way_to_root()
    if root is None or shutil.which("apt-get") is None:
        print(f"Not installed: {names}. The tests that need them are skipped.")
    else:
        print(f"Installing Debian's {names} for the tests ...", flush=True)
        _install([*root, "env", "DEBIAN_FRONTEND=noninteractive"], missing)


def _way_to_root() -> list[str] | None:
    """Return the command in front of a command for root; None when this is not permitted."""
    if os.geteuid() == 0:
        return []
    sudo = ["sudo", "--non-interactive"]
    if tools.is_ci() and shutil.which("sudo") and _run([*sudo, "true"]).returncode == 0:
        return sudo
    return None


def _install(root: list[str], names: list[str]) -> None:
    finished = _run([*root, *INSTALL, *names])
    if finished.returncode:
        # The lists of packages may be old, or there are none yet.
        _run([*root, "apt-get", "update", "--quiet"])
        finished = _run([*root, *INSTALL, *names])
    if finished.returncode:
        print(f"apt-get could not install them:\n{finished.stdout}")


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


if __name__ == "__main__":
    install_missing()
