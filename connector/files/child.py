"""The process that reads one file: the file comes in, an upload or a sentence goes out."""

import copyreg
import pickle
import resource
import sys
from types import MappingProxyType

from connector.files import aside, reading
from engine.kernel.errors import Invalid


def main() -> None:
    """Read what stands on standard input; answer with a pickle, which the parent trusts."""
    resource.setrlimit(resource.RLIMIT_AS, (aside.MEMORY, aside.MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (aside.SECONDS, aside.SECONDS))
    copyreg.pickle(MappingProxyType, lambda table: (aside.frozen, (dict(table),)))
    given = sys.stdin.buffer.read()
    (length,) = aside.LENGTH.unpack_from(given)
    begins = aside.LENGTH.size + length
    name = given[aside.LENGTH.size : begins].decode()
    try:
        told = pickle.dumps(reading.read_bytes(given[begins:], name), protocol=5)
    except Invalid as error:
        told = pickle.dumps(error.detail, protocol=5)
    sys.stdout.buffer.write(told)


if __name__ == "__main__":
    main()
