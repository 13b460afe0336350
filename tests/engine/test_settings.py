from pathlib import Path

import pytest

from engine.settings import EngineSettings


def test_without_settings_the_database_is_a_file_in_var() -> None:
    settings = EngineSettings.from_env({})
    assert settings.database_url == "sqlite:///var/hub.db"
    assert (settings.data, settings.pool_size) == (Path("var"), 10)


def test_the_file_stands_in_the_data_folder() -> None:
    settings = EngineSettings.from_env({"HUB_DATA": "/data", "HUB_DATABASE_URL": ""})
    assert settings.database_url == "sqlite:////data/hub.db"


def test_settings_are_taken_from_the_environment() -> None:
    settings = EngineSettings.from_env(
        {"HUB_DATABASE_URL": "postgresql://hub@db/hub", "HUB_DB_POOL": "25", "PATH": "/bin"}
    )
    assert settings == EngineSettings(database_url="postgresql://hub@db/hub", pool_size=25)


@pytest.mark.parametrize("size", ["0", "201", "-1", "ten", "1.5", "²", "٣"])
def test_a_pool_size_that_is_none_is_refused_by_name(size: str) -> None:
    with pytest.raises(ValueError, match="HUB_DB_POOL"):
        EngineSettings.from_env({"HUB_DB_POOL": size})
