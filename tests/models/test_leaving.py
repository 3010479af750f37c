"""What is told to be done before Python ends finds pools of threads at work."""

import subprocess
import sys

from models.cluster import ROOT

CODE = """
from concurrent.futures import ThreadPoolExecutor
from models.leaving import before_leaving

pool = ThreadPoolExecutor(1)
for name in ("first", "last"):
    before_leaving(lambda name=name: print(pool.submit(lambda: f"told {name}").result()))
print("the end")
"""


def test_what_is_done_before_leaving_finds_pools_of_threads_at_work() -> None:
    found = subprocess.run([sys.executable, "-c", CODE], cwd=ROOT, capture_output=True, text=True)
    assert (found.stdout, found.stderr) == ("the end\ntold last\ntold first\n", "")
