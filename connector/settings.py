"""What the process is told from outside: where it listens, whom it trusts, how it speaks.

SETTINGS lists every variable there is, those of the engine included; docs/operations.md
shows the same list.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from connector.logs import LEVELS
from connector.origin import is_loopback
from connector.superoffice.canonical import EnumStyle

_ENVIRONMENTS = ("sod", "qaonline", "online")
_ISSUERS = ",".join(("SuperOffice AS", *(f"https://{e}.superoffice.com" for e in _ENVIRONMENTS)))
_KEYS = "https://online.superoffice.com/login/.well-known/jwks"
_DEMO_APP = "quotewright-demo"
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?")
_TARGET = re.compile(r"(http://)?[A-Za-z0-9.-]+:[0-9]{1,5}")
_BASE = re.compile(r"(/[A-Za-z0-9._~-]{1,64}){1,8}")
_TAKEN = frozenset(("superoffice", "docs", "p", "health", "ready", "metrics"))
"""Where other things are served."""
_HIGHEST_PORT = 65_535
_MOST_WORKERS = 64
_HIGHEST_RATE = 100_000
_LONGEST_LEASE = 3_600


class Setting(NamedTuple):
    """One variable of the environment."""

    name: str
    default: str
    meaning: str


SETTINGS = (
    Setting("HUB_HOST", "127.0.0.1", "address to listen at"),
    Setting("PORT", "8080", "port to listen at"),
    Setting("HUB_WORKERS", "0", "serving processes; 0: one per core, and one on SQLite"),
    Setting("HUB_PUBLIC_URL", "", "where people reach this server; empty: HUB_HOST and PORT"),
    Setting("HUB_WORKER", "1", "0: `run` starts no worker; `worker` is started elsewhere"),
    Setting("HUB_WORKER_LEASE", "30", "seconds a worker has for what it claimed"),
    Setting(
        "HUB_WEBHOOK_TEST_TARGETS", "", "host:port receivers on this machine, over http; demo only"
    ),
    Setting(
        "HUB_INSIDE",
        "",
        "host:port of tenants' systems in your network; http://host:port over http",
    ),
    Setting("HUB_FAILPOINTS", "", "places where a test ends or delays the process; demo only"),
    Setting("HUB_TRUSTED_PROXIES", "", "addresses whose X-Forwarded-For is believed"),
    Setting("HUB_DATABASE_URL", "", "database; empty: an SQLite file in HUB_DATA"),
    Setting("HUB_DATA", "var", "folder for everything kept on disk beside a database server"),
    Setting("HUB_DB_POOL", "10", "most database connections, and requests at work, of one process"),
    Setting("HUB_SECRET_KEY", "", "keys that seal secrets: base64 of 32 bytes, the sealing first"),
    Setting("HUB_DEMO", "0", "1: demo tenants and their public secrets; loopback addresses only"),
    Setting("HUB_KEY_AUTH", "0", "1: the demo asks for an API key as well"),
    Setting("HUB_RATE_LIMIT", "100", "requests per second, tenant and process; 0: not counted"),
    Setting("HUB_LOG_LEVEL", "info", "debug, info, warning or error"),
    Setting("HUB_KLARO_BASE", "/quotation_app", "path that the quotation Web API, /api, is below"),
    Setting("HUB_SO_APP_ID", "", "SuperOffice application id; tokens must be meant for it"),
    Setting("HUB_SO_ISSUERS", _ISSUERS, "issuers of tokens that are believed"),
    Setting("HUB_SO_KEYS", _KEYS, "key sets of SuperOffice: paths or https addresses"),
    Setting("HUB_SO_TENANT_CLAIMS", "", "further claims that may name the tenant"),
    Setting("HUB_SO_ENUMS", "mirror", "enumerations in answers: names, numbers, or mirror"),
)
_DEFAULTS = {setting.name: setting.default for setting in SETTINGS}


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorSettings:
    """Settings of everything between the socket and the engine.

    `workers` is 0 where the machine and the database decide; `rate` is requests per second
    and tenant, 0 for no limit; `demo` opens the demo tenants, and only to this machine.
    """

    host: str = "127.0.0.1"
    port: int = 8080
    workers: int = 0
    public_url: str = ""
    worker: bool = True
    worker_lease: int = 30
    webhook_test_targets: frozenset[str] = frozenset()
    inside: tuple[str, ...] = ()
    failpoints: str = ""
    trusted_proxies: tuple[str, ...] = ()
    secret_key: str = ""
    demo: bool = False
    key_auth: bool = False
    rate: int = 100
    log_level: str = "info"
    klaro_base: str = "/quotation_app"
    so_app_id: str = ""
    so_issuers: frozenset[str] = frozenset()
    so_keys: str = ""
    so_tenant_claims: frozenset[str] = frozenset()
    so_enums: EnumStyle = EnumStyle.MIRROR

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "ConnectorSettings":
        """The settings `environ` asks for; ValueError names the variable that is wrong."""
        strangers = sorted(n for n in environ if n.startswith("HUB_") and n not in _DEFAULTS)
        if strangers:
            raise ValueError(f"there is no setting {', '.join(strangers)}")
        read = _Reader(environ)
        demo = read.flag("HUB_DEMO")
        host = read.text("HUB_HOST")
        if demo and not is_loopback(host):
            raise ValueError(f"HUB_DEMO serves public secrets, so HUB_HOST cannot be {host}")
        return cls(
            host=host,
            port=read.number("PORT", 1, _HIGHEST_PORT),
            workers=read.number("HUB_WORKERS", 0, _MOST_WORKERS),
            public_url=read.address("HUB_PUBLIC_URL"),
            worker=read.flag("HUB_WORKER"),
            worker_lease=read.number("HUB_WORKER_LEASE", 1, _LONGEST_LEASE),
            inside=read.targets("HUB_INSIDE"),
            webhook_test_targets=frozenset(read.only_in_demo("HUB_WEBHOOK_TEST_TARGETS", demo)),
            failpoints=",".join(read.only_in_demo("HUB_FAILPOINTS", demo)),
            trusted_proxies=read.items("HUB_TRUSTED_PROXIES"),
            secret_key=read.text("HUB_SECRET_KEY"),
            demo=demo,
            key_auth=read.flag("HUB_KEY_AUTH"),
            rate=read.number("HUB_RATE_LIMIT", 0, _HIGHEST_RATE),
            log_level=read.choice("HUB_LOG_LEVEL", LEVELS),
            klaro_base=read.base("HUB_KLARO_BASE"),
            so_app_id=read.text("HUB_SO_APP_ID") or (_DEMO_APP if demo else ""),
            so_issuers=frozenset(read.items("HUB_SO_ISSUERS")),
            so_keys=read.text("HUB_SO_KEYS"),
            so_tenant_claims=frozenset(read.items("HUB_SO_TENANT_CLAIMS")),
            so_enums=EnumStyle(read.choice("HUB_SO_ENUMS", tuple(EnumStyle))),
        )

    @property
    def so_audiences(self) -> frozenset[str]:
        """What tokens may say they are meant for; nothing without an application id."""
        app = self.so_app_id
        return frozenset({app, f"spn:{app}"}) if app else frozenset()

    @property
    def listens_at(self) -> str:
        """The host and the port, as they stand in an address."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    def processes(self, *, on_sqlite: bool) -> int:
        """How many processes serve."""
        return self.workers or (1 if on_sqlite else os.cpu_count() or 1)


