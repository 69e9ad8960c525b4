"""What can be had by name, and what is asked of who gets it."""

from __future__ import annotations

import pytest

from workbench.datasets import DATASETS
from workbench.errors import BadParameter


@pytest.mark.parametrize("name", ["complete_journey", "olist"])
def test_without_a_folder_it_is_said_where_to_get_it_and_what_to_run(tmp_path, name):
    with pytest.raises(BadParameter, match=f"data get {name} --from FOLDER"):
        DATASETS[name].raw_files(tmp_path)
    with pytest.raises(BadParameter, match="found the address https://x"):
        DATASETS[name].raw_files(tmp_path, url="https://x")


def test_the_licence_of_what_is_brought_is_said():
    assert DATASETS["complete_journey"].licence == "CC0"
    assert DATASETS["olist"].licence.startswith("CC BY-NC-SA 4.0")
