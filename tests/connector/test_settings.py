import pytest

from connector.origin import is_loopback
from connector.settings import SETTINGS, ConnectorSettings
from connector.superoffice.canonical import EnumStyle
from engine.settings import EngineSettings


def test_nothing_set_is_the_documented_default() -> None:
    settings = ConnectorSettings.from_env({})
    assert (settings.host, settings.port, settings.workers) == ("127.0.0.1", 8080, 0)
    assert (settings.demo, settings.rate, settings.log_level) == (False, 100, "info")
    assert settings.so_enums is EnumStyle.MIRROR
    assert settings.so_audiences == frozenset()
    assert "SuperOffice AS" in settings.so_issuers
    assert settings == ConnectorSettings.from_env(
        {setting.name: setting.default for setting in SETTINGS}
    )


def test_everything_can_be_set() -> None:
    settings = ConnectorSettings.from_env(
        {
            "HUB_HOST": "0.0.0.0",  # noqa: S104 (what is tested)
            "PORT": "9000",
            "HUB_WORKERS": "3",
            "HUB_PUBLIC_URL": "https://quotes.example/hub/",
            "HUB_TRUSTED_PROXIES": "10.0.0.1, 10.0.0.2,",
            "HUB_SECRET_KEY": "a,b",
            "HUB_KEY_AUTH": "1",
            "HUB_RATE_LIMIT": "0",
            "HUB_LOG_LEVEL": "warning",
            "HUB_KLARO_BASE": "/klaro/",
            "HUB_SO_APP_ID": "abc",
            "HUB_SO_ISSUERS": "x, y",
            "HUB_SO_KEYS": "/keys.json",
            "HUB_SO_TENANT_CLAIMS": "ctx,sub",
            "HUB_SO_ENUMS": "numbers",
            "OTHER": "is ignored",
        }
    )
    assert settings == ConnectorSettings(
        host="0.0.0.0",  # noqa: S104
        port=9000,
        workers=3,
        public_url="https://quotes.example/hub",
        trusted_proxies=("10.0.0.1", "10.0.0.2"),
        secret_key="a,b",
        key_auth=True,
        rate=0,
        log_level="warning",
        klaro_base="/klaro",
        so_app_id="abc",
        so_issuers=frozenset({"x", "y"}),
        so_keys="/keys.json",
        so_tenant_claims=frozenset({"ctx", "sub"}),
        so_enums=EnumStyle.NUMBERS,
    )
    assert settings.so_audiences == frozenset({"abc", "spn:abc"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "0"),
        ("HUB_PUBLIC_URL", "quotes.example"),
        ("HUB_PUBLIC_URL", "javascript:alert(1)"),
        ("HUB_PUBLIC_URL", "https://a b"),
        ("PORT", "65536"),
        ("PORT", "8o80"),
        ("PORT", "٨٠٨٠"),
        ("PORT", "9" * 5000),
        ("HUB_WORKERS", "-1"),
        ("HUB_WORKERS", "65"),
        ("HUB_RATE_LIMIT", "1.5"),
        ("HUB_DEMO", "yes"),
        ("HUB_KEY_AUTH", "2"),
        ("HUB_LOG_LEVEL", "loud"),
        ("HUB_SO_ENUMS", "both"),
        ("HUB_KLARO_BASE", "quotes"),
        ("HUB_KLARO_BASE", "/"),
        ("HUB_KLARO_BASE", "/a//b"),
        ("HUB_KLARO_BASE", "/a b"),
        ("HUB_KLARO_BASE", "/superoffice"),
        ("HUB_KLARO_BASE", "/api/v1"),
        ("HUB_KLARO_BASE", "/docs/x"),
        ("HUB_RATELIMIT", "5"),
        ("HUB_", "5"),
    ],
)
def test_what_is_wrong_is_named(name: str, value: str) -> None:
    with pytest.raises(ValueError, match=name):
        ConnectorSettings.from_env({name: value})


def test_an_empty_variable_is_not_set() -> None:
    assert ConnectorSettings.from_env({"PORT": "", "HUB_LOG_LEVEL": " "}).port == 8080


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
def test_the_demo_is_open_to_this_machine(host: str) -> None:
    settings = ConnectorSettings.from_env({"HUB_DEMO": "1", "HUB_HOST": host})
    assert settings.demo
    assert settings.so_audiences == frozenset({"quotewright-demo", "spn:quotewright-demo"})


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1", "example.test", "127.0.0.1.test"])  # noqa: S104
def test_the_demo_is_open_to_nobody_else(host: str) -> None:
    assert not is_loopback(host)
    with pytest.raises(ValueError, match="HUB_DEMO"):
        ConnectorSettings.from_env({"HUB_DEMO": "1", "HUB_HOST": host})


def test_one_process_serves_an_sqlite_file() -> None:
    settings = ConnectorSettings.from_env({})
    assert settings.processes(on_sqlite=True) == 1
    assert settings.processes(on_sqlite=False) >= 1
    assert ConnectorSettings(workers=5).processes(on_sqlite=True) == 5


def test_the_table_has_every_variable_the_engine_reads_too() -> None:
    names = [setting.name for setting in SETTINGS]
    assert len(set(names)) == len(names)
    assert EngineSettings.VARIABLES <= set(names)
    assert all(setting.meaning for setting in SETTINGS)
