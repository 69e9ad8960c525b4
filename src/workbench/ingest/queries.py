"""A database's address and a file with a query in, one statement that only reads out.

An address is ``postgresql://user@host:port/database``, ``duckdb:///path`` or
``sqlite:///path``; a password is named by reference and never stands in it.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from workbench.errors import BadParameter, did_you_mean
from workbench.secret import secret

#: Scheme of an address → the dialect of its queries.
DIALECTS = {
    "postgresql": "postgres",
    "postgres": "postgres",
    "duckdb": "duckdb",
    "sqlite": "sqlite",
}
#: What an address may say after its question mark: whom PostgreSQL's driver trusts.
_OPTIONS = ("sslmode", "sslrootcert")
_WRITES = (
    *("Insert", "Update", "Delete", "Merge", "Create", "Drop", "Alter", "Into"),
    *("Lock", "Command", "Copy", "TruncateTable", "Set", "Pragma", "Attach"),
)
_REFERENCE = "--password env:NAME or --password file:PATH"


@dataclass(frozen=True)
class Query:
    """One statement that reads a database, and where to ask it.

    Parameters
    ----------
    url
        The database's address, without a password.
    file
        The file that holds the statement.
    password
        ``env:NAME`` or ``file:PATH``; empty where none is needed, or where
        PostgreSQL's own password file has it.
    """

    url: str = field(repr=False)
    file: str | Path
    password: str = ""

    @property
    def name(self) -> str:
        """The address without its user, and the name of the query's file."""
        address = self.address
        where = address.netloc.rpartition("@")[2]
        return f"{address.scheme}://{where}{address.path} {self.file_name}"

    @property
    def file_name(self) -> str:
        """The name of the query's file."""
        return Path(self.file).name

    @cached_property
    def address(self) -> SplitResult:
        """The parts of the address."""
        return _address(self.url)

    @property
    def dialect(self) -> str:
        """In which SQL the query is written."""
        return DIALECTS[self.address.scheme]

    @property
    def path(self) -> Path:
        """File of a database that is one."""
        return Path(unquote(self.address.netloc + self.address.path))

    @property
    def options(self) -> dict[str, str]:
        """What the address says after its question mark."""
        return dict(parse_qsl(self.address.query))

    @cached_property
    def text(self) -> str:
        """The statement, as it is written.

        Raises
        ------
        BadParameter
            If the file is none that can be read.
        """
        try:
            return Path(self.file).read_text(encoding="utf-8-sig").strip().rstrip(";")
        except (OSError, UnicodeDecodeError) as error:
            raise BadParameter(
                f"expected a file with a query in UTF-8, found {self.file} ({error}). "
                "Write the SELECT into a file: --query-file QUERY.sql"
            ) from error

    @property
    def is_ordered(self) -> bool:
        """Whether the query says in which order its rows come."""
        return self._statement.args.get("order") is not None

    def require_reading(self) -> None:
        """Refuse what is no single statement that reads.

        Raises
        ------
        BadParameter
            Also if the address or the password is none.
        """
        _ = self.address, self._statement
        self.secret()

    def secret(self) -> str:
        """Return the password.

        Raises
        ------
        BadParameter
            If the reference names none.
        """
        if not self.password:
            return ""
        found = secret(self.password).decode(errors="replace")
        if not found:
            raise BadParameter(
                f"expected a password by its name, {_REFERENCE}, found none that way. "
                "Set the variable, or write the file."
            )
        return found

    @cached_property
    def _statement(self) -> Any:
        from sqlglot import exp

        statement = _parsed(self.text, self.dialect, self.file_name)
        writes = tuple(getattr(exp, name) for name in _WRITES)
        found = statement.find(*writes)
        if found is not None or not isinstance(statement, exp.Query):
            what = (statement if found is None else found).key.upper()
            raise _no_reading(self.file_name, what)
        return statement


def _address(url: str) -> SplitResult:
    """Take an address apart; what is wrong with it is told without repeating it."""
    try:
        address = urlsplit(url)
        is_server = DIALECTS.get(address.scheme) == "postgres"
        has_secret = address.password is not None or is_server and "@" in address.path
        _ = address.port
    except ValueError:
        raise BadParameter(
            "expected an address like postgresql://user@host:5432/database, found one "
            f"that is none. A password does not belong in it: {_REFERENCE}"
        ) from None
    if has_secret:
        raise BadParameter(
            "expected an address without a password, found one with it; commands are "
            f"seen and kept by others. Name it by reference: {_REFERENCE}"
        )
    if address.scheme not in DIALECTS:
        known = did_you_mean(address.scheme, DIALECTS)
        raise BadParameter(f"no database of the kind '{address.scheme}'. {known}")
    unknown = sorted({key for key, _ in parse_qsl(address.query)} - {*_OPTIONS})
    if unknown or address.fragment:
        raise BadParameter(
            f"expected only {' and '.join(_OPTIONS)} after the address's question "
            f"mark, found {', '.join(unknown) or 'a #'}. A password is named by "
            f"reference: {_REFERENCE}"
        )
    return address


def is_address(text: str) -> bool:
    """Return whether a text is meant as an address and not as a path.

    Examples
    --------
    >>> is_address("postgresql://shop"), is_address("orders.csv")
    (True, False)
    """
    return "://" in text


def _parsed(text: str, dialect: str, name: str) -> Any:
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    log = logging.getLogger("sqlglot")
    was_disabled, log.disabled = log.disabled, True  # it would print the query
    try:
        found = [
            one
            for one in sqlglot.parse(text, dialect=dialect)
            if one is not None and not isinstance(one, exp.Semicolon)
        ]
    except SqlglotError as error:
        details = getattr(error, "errors", None) or [{}]
        where = f"line {details[0].get('line', '?')}"
        raise BadParameter(
            f"{name}: expected one SELECT in the SQL of {dialect}, found what cannot "
            f"be read ({details[0].get('description', 'no SQL')}, {where}). Mend it, "
            "or put it into a view and select from that."
        ) from error
    finally:
        log.disabled = was_disabled
    if len(found) != 1:
        raise _no_reading(name, f"{len(found)} statements")
    return found[0]


def _no_reading(name: str, found: str) -> BadParameter:
    return BadParameter(
        f"{name}: expected one statement that reads (SELECT, or WITH … SELECT), found "
        f"{found}. Nothing was asked. Leave one SELECT in the file; what must be "
        "changed first is changed in the database itself."
    )
