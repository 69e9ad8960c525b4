"""A database's address and a file with a query in, one statement that only reads out.

An address is ``postgresql://user@host:port/database``, ``duckdb:///path`` or
``sqlite:///path``; a password is named by reference and never stands in it. What may
be asked is looked at here; what may be done, the database's own rights decide.
"""

from __future__ import annotations

import logging
import re
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
_FORMS = (
    "postgresql://user@host:5432/database, duckdb:///absolute/path or "
    "sqlite://relative/path"
)
#: What an address may say after its question mark: whom PostgreSQL's driver trusts,
#: and how long it may take until the next rows come, as 90min or 2h.
_TIMEOUT = "statement_timeout"
_OPTIONS = ("sslmode", "sslrootcert", _TIMEOUT)
_TIME = r"\d{1,6}(ms|s|min|h)"
_WRITES = (
    *("Insert", "Update", "Delete", "Merge", "Create", "Drop", "Alter", "Into"),
    *("Lock", "Command", "Copy", "TruncateTable", "Set", "Pragma", "Attach"),
)
#: Functions that reach outside the database or its transaction, or loosen its settings.
_OUTSIDE = (
    r"(?i)dblink\w*|lo_(creat|create|export|from_bytes|import|open|put|unlink)|"
    r"pg_(read|ls|file)_\w+|pg_stat_file|set_config|load_extension|(read|write)file"
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
        """What the address says of whom the driver trusts."""
        said = dict(parse_qsl(self.address.query))
        return {key: value for key, value in said.items() if key != _TIMEOUT}

    @property
    def timeout(self) -> str:
        """How long the next rows may take, as PostgreSQL writes it; empty if unsaid."""
        return dict(parse_qsl(self.address.query)).get(_TIMEOUT, "")

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

    def without_secret(self, text: str) -> str:
        """Return somebody else's words without the password, should they have it."""
        found = self.secret()
        return text.replace(found, "(the password)") if found else text

    @cached_property
    def _statement(self) -> Any:
        from sqlglot import exp

        statement = _parsed(self.text, self.dialect, self.file_name)
        writes = tuple(getattr(exp, name) for name in _WRITES)
        found = statement.find(*writes)
        if found is not None or not isinstance(statement, exp.Query):
            what = (statement if found is None else found).key.upper()
            raise _no_reading(self.file_name, what)
        for function in statement.find_all(exp.Anonymous):
            if re.fullmatch(_OUTSIDE, function.name):
                raise _no_reading(self.file_name, f"the function {function.name}")
        return statement


def _address(url: str) -> SplitResult:
    """Take an address apart; what is wrong with it is told without repeating it."""
    try:
        address = urlsplit(url)
        is_server = DIALECTS.get(address.scheme) == "postgres"
        has_secret = address.password is not None or is_server and "@" in address.path
        _ = address.port
    except ValueError:
        raise _no_address("one that is none") from None
    if has_secret:
        raise BadParameter(
            "expected an address without a password, found one with it; commands are "
            f"seen and kept by others. Name it by reference: {_REFERENCE}"
        )
    if address.scheme not in DIALECTS:
        known = did_you_mean(address.scheme, DIALECTS)
        raise BadParameter(f"no database of the kind '{address.scheme}'. {known}")
    if not url[len(address.scheme) :].startswith("://"):
        raise _no_address(f"{address.scheme}: without two slashes")
    _require_options(address)
    return address if is_server else _of_file(address)


def _no_address(found: str) -> BadParameter:
    return BadParameter(
        f"expected an address like {_FORMS}, found {found}. A password does not belong "
        f"in it: {_REFERENCE}"
    )


def _of_file(address: SplitResult) -> SplitResult:
    """Return the address of a file; four slashes are an absolute path too."""
    if not (address.netloc + address.path).strip("/") or address.path[:3] == "///":
        raise _no_address(f"{address.scheme}:// and no path, or too many slashes")
    if address.query:
        raise _no_address(f"{address.scheme}:// with a question mark")
    if not address.netloc and address.path.startswith("//"):
        return address._replace(path=address.path[1:])
    return address


def _require_options(address: SplitResult) -> None:
    said = dict(parse_qsl(address.query, keep_blank_values=True))
    unknown = sorted(set(said) - {*_OPTIONS})
    if unknown or address.fragment:
        raise BadParameter(
            f"expected only {' and '.join(_OPTIONS)} after the address's question "
            f"mark, found {', '.join(unknown) or 'a #'}. A password is named by "
            f"reference: {_REFERENCE}"
        )
    if _TIMEOUT in said and not re.fullmatch(_TIME, said[_TIMEOUT]):
        raise BadParameter(
            f"expected {_TIMEOUT} as a whole number and ms, s, min or h, found another "
            f"form. Write it as {_TIMEOUT}=90min"
        )


def is_address(text: str) -> bool:
    """Return whether a text is meant as an address and not as a path.

    Examples
    --------
    >>> is_address("postgresql://shop"), is_address("orders.csv")
    (True, False)
    """
    return "://" in text or (":" in text and text.partition(":")[0] in DIALECTS)


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
