"""A mapping file in, what a shop's columns mean out: headings, dates, money, returns.

Without a mapping the headings must be the words of ``tables.py``. A mapping is YAML::

    columns: {customer_id: 会员号, ordered_at: 下单时间, amount: 实付金额}
    date_formats: ["%Y/%m/%d %H:%M"]
    time_zone: Asia/Shanghai
    currency: CNY
    returns: negative_amount
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from workbench.errors import BadSpec, did_you_mean
from workbench.ingest.mapping_words import (
    UNIT_PRICE,
    as_text,
    require_constant,
    require_known,
    require_meanings,
    require_of_table,
)
from workbench.ingest.market_spec import MarketSpec, known_zone
from workbench.words import Table
from workbench.yaml_text import read_yaml_file

ANONYMOUS = (
    *("NULL", "NONE", "NA", "N/A", "<NA>", "NAN", "-", "0", "0.0"),
    *("散客", "匿名", "anonymous"),
)
KINDS: dict[Literal["purchase", "return"], tuple[str, ...]] = {
    "purchase": ("purchase", "sale"),
    "return": ("return", "refund"),
}
Status = Literal["paid", "unpaid", "closed", "refunded"]
STATUSES: dict[Status, tuple[str, ...]] = {
    "paid": (
        *("交易成功", "已完成", "已签收", "已收货", "待收货", "已发货", "卖家已发货"),
        *("待发货", "已付款", "买家已付款", "等待卖家发货", "等待买家确认收货"),
        *("paid", "complete", "completed", "done", "shipped", "delivered"),
        *("fulfilled", "processing", "bezahlt", "versendet"),
    ),
    "unpaid": (
        *(
            "等待买家付款",
            "等待付款",
            "待付款",
            "待支付",
            "未付款",
            "未支付",
            "支付失败",
        ),
        *("unpaid", "not paid", "pending", "pending payment", "awaiting payment"),
        *("payment failed", "offen"),
    ),
    "closed": (
        *("交易关闭", "已关闭", "已取消", "订单取消", "卖家取消", "买家取消", "取消"),
        *("拒收", "closed", "cancelled", "canceled", "void", "voided", "expired"),
        *("failed", "storniert"),
    ),
    "refunded": (
        *("退款成功", "退款完成", "已退款", "全额退款", "退货退款", "已退货"),
        *("refunded", "returned", "chargeback", "erstattet"),
    ),
}
TEST_CUSTOMERS = ("test", "测试", "测试账号", "test_user", "testuser")
NUMBERED = ("excel_1900", "excel_1904", "epoch_s", "epoch_ms")
FULLWIDTH_COMMA = "，"
_CODES = re.compile(r"%(.)")
_DAY_PART = re.compile(r"%[Yymd].*%[Yymd]")


class Mapping(BaseModel):
    """What the columns of a source mean.

    Parameters
    ----------
    columns
        Our word, of any table → the source's heading. ``unit_price`` may stand in for
        ``amount``: then the amount is quantity × unit price. Words that begin with
        ``extra_`` (then small letters, digits, underscores) are kept as text.
    constants
        Our word → the value that it has in every row, where no heading says it.
    words
        Our word → the source's words → ours: ``{kind: {浏览: view}}``; whatever the
        case they are written in.
    others
        ``keep`` takes every heading that nobody asked for along as text, as
        ``extra_`` and the heading in small letters; not beside ``pseudonym_key``.
    date_formats
        ``iso`` or forms of ``strptime``; a value must match one of them. Or, for a
        whole column of numbers, one of ``excel_1900``, ``excel_1904``, ``epoch_s``,
        ``epoch_ms``.
    time_zone
        Zone of times that carry none, and of ``ordered_on``.
    delimiter
        Of a CSV file; by default the one under which the header is found.
    encoding
        Of a text file; by default strict UTF-8, UTF-16 with its mark, or GB18030 where
        known headings and the whole file say so.
    decimal, thousands
        Marks in numbers.
    symbols
        Currency signs that may stand beside an amount.
    currency
        ISO 4217 code of all amounts.
    markets
        Value of the column ``market`` → its own ``time_zone`` and ``currency``, which
        hold for its rows in place of those above. A row's own currency counts first;
        where ``currency`` is declared too it must be one of all that are declared.
        Rows of another market, or of none, are counted as ``market_not_listed``.
    anonymous
        Customer ids that stand for nobody.
    returns
        ``negative_amount`` makes such lines returns; by default they are set aside,
        unless the kind or the quantity says that they are returns.
    kinds
        Words of the source's ``kind`` column for purchases and for returns.
    statuses
        Words of the source's ``status`` column; only *paid* orders are purchases, the
        others are set aside with a reason of their own. A status in no list is read by
        its stem (退款, 取消, 未付, refund, cancel …).
    unknown_status
        What becomes of a status that is in no list and has no known stem.
    test_customers
        Customer ids of tests.
    masked_customers
        What becomes of ids with letters starred out, which may be several people.
    duplicates
        What becomes of equal lines where the source numbers no lines: two lines of
        one receipt can be equal.
    base_currency
        Currency that amounts are converted to, at the store's rate of the day.
    rates_carried_days
        For how many days a rate holds when later days have none [days].
    closed_on
        Last day of the closed period; what comes for it later is flagged ``late``.
    pseudonym_key
        ``env:NAME`` or ``file:PATH``: customer ids are replaced by keyed pseudonyms.
    least_of_usual
        Share of a weekday's usual lines below which a load waits for approval [1].
    skip_rows
        Lines before the header.
    sheet
        Of a workbook; by default the only one that is shown.
    opened_on, ends_on
        First and last day that the source can have [ISO date].
    max_quantity
        Largest believable quantity of one line [pieces].
    max_quarantined, max_missing_customer, max_unterminated
        Largest share of records set aside before the load is refused: in all, without
        a customer, and with a quote that does not end [1].
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    columns: dict[str, str] = Field(default_factory=dict)
    constants: dict[str, str] = Field(default_factory=dict)
    words: dict[str, dict[str, str]] = Field(default_factory=dict)
    others: Literal["ignore", "keep"] = "ignore"
    date_formats: tuple[str, ...] = ("iso",)
    time_zone: str = "UTC"
    delimiter: Literal[",", ";", "\t", "|", "，"] | None = None
    encoding: str | None = None
    decimal: Literal[".", ","] = "."
    thousands: Literal["", ",", ".", " ", "'"] = ""
    symbols: tuple[str, ...] = ()
    currency: str | None = Field(default=None, pattern="^[A-Z]{3}$")
    markets: dict[str, MarketSpec] = Field(default_factory=dict)
    anonymous: tuple[str, ...] = ANONYMOUS
    returns: Literal["quarantine", "negative_amount"] = "quarantine"
    kinds: dict[Literal["purchase", "return"], tuple[str, ...]] = KINDS
    statuses: dict[Status, tuple[str, ...]] = STATUSES
    unknown_status: Literal["keep", "quarantine"] = "keep"
    test_customers: tuple[str, ...] = TEST_CUSTOMERS
    masked_customers: Literal["quarantine", "keep"] = "quarantine"
    duplicates: Literal["keep", "quarantine"] = "keep"
    base_currency: str | None = Field(default=None, pattern="^[A-Z]{3}$")
    rates_carried_days: int = Field(default=0, ge=0, le=31)
    closed_on: date | None = None
    pseudonym_key: str | None = Field(default=None, pattern="^(env|file):.+$")
    least_of_usual: float = Field(default=0.5, ge=0, le=1)
    skip_rows: int = Field(default=0, ge=0, le=1000)
    sheet: str | None = None
    opened_on: date | None = None
    ends_on: date | None = None
    max_quantity: float = Field(default=1_000_000, gt=0)
    max_quarantined: float = Field(default=0.05, ge=0, le=1)
    max_missing_customer: float = Field(default=0.5, ge=0, le=1)
    max_unterminated: float = Field(default=0.01, ge=0, le=1)

    @field_validator("columns")
    @classmethod
    def _known_columns(cls, columns: dict[str, str]) -> dict[str, str]:
        require_known(columns)
        headings = list(columns.values())
        twice = {heading for heading in headings if headings.count(heading) > 1}
        if twice:
            raise ValueError(f"heading used for two columns: {sorted(twice)}")
        return columns

    @field_validator("constants", "words", mode="before")
    @classmethod
    def _as_written(cls, said: Any) -> Any:
        return as_text(said)

    @field_validator("constants", "words")
    @classmethod
    def _known_words(cls, said: dict[str, Any]) -> dict[str, Any]:
        require_known(said)
        empty = sorted(name for name, value in said.items() if not value)
        if empty:
            raise ValueError(f"nothing is said for {', '.join(empty)}")
        return said

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        return known_zone(zone)

    @field_validator("markets", mode="before")
    @classmethod
    def _named_markets(cls, markets: Any) -> Any:
        for name in markets if isinstance(markets, dict) else ():
            if not isinstance(name, str) or not name.strip():
                raise ValueError(
                    f"a market is named by text, found {name!r}. Write it in quotes, "
                    "as 'NO' without them is read as no"
                )
        return markets

    @field_validator("date_formats")
    @classmethod
    def _whole_formats(cls, formats: tuple[str, ...]) -> tuple[str, ...]:
        if not formats:
            raise ValueError("name at least one date format, say iso")
        for form in formats:
            codes = set(_CODES.findall(form))
            if form in NUMBERED and len(formats) > 1:
                raise ValueError(f"'{form}' counts for a whole column or not at all")
            has_day = bool(codes & set("Yy")) and "d" in codes
            if form not in ("iso", *NUMBERED) and not has_day:
                raise ValueError(f"'{form}' is neither iso nor year, month and day")
        both = _day_and_month_swapped(formats)
        if both:
            raise ValueError(f"day-first and month-first cannot both be: {both}")
        return formats

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, encoding: str | None) -> str | None:
        try:
            return encoding and "".encode(encoding) and encoding or encoding
        except LookupError as error:
            raise ValueError(f"no encoding '{encoding}'") from error

    @model_validator(mode="after")
    def _marks_differ(self) -> Mapping:
        if self.decimal == self.thousands:
            raise ValueError("decimal and thousands must differ")
        if UNIT_PRICE in self.columns and "quantity" not in self.columns:
            raise ValueError("unit_price needs quantity")
        both = sorted(set(self.columns) & set(self.constants))
        if both:
            raise ValueError(
                f"{', '.join(both)}: said by a column and by a constant; keep one"
            )
        return self

    @model_validator(mode="after")
    def _keeps_no_person(self) -> Mapping:
        if self.pseudonym_key is not None and self.others == "keep":
            raise ValueError(
                "pseudonym_key and 'others: keep' cannot both be: phone numbers and "
                "mail addresses would be kept as they are. Name the columns that may "
                "be kept, say columns: {extra_note: Note}"
            )
        return self

    def require_fits(self, words: Table) -> None:
        """Refuse what this mapping says of words that a table does not have.

        Raises
        ------
        BadSpec
            Naming the word, and the nearest one of the table.
        """
        for key in ("columns", "constants", "words"):
            require_of_table(key, getattr(self, key), words)
        require_constant(self.constants, words)
        for name, meanings in self.words.items():
            require_meanings(name, meanings.values(), words)

    @property
    def market_currencies(self) -> frozenset[str]:
        """Currencies that its markets declare."""
        found = (spec.currency for spec in self.markets.values())
        return frozenset(code for code in found if code is not None)

    @property
    def one_currency(self) -> str | None:
        """The currency that is declared for all amounts; None for none, or several."""
        found = self.market_currencies | ({self.currency} if self.currency else set())
        return next(iter(found)) if len(found) == 1 else None

    def heading(self, name: str) -> str:
        """Return the source's heading for one of our words."""
        return self.columns.get(name, name)


