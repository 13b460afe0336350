"""The tour in README.md, taken on a running server: every line it shows is really answered."""

import json
import re
import shutil
import subprocess
import sys
import urllib.request
from base64 import b64encode
from pathlib import Path

import pytest

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
STEPS = re.findall(r"\$ call (\w+) '(.+)'\n((?:(?!```).*\n)*)", README)
[TABLE] = re.findall(r"\| python3 -c '\n(.+?)\n'; }", README, re.DOTALL)
[(BASKET, PRICED)] = re.findall(r"\$ price '(.+)'\n((?:(?!```).*\n)*)", README)
_MONEY = README[README.index("```console\n$ api()") :]
SESSION = "".join(re.findall(r"```console\n(.+?)```", _MONEY, re.DOTALL))
"""What is typed at one shell after the other, and what is shown below it."""
END = "-- answered --"
SIGNED = b64encode(b"CustDemo:demo-shared-secret-0123456789abcdef").decode()


def answer(server: str, operation: str, body: str) -> list[str]:
    """What the tour's `call` prints, line by line."""
    request = urllib.request.Request(  # noqa: S310 (our own server)
        f"{server}/superoffice/{operation}",
        body.encode(),
        {"Content-Type": "application/json", "Authorization": f"Basic {SIGNED}"},
    )
    with urllib.request.urlopen(request, timeout=10) as reply:  # noqa: S310
        printed = json.dumps(json.load(reply), indent=4, ensure_ascii=False)
    return undated(printed).splitlines()


def undated(text: str) -> str:
    """Orders without their year and number, which depend on what was ordered before."""
    return re.sub(r"O-\d{4}-\d{6}", "O-…", text)


def test_the_tour_has_five_calls() -> None:
    assert len(STEPS) == 5


@pytest.mark.parametrize(("operation", "body", "shown"), STEPS, ids=[step[0] for step in STEPS])
def test_the_tour_shows_what_is_answered(
    live_server: str, operation: str, body: str, shown: str
) -> None:
    printed = iter(answer(live_server, operation, body))
    lines = [line for line in undated(shown).splitlines() if line.strip() != "…"]
    assert lines
    for line in lines:
        assert any(line.rstrip() == real.rstrip() for real in printed), line


def test_the_tour_prints_the_waterfall_of_a_basket(live_server: str) -> None:
    request = urllib.request.Request(  # noqa: S310 (our own server)
        f"{live_server}/api/v1/pricing", BASKET.encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=10) as reply:  # noqa: S310
        answered = reply.read()
    printed = subprocess.run(
        [sys.executable, "-c", TABLE], input=answered, capture_output=True, timeout=30, check=True
    )
    assert printed.stdout.decode() == PRICED


def commands(text: str) -> list[tuple[str, str]]:
    """What is typed, and what is shown below it."""
    told = re.findall(
        r"^\$ ((?:api\(\).+?; }|[^\n]+))\n(.*?)(?=^\$ |\Z)", text, re.DOTALL | re.MULTILINE
    )
    return [(typed, shown) for typed, shown in told]


@pytest.mark.skipif(not shutil.which("curl"), reason="there is no curl on PATH")
def test_the_tour_from_the_quote_to_the_money_is_answered_so(live_server: str) -> None:
    lines = commands(SESSION)
    assert len(lines) == 17
    script = "\n".join(f"{typed}\necho '{END}'" for typed, _ in lines)
    script = script.replace("http://127.0.0.1:8080", live_server)
    python = f"python3() {{ '{sys.executable}' \"$@\"; }}\n"
    done = subprocess.run(
        ["bash", "-c", python + script], capture_output=True, text=True, timeout=120, check=True
    )
    printed = done.stdout.split(f"{END}\n")
    assert done.stderr == ""
    assert dict(zip(lines, printed, strict=False)) == {each: each[1] for each in lines}
