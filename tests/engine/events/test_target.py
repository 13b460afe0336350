import pytest

from engine.events.target import webhook_url_problem

TARGETS = frozenset({"127.0.0.1:9000"})


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.example.com/quotes",
        "https://hooks.example.com./quotes?a=b",
        "HTTPS://Hooks.Example.COM",
        "https://hooks.example.com:443/",
        "https://hooks.example.com:8443/",
        "https://no-such-name.invalid/",
        "https://bücher.example/",
        "https://a_b.example/",
        "https://93.184.216.34/",
        "https://[2606:4700:4700::1111]/",
        "https://1.example.com/",
        "https://localhost.example.com/",
        "https://example.com/" + "x" * 2_028,
    ],
)
def test_a_public_https_address_may_be_registered(url: str) -> None:
    assert webhook_url_problem(url) is None


@pytest.mark.parametrize(
    "url", ["http://example.com/", "ftp://example.com/", "ws://example.com", "javascript://x/"]
)
def test_only_https_is_called(url: str) -> None:
    assert webhook_url_problem(url) == "webhook_url_not_https"


@pytest.mark.parametrize(
    "url", ["https://me@example.com/", "https://me:mine@example.com/", "https://@example.com/"]
)
def test_no_credentials_stand_in_an_address(url: str) -> None:
    assert webhook_url_problem(url) == "webhook_url_credentials"


@pytest.mark.parametrize("port", [0, 1, 22, 80, 444, 8080, 9000, 65_535])
def test_only_two_ports_are_called(port: int) -> None:
    assert webhook_url_problem(f"https://example.com:{port}/") == "webhook_url_port"


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.0.0.1.",
        "127.1",
        "2130706433",
        "0x7f.1",
        "0x7f000001",
        "0X7F.0.0.1",
        "0177.0.0.1",
        "0",
        "00",
        "0x",
        "10.1.2.3",
        "192.168.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "①②⑦.⓪.⓪.①",
        "１２７.０.０.１",
        "127。0。0。1",
        "127．0．0．1",
        "1.1.1.1.",
        "93.184.216.034",
        "1.2.3.4.5",
        "999.1.1.1",
        "foo.0x7f",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[fe80::1]",
        "[fe80::1%25eth0]",
        "[2606:4700::1%25eth0]",
        "[fc00::1]",
        "localhost",
        "LOCALHOST",
        "localhost.",
        "localhost..",
        "a.localhost",
        "a.b.LocalHost.",
        "ⓛocalhost",
        "localhost.localdomain",
    ],
)
def test_this_machine_and_private_networks_are_refused_however_written(host: str) -> None:
    assert webhook_url_problem(f"https://{host}/hook") in {
        "webhook_url_private",
        *({"webhook_url_invalid"} if "%" in host else ()),
    }


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.com",
        "https://",
        "https:///path",
        "https://exa mple.com/",
        "https://example.com\\@127.0.0.1/",
        "https://example.com/\n",
        "\thttps://example.com/",
        "https://example.com:99999/",
        "https://example.com:x/",
        "https://[::1/",
        "https://[example.com]/",
        "https://[1.2.3.4]/",
        "https://a..example/",
        "https://-a.example/",
        "https://" + "a" * 64 + ".example/",
        "https://" + "a." * 127 + "example/",
        "https://%31%32%37.0.0.a/",
        "https://exa\u2100mple.com/",
        "https://a*b.example/",
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    assert webhook_url_problem(url) == "webhook_url_invalid"


def test_an_address_has_at_most_2048_characters() -> None:
    assert webhook_url_problem("https://example.com/" + "x" * 2_029) == "webhook_url_too_long"


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("http://127.0.0.1:9000/hook", None),
        ("http://127.0.0.1:9001/hook", "webhook_url_not_https"),
        ("http://localhost:9000/hook", "webhook_url_not_https"),
        ("http://me@127.0.0.1:9000/hook", "webhook_url_credentials"),
        ("https://127.0.0.1:9000/hook", "webhook_url_private"),
    ],
)
def test_the_exact_test_targets_may_be_called_over_http(url: str, problem: str | None) -> None:
    assert webhook_url_problem(url, TARGETS) == problem
