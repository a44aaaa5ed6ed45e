"""The files of the site as files of mkdocs, and the heads of its pages: an adapter, and nothing more."""

from __future__ import annotations

import posixpath
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mkdocs.config.base import Config
from mkdocs.config.config_options import Type
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, CombinedEvent, event_priority, get_plugin_logger
from mkdocs.structure.files import File, InclusionLevel
from mkdocs.utils import get_build_datetime
from typing_extensions import override

from hotwash.diagnostics import counted, inert, visible
from hotwash.errors import HotwashError
from hotwash.records.collector import at_rest
from hotwash.records.snapshot import INCIDENTS, FolderSnapshot
from hotwash.site.build import SCRIPT, STYLESHEET
from hotwash.site.build import files as site_files
from hotwash.site.feeds.atom import FEED, RETROSPECTIVE
from hotwash.site.mkdocs.asked import asked_for, templates
from hotwash.site.mkdocs.csp import policy, script_forms, wrong_source
from hotwash.site.mkdocs.finished import Parted, anchors, put_back, without_blocks, without_unsearched
from hotwash.site.mkdocs.head import (
    PageFacts,
    canonical_element,
    feed_element,
    has_canonical,
    policy_element,
    preview_elements,
    with_elements,
    written_at,
)
from hotwash.site.places import HOME, incident_page
from hotwash.site.public.guard import guarded

if TYPE_CHECKING:
    import re

    from markupsafe import Markup
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page
    from mkdocs.utils.templates import TemplateContext

log = get_plugin_logger(__name__)
# Where the list of incidents goes when the first page is written by hand.
SECOND_HOME = "incidents/index.md"
# Each feed, and how its title goes on after the name of the site.
FEEDS = {FEED: "", RETROSPECTIVE: ": retrospective records"}
# The theme whose pages work under our policy. What others load is not known.
THEME = "material"
# After all plugins that change a page, since the policy goes by what stands in it.
LAST = -100
# What is finished goes back before others look at it.
FIRST = 100
# The search has the priority of all who ask for none. Who else has it, and comes before us, sees what the search sees.
BEFORE_SEARCH = 1


class HotwashConfig(Config):
    """What `mkdocs.yml` may say of the plugin."""

    records = Type(str, default=".")  # the folder that holds incidents/, from mkdocs.yml
    csp = Type((bool, dict), default=True)  # whether pages state a policy, or directive -> sources to add to it


