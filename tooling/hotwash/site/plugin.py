"""The files of the site as files of mkdocs: an adapter, and nothing more."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mkdocs.config.base import Config
from mkdocs.config.config_options import Type
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, get_plugin_logger
from mkdocs.structure.files import File, InclusionLevel
from mkdocs.utils import get_build_datetime
from typing_extensions import override

from hotwash.diagnostics import counted, inert, visible
from hotwash.errors import HotwashError
from hotwash.records.snapshot import INCIDENTS, FolderSnapshot
from hotwash.site.build import SCRIPT, STYLESHEET
from hotwash.site.build import files as site_files
from hotwash.site.guard import guarded
from hotwash.site.places import HOME

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files

log = get_plugin_logger(__name__)
# Where the list of incidents goes when the first page is written by hand.
SECOND_HOME = "incidents/index.md"


class HotwashConfig(Config):
    """What `mkdocs.yml` may say of the plugin."""

    records = Type(str, default=".")  # the folder that holds incidents/, from mkdocs.yml


class HotwashPlugin(BasePlugin[HotwashConfig]):
    """Adds the pages of the public records to a site."""

    @override
    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Ask for our stylesheet and our script, and for a new build when a record changes."""
        config.extra_css = [STYLESHEET, *config.extra_css]
        config.extra_javascript = [SCRIPT, *config.extra_javascript]
        config.watch.append(str(self._root(config) / INCIDENTS))
        return config

    @override
    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Add the pages. One that is written by hand stays as it is."""
        root = self._root(config)
        if not (root / INCIDENTS).is_dir():
            message = f"hotwash: no {INCIDENTS}/ folder in {root}: set `records` to the folder that holds it"
            raise PluginError(message)
        try:
            # SOURCE_DATE_EPOCH, or else the clock.
            records = guarded(FolderSnapshot(root), get_build_datetime())
        except HotwashError as error:
            message = f"hotwash: {error.message}; {error.hint}"
            raise PluginError(message) from error
        if records.refusal:
            # Before any file is made: mkdocs writes its site after this.
            message = f"hotwash: {inert(visible(records.refusal))}"
            raise PluginError(message)
        unreadable = records.repository.unreadable
        if unreadable:
            # A number and no name: what cannot be read may be internal.
            log.warning("%s unreadable, with no page: run `hotwash check`", counted(len(unreadable), "incident"))
        home = SECOND_HOME if files.get_file_from_path(HOME) else HOME
        made = site_files(
            records.public, home=home, directory_urls=config.use_directory_urls, url=config.site_url or ""
        )
        for path, content in made.items():
            if files.get_file_from_path(path) is None:
                inclusion = InclusionLevel.UNDEFINED if path == home else InclusionLevel.NOT_IN_NAV
                files.append(File.generated(config, path, content=content, inclusion=inclusion))
        return files

    def _root(self, config: MkDocsConfig) -> Path:
        return Path(config.config_file_path).parent.joinpath(self.config.records).resolve()
