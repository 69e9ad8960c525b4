import pytest

from workbench.errors import BadSpec
from workbench.settings import places

KEYS = (
    "ROOT",
    "HOME",
    "NOTEBOOKS",
    "EXPERIMENTS",
    "RUNS",
    "DECISIONS",
    "STORES",
    "EXPORTS",
    "TRACKING",
)
WRITTEN = ("runs", "decisions", "stores", "exports", "tracking")


@pytest.fixture
def root(tmp_path, monkeypatch):
    """Return an empty project folder, with nothing set in the environment."""
    for name in KEYS:
        monkeypatch.delenv(f"WORKBENCH_{name}", raising=False)
    folder = tmp_path.resolve() / "project"
    (folder / "notebooks").mkdir(parents=True)
    (folder / "experiments").mkdir()
    monkeypatch.chdir(folder)
    return folder


def test_the_defaults_are_those_that_are_drawn(root):
    found = places()
    assert found.root == root
    assert found.notebooks == root / "notebooks"
    assert found.runs == root / "experiments" / "runs"
    assert found.decisions == root / "experiments" / "decisions"
    assert found.stores == root / "data" / "clean"
    assert found.exports == root / "data" / "exports"
    assert found.tracking == root
    assert found.policies == root / "experiments" / "policies"
    assert found.acceptance == root / "experiments" / "acceptance.yaml"
    assert found.bundles == root / "data" / "exports" / "bundles"
    assert found.tiers == root / "data" / "exports" / "tiers"


def test_arguments_beat_the_environment_beats_the_file_beats_the_defaults(
    root, monkeypatch
):
    (root / "workbench.toml").write_text('[places]\nruns = "from_file"\n')
    assert places().runs == root / "from_file"
    monkeypatch.setenv("WORKBENCH_RUNS", str(root / "from_environment"))
    assert places().runs == root / "from_environment"
    assert places(home=root / "argument").runs == root / "argument" / "runs"


def test_home_moves_all_that_is_written_and_nothing_else(root, monkeypatch):
    monkeypatch.setenv("WORKBENCH_HOME", "data/demo")
    found = places()
    for name in WRITTEN:
        assert getattr(found, name).is_relative_to(root / "data" / "demo"), name
    assert found.stores == root / "data" / "demo" / "clean"
    assert found.tracking == root / "data" / "demo" / "mlflow"
    assert found.notebooks == root / "notebooks"
    assert found.experiments == root / "experiments"


def test_one_place_can_lie_elsewhere_than_home(root, monkeypatch):
    monkeypatch.setenv("WORKBENCH_HOME", str(root / "demo"))
    monkeypatch.setenv("WORKBENCH_STORES", str(root / "shared"))
    assert places().stores == root / "shared"
    assert places().runs == root / "demo" / "runs"


def test_the_root_is_the_nearest_project_above_the_working_folder(root, monkeypatch):
    deep = root / "experiments" / "policies"
    deep.mkdir()
    monkeypatch.chdir(deep)
    assert places().root == root
    (deep / "workbench.toml").write_text("")
    assert places().root == deep


def test_a_root_given_beats_where_one_stands(root, monkeypatch, tmp_path):
    other, third = tmp_path.resolve() / "other", tmp_path.resolve() / "third"
    monkeypatch.setenv("WORKBENCH_ROOT", str(other))
    assert places().root == other
    assert places(root=third).runs == third / "experiments" / "runs"


def test_places_are_resolved_when_asked_not_once(root, monkeypatch):
    before = places().exports
    monkeypatch.setenv("WORKBENCH_EXPORTS", str(root / "later"))
    assert places().exports == root / "later" != before


def test_every_place_is_absolute(root, monkeypatch):
    monkeypatch.setenv("WORKBENCH_RUNS", "relative/runs")
    monkeypatch.setenv("WORKBENCH_EXPORTS", "~/exports")
    monkeypatch.setenv("HOME", "/home/somebody")
    found = places()
    assert found.runs == root / "relative" / "runs"
    assert str(found.exports) == "/home/somebody/exports"


def test_an_unknown_place_is_refused_with_the_nearest_name(root):
    (root / "workbench.toml").write_text('[places]\nstoers = "x"\n')
    with pytest.raises(BadSpec, match=r"no place 'stoers'. Did you mean 'stores'\?"):
        places()


def test_a_section_that_is_not_places_is_refused(root):
    (root / "workbench.toml").write_text('[place]\nruns = "x"\n')
    with pytest.raises(BadSpec, match=r"no section 'place'. Did you mean '\[places\]'"):
        places()


def test_a_file_that_is_not_toml_is_named(root):
    (root / "workbench.toml").write_text("[places]\nruns = x y\n")
    with pytest.raises(BadSpec, match=r"workbench\.toml is not TOML: .*line 2"):
        places()


@pytest.mark.parametrize("value", ["3", "true", '["x"]'])
def test_a_place_that_is_no_text_is_refused(root, value):
    (root / "workbench.toml").write_text(f"[places]\nruns = {value}\n")
    with pytest.raises(BadSpec, match="'runs' must be a path in quotes, found"):
        places()


def test_a_bare_name_is_a_store_under_stores_and_a_path_is_itself(root):
    found = places()
    assert found.store("shop") == root / "data" / "clean" / "shop"
    assert found.store("elsewhere/shop") == root / "elsewhere" / "shop"
    assert found.store("/data/shop").as_posix() == "/data/shop"


def test_a_child_process_gets_the_same_places(root, monkeypatch, tmp_path):
    (root / "workbench.toml").write_text('[places]\nhome = "data/demo"\n')
    here = places()
    for name, value in here.as_environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    assert places() == here
