"""The process that sets one document: its texts come in as JSON, a PDF goes out."""

import resource
import sys

from connector.documents import aside, pdf


def main() -> None:
    """Set what stands on standard input."""
    resource.setrlimit(resource.RLIMIT_AS, (aside.MEMORY, aside.MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (aside.SECONDS, aside.SECONDS))
    sys.stdout.buffer.write(pdf.set_in_type(sys.stdin.buffer.read()))


if __name__ == "__main__":
    main()
