"""The bound: what the HTTP library alone does in as many processes and threads as our workers.

`python -m benchmarks.cash.posting URL TIMES THREADS` waits for its input to end, then posts as
often, on kept connections, messages of the size and with the headers that a worker sends. It
reads no database, signs nothing, checks no address and keeps nothing.
"""

import json
import os
import sys
import threading
from collections.abc import Iterator

import requests

_BODY = json.dumps(
    {
        "id": "evt_0f3a9c2e7b1d4f60a8c5e2d9",
        "type": "order.placed",
        "timestamp": "2026-11-21T09:30:00.000000Z",
        "subject": "ord_0f3a9c2e7b1d4f60a8c5e2d9",
        "sequence": 1,
        "data": {"number": "O-2026-000001", "net": 7960.00, "systems": ["ERP-MFG", "CONTRACTS"]},
    }
).encode()


def _post(url: str, turns: Iterator[int], is_done: list[bool]) -> None:
    session = requests.Session()
    session.trust_env = False
    session.headers.update({"Accept-Encoding": "identity", "Content-Type": "application/json"})
    for number in turns:
        head = {
            "webhook-id": f"{os.getpid()}-{number}",
            "webhook-timestamp": "1763717400",
            "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        }
        is_done.append(session.post(url, data=_BODY, headers=head, timeout=15).ok)


def main(url: str, times: int, threads: int) -> None:
    """Post as often on so many threads."""
    turns = iter(list(range(times)))  # whose next is one step, whichever thread takes it
    is_done: list[bool] = []
    running = [threading.Thread(target=_post, args=(url, turns, is_done)) for _ in range(threads)]
    sys.stdin.read()
    for each in running:
        each.start()
    for each in running:
        each.join()
    if sum(is_done) != times:
        raise SystemExit(f"{times - sum(is_done)} were not taken")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