class HotwashPlugin(BasePlugin[HotwashConfig]):
    """Adds the pages of the public records to a site."""

    _scripts: tuple[re.Pattern[str], ...] = ()
    _has_policy = False
    _added: dict[str, list[str]]
    _written_at: dict[str, str]
    _feeds: tuple[str, ...] = ()
    _made: frozenset[str] = frozenset()
    _parted: dict[str, Parted]

    @override
    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Ask for our stylesheet and our script, and for a new build when a record changes."""
        added = self.config.csp if isinstance(self.config.csp, dict) else {}
        if wrong := wrong_source(added):
            message = f"hotwash: csp: {wrong}"
            raise PluginError(message)
        self._has_policy = self.config.csp is not False and config.theme.name == THEME
        self._scripts = script_forms(templates(config.theme.dirs)) if self._has_policy else ()
        self._added = asked_for(config)
        for directive, sources in added.items():
            self._added[directive] = [*self._added.get(directive, ()), *sources]
        config.extra_css = [STYLESHEET, *config.extra_css]
        config.extra_javascript = [SCRIPT, *config.extra_javascript]
        config.watch.append(str(self._root(config) / INCIDENTS))
        return config

    @override
    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Add the pages. One that is written by hand stays as it is."""
        with at_rest():
            return self._with_files(files, config)

    def _with_files(self, files: Files, config: MkDocsConfig) -> Files:
        root = self._root(config)
        if not (root / INCIDENTS).is_dir():
            message = f"hotwash: no {INCIDENTS}/ folder in {root}: set `records` to the folder that holds it"
            raise PluginError(message)
        if _copied(files, root / INCIDENTS):
            message = (
                f"hotwash: {INCIDENTS}/ of {root} is among the files that mkdocs copies as they are, also those that are "
                "internal: move it out of docs_dir, or exclude it with exclude_docs"
            )
            raise PluginError(message)
        try:
            # SOURCE_DATE_EPOCH, or else the clock.
            records = guarded(FolderSnapshot(root), get_build_datetime())
        except HotwashError as error:
            raise _stopped(error) from error
        if records.refusal:
            # Before any file is made: mkdocs writes its site after this.
            message = f"hotwash: {inert(visible(records.refusal))}"
            raise PluginError(message)
        public, unreadable = records.public, records.repository.unreadable
        # What was read takes more room than what is made of it.
        del records
        if unreadable:
            # A number and no name: what cannot be read may be internal.
            log.warning("%s unreadable, with no page: run `hotwash check`", counted(len(unreadable), "incident"))
        home = SECOND_HOME if files.get_file_from_path(HOME) else HOME
        made = site_files(public, home=home, directory_urls=config.use_directory_urls, url=config.site_url or "")
        made = {path: content for path, content in made.items() if files.get_file_from_path(path) is None}
        for path, content in made.items():
            inclusion = InclusionLevel.UNDEFINED if path == home else InclusionLevel.NOT_IN_NAV
            files.append(File.generated(config, path, content=content, inclusion=inclusion))
        self._made = frozenset(made)
        self._parted = {}
        self._written_at = {incident_page(one.id): written_at(one) for one in public.all}
        self._feeds = tuple(feed for feed in FEEDS if files.get_file_from_path(feed) is not None)
        return files

    @event_priority(LAST)
    @override
    def on_page_markdown(self, markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Keep what is finished of our pages from being read as Markdown."""
        path = page.file.src_uri
        if path not in self._made:
            return markdown
        self._parted[path] = without_blocks(markdown)
        return self._parted[path].text

    @event_priority(FIRST)
    @override
    def on_page_content(self, html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Put it back, before others look at it."""
        if page.file.src_uri not in self._made:
            return html
        blocks = self._parted.pop(page.file.src_uri).taken
        page.present_anchor_ids = (page.present_anchor_ids or set()) | anchors(blocks)
        return _whole(html, blocks)

    @event_priority(BEFORE_SEARCH)
    def _before_search(
        self, context: TemplateContext, *, page: Page, config: MkDocsConfig, **_: object
    ) -> TemplateContext:
        """Keep from Material's search what it would leave out after it has parsed it. Others search all of it."""
        if page.file.src_uri in self._made and "material/search" in config.plugins:
            self._parted[page.file.src_uri] = without_unsearched(page.content or "")
            page.content = self._parted[page.file.src_uri].text
        return context

    def _after_search(self, context: TemplateContext, *, page: Page, **_: object) -> TemplateContext:
        """Put that back. Where the search comes after us in mkdocs.yml, it looks at whole pages, and takes longer."""
        if page.file.src_uri in self._parted:
            page.content = _whole(page.content or "", self._parted.pop(page.file.src_uri).taken)
        return context

    on_page_context = CombinedEvent(_before_search, _after_search)

    @event_priority(LAST)
    @override
    def on_post_page(self, output: str, *, page: Page, config: MkDocsConfig) -> str:
        """Add to the head of a page, of ours and of one that is written by hand."""
        facts = PageFacts(
            title=str(page.meta.get("title") or page.title or config.site_name),
            description=str(page.meta.get("description") or config.site_description or ""),
            site=config.site_name,
            url=page.canonical_url or "",
            kind="article" if page.file.src_uri in self._written_at else "website",
            published=self._written_at.get(page.file.src_uri, ""),
        )
        top = posixpath.relpath(".", posixpath.dirname(page.file.dest_uri) or ".")
        told = preview_elements(facts)
        if facts.url and not has_canonical(output):
            told.append(canonical_element(facts.url))
        return self._with_head(output, top, told, config)

    @event_priority(LAST)
    @override
    def on_post_template(self, output_content: str, *, template_name: str, config: MkDocsConfig) -> str:
        """Add to the head of a page that is no file, as the one for addresses that lead nowhere."""
        if not template_name.endswith(".html"):
            return output_content
        # It answers at any depth, so its links start at the root.
        root = urlsplit(config.site_url or "").path.rstrip("/")
        return self._with_head(output_content, f"{root}/", [], config)

    def _with_head(self, html: str, top: str, told: list[Markup], config: MkDocsConfig) -> str:
        stated = [policy_element(policy(html, self._scripts, self._added))] if self._has_policy else []
        linked = [
            feed_element(posixpath.normpath(posixpath.join(top, feed)), f"{config.site_name}{FEEDS[feed]}")
            for feed in self._feeds
        ]
        return with_elements(html, [*stated, *told, *linked])

    def _root(self, config: MkDocsConfig) -> Path:
        return Path(config.config_file_path).parent.joinpath(self.config.records).resolve()


def _whole(html: str, taken: tuple[str, ...]) -> str:
    try:
        return put_back(Parted(html, taken))
    except HotwashError as error:
        raise _stopped(error) from error


def _stopped(error: HotwashError) -> PluginError:
    return PluginError(f"hotwash: {error.message}; {error.hint}")


def _copied(files: Files, records: Path) -> bool:
    """Something of the records, by whatever name, would go into the site as it is written."""
    top = records.resolve()
    folders = {
        Path(file.abs_src_path).parent for file in files if file.abs_src_path and not file.inclusion.is_excluded()
    }
    return any(folder.resolve().is_relative_to(top) for folder in folders)