def _day_and_month_swapped(formats: tuple[str, ...]) -> list[str]:
    """Return the forms under which one text would be two days; iso is year first."""
    days = [_day_of(form) for form in formats]
    swap = {ord("d"): "m", ord("m"): "d"}
    return sorted(
        form
        for form, day in zip(formats, days, strict=True)
        if day and day.translate(swap) in days
    )


def _day_of(form: str) -> str:
    """Return the part of a form that writes the day, whatever the time is after it."""
    day = _DAY_PART.search("%Y-%m-%d" if form == "iso" else form)
    return day.group() if day else ""


def load_mapping(source: str | Path) -> Mapping:
    """Read a mapping from a YAML file.

    Raises
    ------
    BadSpec
        If the file is missing, is no YAML, or says what is not understood.
    """
    path = Path(source)
    content = read_yaml_file(path, "mapping")
    return as_mapping(content, str(path))


def as_mapping(content: Any, where: str) -> Mapping:
    """Check what a mapping says.

    Raises
    ------
    BadSpec
        Naming the key, what is wrong with it and the nearest known one.
    """
    if content is None:
        return Mapping()
    if not isinstance(content, dict):
        raise BadSpec(f"mapping {where}: expected keys and values, say 'columns: …'")
    try:
        return Mapping(**{str(key): value for key, value in content.items()})
    except ValidationError as error:
        raise BadSpec(f"mapping {where}: {_words(error)}") from error


def _words(error: ValidationError) -> str:
    parts = []
    for problem in error.errors():
        key = ".".join(str(step) for step in problem["loc"])
        if problem["type"] == "extra_forbidden":
            parts.append(f"no key '{key}'. {_nearest(problem['loc'])}")
        else:
            message = problem["msg"].removeprefix("Value error, ")
            parts.append(f"{key}: {message}" if key else message)
    return "; ".join(parts)


def _nearest(steps: tuple[int | str, ...]) -> str:
    known = MarketSpec if steps[0] == "markets" else Mapping
    return did_you_mean(str(steps[-1]), known.model_fields)