class _Reader:
    """Reads variables; an empty one counts as not set."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def text(self, name: str) -> str:
        return self._environ.get(name, "").strip() or _DEFAULTS[name]

    def address(self, name: str) -> str:
        text = self.text(name).rstrip("/")
        if text and not _ADDRESS.fullmatch(text):
            raise ValueError(f"{name} is an address such as https://quotes.example, not {text!r}")
        return text

    def base(self, name: str) -> str:
        text = self.text(name).rstrip("/")
        is_rest = f"{text}/".startswith("/api/v1/")
        if not _BASE.fullmatch(text) or text.split("/")[1] in _TAKEN or is_rest:
            raise ValueError(f"{name} is a path of its own such as /quotation_app, not {text!r}")
        return text

    def items(self, name: str) -> tuple[str, ...]:
        return tuple(item.strip() for item in self.text(name).split(",") if item.strip())

    def targets(self, name: str) -> tuple[str, ...]:
        for each in self.items(name):
            if not _TARGET.fullmatch(each):
                raise ValueError(f"{name} lists host:port or http://host:port, not {each!r}")
        return self.items(name)

    def only_in_demo(self, name: str, demo: bool) -> tuple[str, ...]:  # noqa: FBT001 (as the setting is)
        items = self.items(name)
        if items and not demo:
            raise ValueError(f"{name} is for the demo and for tests")
        return items

    def flag(self, name: str) -> bool:
        return self.choice(name, ("0", "1")) == "1"

    def number(self, name: str, least: int, most: int) -> int:
        text = self.text(name)
        if not (text.isascii() and text.isdecimal() and least <= int(text[:9]) <= most):
            raise ValueError(f"{name} is a number from {least} to {most}, not {text!r}")
        return int(text)

    def choice(self, name: str, options: tuple[str, ...]) -> str:
        text = self.text(name)
        if text not in options:
            raise ValueError(f"{name} is one of {', '.join(options)}, not {text!r}")
        return text
