"""The README names what there is, and there is what the README names."""

import re
from pathlib import Path

import pytest
import typer

from workbench.cli import app

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def _commands(group, before=()):
    for name, command in sorted(group.commands.items()):
        words = (*before, name)
        if hasattr(command, "commands"):
            yield from _commands(command, words)
        else:
            yield " ".join(words)


COMMANDS = list(_commands(typer.main.get_command(app)))


@pytest.mark.parametrize("command", sorted(set(COMMANDS) - {"version", "data list"}))
def test_every_command_is_in_the_readme(command):
    assert f"workbench {command}" in README


def test_every_command_in_the_readme_is_one():
    named = set(
        re.findall(r"^(?:    |   )?workbench ([a-z]+(?: [a-z]+)?)", README, re.M)
    )
    named |= set(re.findall(r"`workbench ([a-z]+(?: [a-z]+)?)", README))
    firsts = {command.split()[0] for command in COMMANDS}
    assert {name.split()[0] for name in named} <= firsts


@pytest.mark.parametrize(
    "name",
    [
        "acceptance",
        "churn/models",
        "churn/penalties",
        "clv/models",
        "clv/penalizers",
        "demo",
        "stages",
        "tiering",
    ],
)
def test_every_shipped_experiment_is_in_the_readme(name):
    assert (ROOT / "experiments" / f"{name}.yaml").is_file()
    assert f"experiments/{name}.yaml" in README


def test_every_link_leads_somewhere():
    links = re.findall(r"\]\((?!https?://)([^)#]+)\)", README)
    assert len(links) > 5
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_verbs_named_are_in_the_makefile():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    text = README + (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    verbs = set(re.findall(r"(?:`|^)make ([a-z]+)\b", text, re.MULTILINE))
    assert len(verbs) >= 4
    for verb in verbs:
        assert re.search(rf"^{verb}:", makefile, re.MULTILINE), verb
