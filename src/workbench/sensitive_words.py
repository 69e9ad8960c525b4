"""A column's name in, what it says about the person out, where that is sensitive.

Sex, age, income, home, belief, origin, family, language and health: a tier or a model
that leans on one of these has to say why. Town and region are left out, for a shop's
stores lie somewhere; address and postcode are in, standing for income and origin.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_ENGLISH: dict[str, tuple[str, ...]] = {
    "sex": ("sex", "gender", "sexuality", "orientation", "pronouns"),
    "age": (
        "age",
        "birth",
        "birthday",
        "birthdate",
        "birthyear",
        "born",
        "dob",
        "yob",
        "elderly",
    ),
    "income": ("income", "salary", "wage", "wages", "wealth", "earnings"),
    "home": (
        "address",
        "addr",
        "postcode",
        "postal",
        "zip",
        "zipcode",
        "street",
        "hukou",
    ),
    "belief": ("religion", "religious", "faith", "belief", "political", "politics"),
    "origin": (
        "ethnicity",
        "ethnic",
        "race",
        "nation",
        "nationality",
        "citizen",
        "citizenship",
        "immigrant",
        "skin",
    ),
    "family": (
        "marital",
        "married",
        "marriage",
        "household",
        "spouse",
        "child",
        "children",
        "kid",
        "pregnant",
        "pregnancy",
        "divorced",
    ),
    "language": ("language", "lang", "mother_tongue", "accent"),
    "health": ("health", "disability", "disabled", "illness", "disease", "medical"),
}
#: Words long enough to be known inside others: ``homeaddress``, ``maritalstatus``.
_INSIDE: dict[str, tuple[str, ...]] = {
    "sex": ("gender", "sexual"),
    "age": ("birthday", "birthdate", "birthyear", "birthplace", "yearofbirth"),
    "income": ("salary",),
    "home": ("homeaddress", "postcode", "postalcode", "zipcode"),
    "belief": ("religio",),
    "origin": ("ethnic", "nationalit", "citizenship", "immigrant"),
    "family": ("marital", "household", "pregnan"),
    "health": ("disabilit",),
}
#: Words that say it only before one of some others: a product has a family too.
_TOGETHER: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "age": (("age",), ("group", "band", "range", "bracket", "class", "cohort")),
    "family": (("family",), ("size", "status", "member", "income", "situation")),
    "income": (("income",), ("level", "band", "group", "bracket", "class")),
}
_CHINESE: dict[str, tuple[str, ...]] = {
    "sex": ("性别", "性取向"),
    "age": ("年龄", "年纪", "生日", "出生", "周岁"),
    "income": ("收入", "工资", "薪资", "薪水"),
    "home": ("地址", "住址", "邮编", "邮政编码", "户口", "户籍"),
    "belief": ("宗教", "信仰", "政治面貌"),
    "origin": ("民族", "种族", "国籍", "籍贯"),
    "family": ("婚姻", "婚否", "已婚", "家庭", "配偶", "子女", "怀孕", "孕期"),
    "language": ("语言", "母语", "方言"),
    "health": ("健康", "残疾", "疾病", "病史"),
}
#: Names of the workbench's own that have such a word in them and say nothing like it.
_HARMLESS = ("age_days", "customer_age_days", "account_age_days")


def sensitive_word(name: str) -> str | None:
    """Return what a column's name tells about the person, None where nothing.

    Words are parted by ``_``, so the prefix of an own column does not hide one. Nor
    does it help to write two in one, or many of a thing.

    Examples
    --------
    >>> sensitive_word("extra_birth_year"), sensitive_word("客户性别")
    ('age', 'sex')
    >>> sensitive_word("average_spend"), sensitive_word("age_days")
    (None, None)
    >>> sensitive_word("agegroup"), sensitive_word("packages")
    ('age', None)
    """
    if name.lower() in _HARMLESS:
        return None
    lowered = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
    parts = [word.rstrip("0123456789") for word in re.split(r"[^\w]|_", lowered)]
    single = {*parts, *(word.removesuffix("s") for word in parts)}
    for kind, words in _ENGLISH.items():
        if {*words} & single:
            return kind
    for kind, words in _INSIDE.items():
        if any(word in part for word in words for part in parts):
            return kind
    for kind, (firsts, seconds) in _TOGETHER.items():
        if _has_pair(parts, firsts, seconds):
            return kind
    for kind, words in _CHINESE.items():
        if any(word in name for word in words):
            return kind
    return None


def _has_pair(
    parts: Sequence[str], firsts: tuple[str, ...], seconds: tuple[str, ...]
) -> bool:
    """Whether a first word stands right before a second one, parted or not."""
    whole = "_".join(["", *parts, ""])
    pairs = ((first, second) for first in firsts for second in seconds)
    return any(
        re.search(f"_{first}_?{second}s?_", whole) is not None
        for first, second in pairs
    )


def name_and_why(entry: str) -> tuple[str, str]:
    """Return a column's name and the reason beside it, empty where there is none.

    Examples
    --------
    >>> name_and_why("extra_visits"), name_and_why("extra_age: students have terms")
    (('extra_visits', ''), ('extra_age', 'students have terms'))
    """
    name, _, why = entry.partition(":")
    return name.strip(), why.strip()
