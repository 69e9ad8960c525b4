"""The JSON Schema: current, allowing what the reader allows, refusing wrong keys."""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from workbench.errors import BadPolicy
from workbench.policy import Policy, policy_schema, schema_text
from workbench.policy.schema import FILE_NAME, FIRST_LINE

POLICIES = Path(__file__).parents[2] / "experiments" / "policies"
SHIPPED = sorted(POLICIES.glob("*.yaml"))


@pytest.fixture(scope="module")
def schema():
    return policy_schema()


def test_the_shipped_schema_is_current():
    """Else write it: workbench policy schema > experiments/policies/..."""
    assert (POLICIES / FILE_NAME).read_text(encoding="utf-8") == schema_text()


def test_it_is_a_schema(schema):
    jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_shipped_policies_fit_and_name_it_in_their_first_line(schema, file):
    text = file.read_text(encoding="utf-8")
    jsonschema.validate(yaml.safe_load(text), schema)
    assert text.splitlines()[0] == FIRST_LINE


def test_every_key_has_a_description_worth_reading(schema):
    parts = {"PolicySpec": schema, **schema["$defs"]}
    assert len(parts) == 17
    for name, part in parts.items():
        assert len(part["description"]) > 10, name
        for key, one in part["properties"].items():
            assert len(one["description"]) >= 10, (name, key)


@pytest.mark.parametrize(
    "change",
    [
        ("version: 1", "version: 0"),
        ("version: 1", "vresion: 1"),
        ("enter: a > 1", "entr: a > 1"),
        ("cuts: {high: {column: a", "cuts: {High: {column: a"),
        ("quantile: 0.5", "quantile: 1.5"),
        ("quantile: 0.5", "quantil: 0.5"),
        ("{of: spend, window: 90d}", "{of: spent, window: 90d}"),
        ("{of: spend, window: 90d}", "{of: spend, window: last year}"),
        ("{en: Small, zh: 小}", "{en: Small}"),
    ],
)
def test_what_the_schema_refuses_the_reader_refuses(schema, policy_text, change):
    text = policy_text(
        "a > 1 and a > high",
        '"true"',
        cuts="{high: {column: a, quantile: 0.5}}",
        more="measures: {m: {of: spend, window: 90d}}",
    )
    jsonschema.validate(yaml.safe_load(text), schema)
    Policy.parse(text)
    wrong = text.replace(*change)
    assert wrong != text
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(yaml.safe_load(wrong), schema)
    with pytest.raises(BadPolicy):
        Policy.parse(wrong)


def test_every_example_of_it_fits(schema):
    for part in (schema, *schema["$defs"].values()):
        for one in part["properties"].values():
            whole = {"$defs": schema["$defs"], **one}
            for example in one.get("examples", []):
                jsonschema.validate(example, whole)


def test_it_is_plain_json():
    assert json.loads(schema_text()) == policy_schema()
