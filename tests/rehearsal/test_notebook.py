"""Notebook 51 is run cell by cell on the small simulated shop, as the runner would."""

import json
import warnings
from pathlib import Path

import pytest

from workbench import record
from workbench.ingest import ingest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
GIVEN = (
    'data, as_of, weeks, every_days, refit_days = "shop", "2026-06-29", 20, 28, 56\n'
)


@pytest.fixture(scope="module")
def stage(shop, tmp_path_factory):
    """Run the notebook on the shop; return the folder of its stage."""
    home = tmp_path_factory.mktemp("home")
    shop.frame.to_csv(home / "shop.csv", index=False)
    ingest([home / "shop.csv"], into=home / "clean" / "shop")
    folder = home / "runs" / "one" / "51_rehearsal"
    text = (ROOT / "notebooks" / "51_rehearsal.ipynb").read_text(encoding="utf-8")
    code = [c for c in json.loads(text)["cells"] if c["cell_type"] == "code"]
    names: dict[str, object] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORKBENCH_ROOT", str(ROOT))
        patch.setenv("WORKBENCH_HOME", str(home))
        patch.setenv(record.STAGE_FOLDER, str(folder))
        patch.setattr(warnings, "showwarning", warnings.showwarning)
        for place, cell in enumerate(code):
            exec("".join(cell["source"]), names)
            if place == 0:
                exec(GIVEN, names)
    return folder


def test_it_comes_to_its_end_with_figures_and_tables(stage):
    result = json.loads((stage / "result.json").read_text())
    assert {"days", "flicker_a", "flicker_b"} <= {*result["metrics"]}
    assert result["metrics"]["days"]["value"] == 6
    assert sorted(f.stem for f in stage.glob("figures/*.png")) == [
        "flicker",
        "revenue",
        "tiers",
    ]
    assert len(list(stage.glob("tables/*.csv"))) == 7


def test_what_is_published_names_no_customer(stage, shop):
    ids = set(shop.frame["customer_id"].astype(str))
    for file in stage.glob("tables/*.csv"):
        assert not ids & set(file.read_text().replace("\n", ",").split(","))
    private = stage / "tables" / "tiers.parquet"
    assert private.stat().st_mode & 0o777 == 0o600
