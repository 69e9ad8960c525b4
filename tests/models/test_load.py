import pytest

import workbench.models
from workbench.errors import BadValues, UnknownName
from workbench.models import BGNBD, load_model
from workbench.models.load import CLASSES, model_class


def test_every_model_is_found_by_the_name_in_its_json():
    for name in CLASSES:
        assert model_class(name).name == name


def test_a_model_comes_back_as_its_own_class():
    text = (
        '{"model": "bg_nbd", "time_unit": "W", '
        '"parameters": {"r": 1, "alpha": 2, "a": 3, "b": 4}}'
    )
    model = load_model(text)
    assert isinstance(model, BGNBD)
    assert model.parameters_ == {"r": 1, "alpha": 2, "a": 3, "b": 4}


def test_an_unknown_model_is_refused_with_the_nearest_name():
    with pytest.raises(UnknownName, match="Did you mean 'bg_nbd'"):
        load_model('{"model": "bgnbd"}')
    with pytest.raises(BadValues):
        load_model("")


def test_the_door_is_complete_and_sorted():
    names = workbench.models.__all__
    assert names == sorted(names)
    for name in names:
        assert getattr(workbench.models, name) is not None
    with pytest.raises(AttributeError, match="ParetoNBDD"):
        workbench.models.ParetoNBDD  # noqa: B018
