import os
import subprocess
import sys
from pathlib import Path

import pytest

from workbench.errors import Locked
from workbench.locking import held, is_held

HOLDER = """
import sys, time
from pathlib import Path
from workbench.locking import held
with held(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_the_lock_is_free_again_afterwards(tmp_path: Path) -> None:
    assert not is_held(tmp_path)
    with held(tmp_path):
        assert is_held(tmp_path)
    assert not is_held(tmp_path)


def test_a_second_holder_is_told_who_and_exits_75(tmp_path: Path) -> None:
    with held(tmp_path), pytest.raises(Locked, match=str(os.getpid())) as caught:
        with held(tmp_path):
            pass
    assert caught.value.exit_code == 75


def test_what_a_second_holder_is_told_can_be_said_in_other_words(
    tmp_path: Path,
) -> None:
    with held(tmp_path), pytest.raises(Locked, match=f"^busy: {os.getpid()}$"):
        with held(tmp_path, "busy: {holder}"):
            pass


def test_kill_9_frees_the_lock(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLDER, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(Locked, match=str(holder.pid)), held(tmp_path):
            pass
        holder.kill()
        holder.wait()
    with held(tmp_path):
        pass
