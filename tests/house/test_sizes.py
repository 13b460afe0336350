"""Files have a ceiling, so that each can be read in one go."""

from tests.house.sources import PLACES, name_of, python_files

CEILING = 300


def test_no_python_file_is_longer_than_the_ceiling() -> None:
    files = [file for file in python_files("app.py", *PLACES) if "migrations" not in file.parts]
    lengths = {name_of(file): len(file.read_text(encoding="utf-8").splitlines()) for file in files}
    assert len(lengths) > 1
    assert {name: length for name, length in lengths.items() if length > CEILING} == {}
