"""The composition root: settings, hub, surfaces; the only file that sees all of them.

`python app.py run` migrates, opens the demo tenants if asked to, and serves; `serve` only
serves. Every worker process builds its own application with `application()`.
"""

import gc
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import click
import uvicorn
from starlette.types import ASGIApp

from adapters.billing.simulated import SimulatedBilling
from adapters.erp.simulated import SimulatedErp
from adapters.identity.jwks import JsonWebKeySets
from adapters.signing.asking import HttpConfirming
from adapters.systems import Systems, inside
from adapters.webhooks.http import HttpReceivers
from connector import cli, logs, surfaces
from connector.assembly import assemble
from connector.cli import demo
from connector.keys import KeyAuthenticator, PublicKeys
from connector.security import Authenticator
from connector.settings import ConnectorSettings
from connector.tokens import TENANT
from connector.users import UserAuthenticator
from connector.worker.beside import kept_running
from connector.worker.loop import Worker
from connector.worker.running import run_worker
from engine.hub import Hub
from engine.kernel import failpoints
from engine.kernel.clock import SystemClock
from engine.ports.ports import Ports
from engine.settings import EngineSettings
from engine.tenants.secrets import KeyRing, new_key

_DOCUMENTS = Path(__file__).parent / "openapi"
_METRICS = "PROMETHEUS_MULTIPROC_DIR"
_GRACE_SECONDS = 10
_KEEP_ALIVE_SECONDS = 5
_START_SECONDS = 60
"""A serving process that is not up by then is replaced; a busy machine needs more than a few."""
_FEWER_COLLECTIONS = (50_000, 20, 50)


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the environment says."""

    connector: ConnectorSettings
    engine: EngineSettings
    metrics_folder: Path | None = None

    @property
    def on_sqlite(self) -> bool:
        """Whether the database is a file on this machine."""
        return self.engine.database_url.startswith("sqlite")

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Settings":
        """The settings `environ` asks for; ValueError names the variable that is wrong."""
        folder = environ.get(_METRICS)
        connector = ConnectorSettings.from_env(environ)
        return cls(connector, EngineSettings.from_env(environ), Path(folder) if folder else None)


def open_hub(settings: Settings) -> Hub:
    """The hub on the database of the settings."""
    settings.engine.data.mkdir(parents=True, exist_ok=True)
    url, pool_size = settings.engine.database_url, settings.engine.pool_size
    ring = keyring(settings) if settings.connector.demo or settings.connector.secret_key else None
    return Hub(url, clock=SystemClock(), pool_size=pool_size, keyring=ring, ports=ports(settings))


def ports(settings: Settings) -> Ports:
    """What leads to the systems outside; those of the demo are simulated."""
    targets = settings.connector.webhook_test_targets
    receivers = HttpReceivers(targets)
    systems = Systems(inside(settings.connector.inside))
    if not settings.connector.demo:
        return Ports(receivers=receivers, signing=HttpConfirming(), adapters=systems)
    folder = settings.engine.data / "simulated"
    return Ports(
        receivers=receivers,
        signing=HttpConfirming(),
        adapters=systems,
        test_targets=targets,
        usual_erp=SimulatedErp(folder),
        billing={"simulated": SimulatedBilling(folder)},
    )


def keyring(settings: Settings) -> KeyRing:
    """The keys that seal secrets; the demo makes one in its data folder and keeps it."""
    if settings.connector.secret_key:
        return KeyRing.read(settings.connector.secret_key)
    if not settings.connector.demo:
        raise ValueError("HUB_SECRET_KEY is not set")
    kept = settings.engine.data / "secret.key"
    settings.engine.data.mkdir(parents=True, exist_ok=True)
    if not kept.exists():
        with tempfile.NamedTemporaryFile("w", dir=kept.parent) as made:  # for its owner only
            made.write(new_key())
            made.flush()
            with suppress(FileExistsError):  # the first of several processes wins
                os.link(made.name, kept)
    return KeyRing.read(kept.read_text())


def create_app(settings: Settings) -> ASGIApp:
    """The web application of one process."""
    chosen = settings.connector
    failpoints.arm(chosen.failpoints)
    hub = open_hub(settings)
    authenticator = Authenticator(
        hub,
        keyring(settings),
        JsonWebKeySets.of(chosen.so_keys),
        audiences=chosen.so_audiences,
        issuers=chosen.so_issuers,
        clock=hub.clock,
        failures_per_minute=30 if chosen.rate else 0,
        tenant_claims=chosen.so_tenant_claims | {TENANT},
    )
    return assemble(
        hub,
        [
            surfaces.superoffice(_DOCUMENTS, chosen.so_enums),
            surfaces.vektra(_DOCUMENTS),
            surfaces.klaro(_DOCUMENTS, chosen.klaro_base),
        ],
        authenticator,
        keys=KeyAuthenticator(
            hub,
            hub.clock,
            failures_per_minute=30 if chosen.rate else 0,
            public=_public_keys(chosen),
        ),
        users=UserAuthenticator(hub, hub.clock, failures_per_minute=30 if chosen.rate else 0),
        rate=chosen.rate,
        threads=settings.engine.pool_size,
        metrics_folder=settings.metrics_folder,
        at_once=settings.on_sqlite,
        public_url=chosen.public_url,
        listens_at=chosen.listens_at,
    )


def _public_keys(chosen: ConnectorSettings) -> PublicKeys:
    """The demo's keys, and whom a caller without one speaks for."""
    if not chosen.demo:
        return PublicKeys()
    return PublicKeys(demo.KEYS, None if chosen.key_auth else demo.ANONYMOUS)


