"""Which records are orders at all: paid for, not closed, no test, not staged."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from workbench.ingest.marks import Marks
from workbench.ingest.numbers import mask, parse_plain
from workbench.ingest.terms import Rules

_YES = pa.array(["1", "true", "yes", "y", "是", "刷单", "t", "ja"])
_REFUSED = {
    "unpaid": "status_unpaid",
    "closed": "status_closed",
    "refunded": "status_refunded",
}
#: Kinds and the stems of statuses that are in no list; the first that fits is taken.
_STEMS = (
    ("refunded", r"退款|退货|refund|chargeback|(^|[^a-z])returned"),
    ("closed", r"关闭|取消|拒收|cancel|(^|[^a-z])(closed|void)"),
    (
        "unpaid",
        r"[未待](付|支付)|(付款|支付|扣款).*失败|unpaid|not[\s_-]*paid|pay.*fail",
    ),
    ("closed", r"失败|fail"),
)
#: What turns a stem around, or says that it holds for a part only: nobody knows then.
_NOT_SO = (
    r"部分|partial|(未|无|没有|不)(申请|发生|需|支持|可)*(退|关闭|取消|失败|拒收)"
    r"|退[款货](申请)?[已被]?(关闭|取消|失败|拒绝|驳回|撤[销回])|拒绝.*退"
    r"|(^|[^a-z])(no|not|non|never|un)[\s_-]*(refund|return|cancel|closed|void|fail)"
    r"|(refund|return|cancel)[a-z]*[\s_-]+(request[\s_-]+)?"
    r"(cancel|closed|fail|reject|refus|declin|denied)"
)


def set_aside_no_orders(
    source: dict[str, pa.Array], rules: Rules, marks: Marks
) -> None:
    """Refuse what was never paid or is a test; flag what was only staged."""
    if "status" in source:
        _by_status(source, rules, marks)
    if "is_test" in source:
        marks.refuse(_says_yes(source["is_test"]), "test_order", "is_test")
    if "brushing" in source:
        marks.flag(_says_yes(source["brushing"]), "brushing")
    tests = pa.array([word.lower() for word in rules.mapping.test_customers])
    if len(tests) and pa.types.is_string(source["customer_id"].type):
        found = pc.is_in(pc.utf8_lower(source["customer_id"]), value_set=tests)
        marks.refuse(mask(found), "test_order", "customer_id")


def _by_status(source: dict[str, pa.Array], rules: Rules, marks: Marks) -> None:
    status = pc.utf8_lower(source["status"])
    kinds = _kinds(status, rules)
    for kind, reason in _REFUSED.items():
        found = mask(pc.equal(kinds, kind))
        if kind == "refunded" and found.any():
            found &= ~_is_return(source, rules)
        marks.refuse(found, reason, "status")
    unknown = mask(pc.is_null(kinds)) & mask(pc.not_equal(status, ""))
    if rules.mapping.unknown_status == "quarantine":
        marks.refuse(unknown, "status_unknown", "status")
    else:
        marks.note(unknown, "status_not_known")


def _kinds(status: pa.Array, rules: Rules) -> pa.Array:
    """Return the kind of each status: by the lists, else by its stem, else null."""
    kinds = pa.nulls(len(status), pa.string())
    for kind, words in rules.mapping.statuses.items():
        listed = pa.array([word.lower() for word in words], pa.string())
        kinds = pc.if_else(pc.is_in(status, value_set=listed), kind, kinds)
    if not kinds.null_count:
        return kinds
    rest = pc.if_else(pc.is_null(kinds), status, None)
    rest = pc.if_else(pc.match_substring_regex(rest, _NOT_SO), None, rest)
    for stemmed, stem in _STEMS:
        fits = pc.fill_null(pc.match_substring_regex(rest, stem), False)
        kinds = pc.coalesce(kinds, pc.if_else(fits, stemmed, None))
    return kinds


def _is_return(source: dict[str, pa.Array], rules: Rules) -> np.ndarray:
    """Find the lines that are a return themselves, so that money went back by them."""
    words = [word.lower() for word in rules.mapping.kinds.get("return", ())]
    found = np.zeros(len(source["status"]), dtype=bool)
    if "kind" in source:
        said = pc.utf8_lower(source["kind"])
        found |= mask(pc.is_in(said, value_set=pa.array(words, pa.string())))
    signed = ["quantity"]
    if rules.mapping.returns == "negative_amount":
        signed.append("amount")
    for name in signed:
        if name in source:
            found |= mask(pc.less(parse_plain(source[name], rules.mapping), 0))
    return found


def _says_yes(values: pa.Array) -> np.ndarray:
    return mask(pc.is_in(pc.utf8_lower(values), value_set=_YES))
