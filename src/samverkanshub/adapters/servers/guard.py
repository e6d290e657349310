"""Become a server that dies with its parent. Run as a script, outside the package, by the child it then replaces.

    python guard.py PARENT SIGNAL UID GID COMMAND [ARGUMENT ...]

Done here and not in a hook between fork and exec, since Python code there may deadlock in a parent with threads.
"""

import ctypes
import os
import resource
import signal
import sys

PR_SET_PDEATHSIG = 1
ORPHANED = 125
"""Exit status where the parent was gone before the guard was up."""


def become(user: int, group: int) -> None:
    """Drop to another user for good; 0 keeps the present one."""
    if user:
        os.setgroups([])
        os.setresgid(group, group, group)
        os.setresuid(user, user, user)


def die_with(parent: int, death: int) -> None:
    """Ask the kernel for signal `death` when the parent's forking thread ends. Exits at once if it has ended."""
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, death, 0, 0, 0):
        sys.exit(f"prctl failed: {os.strerror(ctypes.get_errno())}")
    if os.getppid() != parent:
        sys.exit(ORPHANED)


def leave_no_core() -> None:
    """A core file would have keys, and what they open, in clear."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(arguments: list[str]) -> None:
    """Drop privileges first: a change of user clears the signal asked for."""
    parent, death, user, group = map(int, arguments[:4])
    command = arguments[4:]
    leave_no_core()
    become(user, group)
    die_with(parent, death)
    for inherited in (signal.SIGPIPE, signal.SIGINT, signal.SIGTERM, signal.SIGXFSZ):
        signal.signal(inherited, signal.SIG_DFL)
    os.execv(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])
