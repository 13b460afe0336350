"""Running a worker as a process: until a signal, or until whoever started it is gone."""

import signal
import sys
import threading

from connector.worker.loop import Worker


def run_worker(worker: Worker, *, stop_with_input: bool = False) -> None:
    """Run until SIGTERM or SIGINT; with `stop_with_input` also until standard input ends.

    What is under way is finished. A parent that is killed closes the input too.
    """
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if stop_with_input:
        threading.Thread(target=_wait_for_end, args=(stop,), daemon=True).start()
    worker.run(stop)


def _wait_for_end(stop: threading.Event) -> None:
    sys.stdin.buffer.read()
    stop.set()
