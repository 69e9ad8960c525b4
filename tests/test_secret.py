"""A secret is found by its name, and only by one."""

from workbench.secret import secret


def test_a_variable_or_a_file_has_it(tmp_path, monkeypatch):
    monkeypatch.setenv("SHOP_SECRET", "sunflower")
    (tmp_path / "secret").write_text(" sunflower\n")
    assert secret("env:SHOP_SECRET") == b"sunflower"
    assert secret(f"file:{tmp_path / 'secret'}") == b"sunflower"


def test_what_names_none_gives_none(tmp_path):
    for reference in ("sunflower", "env:", "file:", f"file:{tmp_path}", "vault:x", ""):
        assert secret(reference) == b""
