"""Runs a program on a terminal of its own: terminal.py STEPS PROGRAM ARGS...

STEPS is a JSON list of [text to wait for, text to type]. What the terminal showed goes to standard output, the exit
code to standard error.
"""
import json
import os
import pty
import select
import sys

steps = json.loads(sys.argv[1])
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
shown, seen = b"", 0
while True:
    ready, _, _ = select.select([terminal], [], [], 60)
    try:
        chunk = os.read(terminal, 65536) if ready else b""
    except OSError:
        chunk = b""
    if not chunk:
        break
    shown += chunk
    while steps and steps[0][0].encode() in shown[seen:]:
        wanted, typed = steps.pop(0)
        seen = shown.index(wanted.encode(), seen) + len(wanted.encode())
        os.write(terminal, typed.encode())
os.close(terminal)
_, status = os.waitpid(pid, 0)
sys.stdout.buffer.write(shown)
sys.stderr.write(json.dumps({"code": os.waitstatus_to_exitcode(status), "left": steps}))
