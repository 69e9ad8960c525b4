from pathlib import Path

import pytest

from workbench.errors import BadPolicy
from workbench.policy import Policy, Stages, load_rules

EXPERIMENTS = Path(__file__).parents[2] / "experiments"


def test_a_file_is_read_as_what_it_lists():
    assert isinstance(load_rules(EXPERIMENTS / "stages.yaml"), Stages)
    assert isinstance(load_rules(EXPERIMENTS / "policies" / "tmall.yaml"), Policy)


def test_what_is_neither_is_refused(tmp_path):
    with pytest.raises(BadPolicy, match="no policy"):
        load_rules(tmp_path / "nothing.yaml")
    (tmp_path / "a.yaml").write_text("- 1\n")
    with pytest.raises(BadPolicy):
        load_rules(tmp_path / "a.yaml")