def application() -> ASGIApp:
    """What uvicorn calls in every serving process."""
    settings = Settings.from_env(os.environ)
    logs.configure(settings.connector.log_level)
    app = create_app(settings)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_FEWER_COLLECTIONS)
    return app


def serve(settings: Settings) -> None:
    """Serve until told to stop; requests under way are finished first."""
    chosen = settings.connector
    workers = chosen.processes(on_sqlite=settings.on_sqlite)
    if workers > 1:
        folder = settings.engine.data / f"metrics-{chosen.port}"
        shutil.rmtree(folder, ignore_errors=True)  # what an earlier run counted
        folder.mkdir(parents=True)
        os.environ.setdefault(_METRICS, str(folder))
    uvicorn.run(
        "app:application",
        factory=True,
        app_dir=str(Path(__file__).parent),
        host=chosen.host,
        port=chosen.port,
        workers=workers,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(chosen.trusted_proxies),
        forwarded_allow_ips=list(chosen.trusted_proxies),
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_worker_healthcheck=_START_SECONDS,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )


def main() -> None:
    """The commands of `python app.py`."""
    try:
        settings = Settings.from_env(os.environ)
        group = cli.commands(lambda: open_hub(settings), lambda: keyring(settings))
    except ValueError as error:
        raise SystemExit(f"Settings: {error}") from None

    @group.command("serve")
    def serve_only() -> None:
        """Serve; nothing is migrated, seeded or printed."""
        serve(settings)

    @group.command("run")
    def run() -> None:
        """Migrate, open the demo tenants where HUB_DEMO=1, and serve."""
        hub = open_hub(settings)
        hub.migrate()
        if settings.connector.demo:
            demo.seed(hub, keyring(settings))
            _introduce(settings.connector)
        hub.close()
        with _worker_beside() if settings.connector.worker else nullcontext():
            serve(settings)

    @group.command("worker")
    @click.option("--while-asked", is_flag=True, hidden=True)
    def worker(*, while_asked: bool) -> None:
        """Carry out what the hub owes to other systems, until told to stop."""
        logs.configure(settings.connector.log_level)
        failpoints.arm(settings.connector.failpoints)
        hub = open_hub(settings)
        lease = timedelta(seconds=settings.connector.worker_lease)
        try:
            run_worker(Worker(hub, lease=lease), stop_with_input=while_asked)
        finally:
            hub.close()

    group()


def _worker_beside() -> AbstractContextManager[None]:
    """A worker in a process of its own, which ends when this one does, however it ends."""
    command = [sys.executable, str(Path(__file__)), "worker", "--while-asked"]
    return kept_running(command, _GRACE_SECONDS)


def _introduce(chosen: ConnectorSettings) -> None:
    base = f"http://{chosen.host}:{chosen.port}"
    click.echo(f"Quotewright at {base}, its contracts at {base}/docs")
    click.echo(f"SuperOffice connector at {base}/superoffice")
    for tenant, (name, secret) in demo.TENANTS.items():
        click.echo(f"  {name}: user {tenant}, password {secret}")
    click.echo(f"Quotation Web API at {base}{chosen.klaro_base}/api")
    for tenant, users in demo.USERS.items():
        for each in users:
            click.echo(f"  {tenant}/{each.username}, password {each.password}")
    click.echo(f"REST API at {base}/api/v1")
    for key, tenant in demo.KEYS.items():
        click.echo(f"  {demo.TENANTS[tenant][0]}: x-api-key {key}")


if __name__ == "__main__":
    main()
