"""A secret is found by its name, and only by one."""

import pytest

from workbench.errors import OpenSecret
from workbench.secret import secret


def test_a_variable_or_a_file_has_it(tmp_path, monkeypatch):
    monkeypatch.setenv("SHOP_SECRET", "sunflower")
    (tmp_path / "secret").write_text(" sunflower\n")
    (tmp_path / "secret").chmod(0o600)
    assert secret("env:SHOP_SECRET") == b"sunflower"
    assert secret(f"file:{tmp_path / 'secret'}") == b"sunflower"


def test_what_names_none_gives_none(tmp_path):
    for reference in ("sunflower", "env:", "file:", f"file:{tmp_path}", "vault:x", ""):
        assert secret(reference) == b""


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_a_file_that_others_may_read_is_doubted(tmp_path, mode):
    (tmp_path / "secret").write_text("sunflower")
    (tmp_path / "secret").chmod(mode)
    with pytest.warns(OpenSecret, match="chmod 600") as caught:
        assert secret(f"file:{tmp_path / 'secret'}") == b"sunflower"
    assert "sunflower" not in str(caught[0].message)
