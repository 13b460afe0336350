"""Column types that keep what they are given, on SQLite and PostgreSQL alike.

*Exact*: a decimal that comes back digit for digit. *Words*: text that both databases can
hold. *Document*: JSON whose numbers stay exact. What a column cannot hold is refused as
`Invalid` before the database sees it, so neither engine is more forgiving than the other.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any

import msgspec
from sqlalchemy import Dialect, Numeric, Text
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import Field

from engine.kernel.errors import Invalid

DIGITS = 38
DECIMALS = 12


def canonical(value: Decimal) -> str:
    """The shortest plain writing of `value`: no exponent, no zeros that say nothing.

    Invalid when it is no finite number, has more than 12 decimals or 26 digits before them.
    """
    if not value.is_finite() or value.adjusted() >= DIGITS - DECIMALS:
        raise Invalid(f"{value} is too large to be kept")
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
        if len(text) - text.find(".") - 1 > DECIMALS and "." in text:
            raise Invalid(f"{value} has more than {DECIMALS} decimals")
    return "0" if text == "-0" else text


class ExactDecimal(TypeDecorator[Decimal]):
    """A decimal: text on SQLite, whose own numbers are binary; NUMERIC(38,12) on PostgreSQL.

    A float is refused with TypeError: it has lost its exactness already.
    """

    impl = Numeric
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        kept_as = Text() if dialect.name == "sqlite" else Numeric(DIGITS, DECIMALS)
        return dialect.type_descriptor(kept_as)

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:  # noqa: ANN401 (the driver's own type)
        if value is None:
            return None
        if not isinstance(value, Decimal):
            raise TypeError(f"{value!r} is no Decimal")
        text = canonical(value)
        return text if dialect.name == "sqlite" else Decimal(text)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:  # noqa: ANN401 (the driver's own type)
        if value is None:
            return None
        return Decimal(value) if dialect.name == "sqlite" else Decimal(canonical(value))


class PlainText(TypeDecorator[str]):
    """Text of any length without NUL and half characters, which PostgreSQL cannot hold."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        if value is None or (value.isascii() and "\0" not in value):
            return value
        if "\0" in value or any("\ud800" <= each <= "\udfff" for each in value):
            raise Invalid("a text holds characters that cannot be kept")
        return value


class JsonText(TypeDecorator[Mapping[str, Any]]):
    """A JSON object, kept as text so that its numbers and the order of its members stay."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Mapping[str, Any] | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        if value is None:
            return None
        try:
            written = _ENCODER.encode(value)
            _DECODER.decode(written)  # NaN would be written, and never be read again
        except (msgspec.MsgspecError, UnicodeEncodeError) as error:
            raise Invalid("a document holds something that JSON cannot write") from error
        return written.decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> dict[str, Any] | None:  # noqa: ARG002
        return None if value is None else _DECODER.decode(value)


def utc(instant: datetime) -> datetime:
    """An instant as it was written: SQLite forgets that it is in UTC."""
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    raise Invalid(f"a document cannot hold a {type(value).__name__}")


_ENCODER = msgspec.json.Encoder(decimal_format="number", enc_hook=_plain)
_DECODER = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal)

Key = Annotated[str, Field(sa_type=PlainText, primary_key=True)]
Words = Annotated[str, Field(sa_type=PlainText)]
OptionalWords = Annotated[str | None, Field(sa_type=PlainText)]
Exact = Annotated[Decimal, Field(sa_type=ExactDecimal)]
OptionalExact = Annotated[Decimal | None, Field(sa_type=ExactDecimal)]
Document = Annotated[dict[str, Any], Field(sa_type=JsonText)]
