"""Every setting of an installation, read once at the start, from `QA_WORKFLOW_…`, a file, or the default."""

from pathlib import Path
from typing import Any

from platformdirs import user_data_path
from pydantic import Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from qa_workflow.errors import DatabaseUnfit


def _default_database() -> str:
    return f"sqlite:///{user_data_path('qa-workflow', appauthor=False) / 'qa-workflow.db'}"


class Settings(BaseSettings):
    """What an installation chooses. Order: command line, environment, file, default."""

    model_config = SettingsConfigDict(env_prefix="QA_WORKFLOW_", frozen=True, extra="forbid")

    database_url: str = Field(
        default_factory=_default_database,
        description="Where everything is kept: sqlite:///path/to/file.db",
    )
    daemon_name: str = Field(default="daemon", description="How this daemon signs its passes")
    safety_seconds: int = Field(
        default=30,
        ge=1,
        le=3600,
        description="The daemon looks at least this often, whatever its alarm says",
    )
    batch_size: int = Field(
        default=250, ge=1, le=5000, description="Instances saved in one transaction"
    )
    moderation_percent: int = Field(
        default=20, ge=0, le=100, description="Share of audits drawn for moderation (domain 3.1b)"
    )
    dip_check_percent: int = Field(
        default=100,
        ge=0,
        le=100,
        description="Share of signed-off recommendations looked at again three months later (domain 3.6)",
    )
    framework: Path | None = Field(
        default=None,
        description="The council's framework file (TOML); without one, the City of London's of 2019 counts",
    )
    strict_period: bool = Field(
        default=False,
        description="Count s.44's twelve months 'starting with' the date: due one day earlier (domain 3.3c)",
    )
    strict_before: bool = Field(
        default=False,
        description="Read 'before' 15 February and 31 March strictly: due 14 February, 30 March (domain 3.3c)",
    )
    host: str = Field(default="127.0.0.1", description="Address on which the health page is served")
    port: int = Field(
        default=8000, ge=0, le=65535, description="Port on which the health page is served"
    )
    busy_seconds: int = Field(
        default=30,
        ge=0,
        le=600,
        description="How long to wait for another program's lock on SQLite",
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - no .env files: one place less to look
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the same
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        file = (
            init_settings.init_kwargs.get("config_file")
            if hasattr(init_settings, "init_kwargs")
            else None
        )
        sources: tuple[PydanticBaseSettingsSource, ...] = (init_settings, env_settings)
        if file is not None:
            sources = (*sources, TomlConfigSettingsSource(settings_cls, Path(file)))
        return sources

    config_file: Path | None = Field(
        default=None, exclude=True, description="A TOML file with these settings"
    )


def read_settings(config_file: Path | None = None, **given: Any) -> Settings:  # noqa: ANN401 - any setting
    """Return the settings; what is None in *given* was not said on the command line.

    Raises:
        DatabaseUnfit: the file is missing, unreadable or holds something unknown.
    """
    said = {name: value for name, value in given.items() if value is not None}
    if config_file is not None:
        if not config_file.is_file():
            raise DatabaseUnfit(f"The configuration file {config_file} does not exist.")
        said["config_file"] = config_file
    try:
        return Settings(**said)
    except ValidationError as exc:
        faults = "; ".join(
            f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in exc.errors()
        )
        raise DatabaseUnfit(f"The configuration does not fit this version: {faults}.") from exc
    except ValueError as exc:
        raise DatabaseUnfit(f"The configuration file {config_file} cannot be read: {exc}.") from exc
