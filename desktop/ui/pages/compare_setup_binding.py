"""Binds the choices before a comparison to what core knows of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Slot

from desktop.controllers.comparison import ComparisonController
from desktop.controllers.conversations import ConversationsController
from desktop.controllers.library import LibraryController
from desktop.core.comparison_candidates import Candidate, better_base, candidates, is_full
from desktop.core.comparison_time import Pace, seconds_of
from desktop.domain.comparison import Budget
from desktop.domain.errors import QuernError
from desktop.domain.library import LibraryEntry
from desktop.domain.model import ModelInfo
from desktop.domain.paths import starter_model_path
from desktop.domain.quantization import LevelEstimate, QuantizeOptions
from desktop.domain.quantization_levels import COMPARED_LEVELS
from desktop.ui.compare.summary import summary
from desktop.ui.formats import fill
from desktop.ui.itemmodels.model_list import usable_models
from desktop.ui.model_words import model_facts
from desktop.ui.pages.compare_body import CompareBody
from desktop.ui.pages.compare_text_binding import CompareTextBinding
from desktop.ui.widgets.readiness import Readiness, Summary, impossible, lacking


class CompareSetupBinding(QObject):
    """Owned by the content of the page."""

    def __init__(
        self,
        body: CompareBody,
        comparison: ComparisonController,
        library: LibraryController,
        conversations: ConversationsController,
        models_folder: Path,
        cache_folder: Path,
    ) -> None:
        super().__init__(body)
        self._body = body
        self._setup = body.setup
        self._comparison = comparison
        self._cache_folder = cache_folder
        self._entries: Sequence[LibraryEntry] = ()
        self._path: Path | None = None  # the base that was chosen last
        self._info: ModelInfo | None = None  # what that is, when it can be used
        self._seeks_best = False  # whether a better base than the chosen model is taken
        self._wanted: set[Path] = set()  # files added by name that are being looked at
        self._added: dict[Path, ModelInfo] = {}  # those that can take part
        self._options = QuantizeOptions()  # of the last dry run
        self._problem: QuernError | None = None  # why there are no sizes
        self._pace: Pace | None = None
        self._free: dict[Path, int] = {}  # bytes by folder
        self._text = CompareTextBinding(self._setup.text, comparison, conversations)
        self._text.changed.connect(self._summarize)
        self._setup.keeping.target.set_usual(models_folder)
        self._connect_setup()
        self._connect_controllers(library)
        comparison.ask_pace()
        library.refresh()

    def _connect_setup(self) -> None:
        setup = self._setup
        self._body.base_chosen.connect(self._choose_model)
        setup.base.chosen.connect(self.set_base)
        setup.candidates.files.file_added.connect(self._add_file)
        setup.changed.connect(self._summarize)
        setup.options_changed.connect(self._ask_sizes)
        setup.bar.start_requested.connect(self._start)

    def _connect_controllers(self, library: LibraryController) -> None:
        comparison = self._comparison
        comparison.base_known.connect(self._show_base)
        comparison.base_refused.connect(self._show_refusal)
        comparison.levels_known.connect(self._show_sizes)
        comparison.levels_refused.connect(self._show_no_sizes)
        comparison.pace_known.connect(self._show_pace)
        comparison.space_known.connect(self._show_space)
        comparison.listed.connect(self._comparisons_changed)
        library.listed.connect(self._show_models)

    # --- the base ---------------------------------------------------------------------------

    def _choose_model(self, path: Path) -> None:
        """A model whose levels are to be compared: with the best there is of it."""
        self.set_base(path)
        self._seeks_best = True

    @Slot(object)
    def set_base(self, path: Path) -> None:
        """Compare with this file."""
        self._path, self._info, self._seeks_best = path, None, False
        self._wanted, self._added = set(), {}
        self._setup.base.show_looking(path)
        self._setup.show_base_only()
        self._text.set_base(None)
        self._comparison.look_at(path)

    @Slot(object, object)
    def _show_base(self, path: Path, info: ModelInfo) -> None:
        if path != self._path:
            self._take_file(path, info)
            return
        if self._info is not None:
            return
        better = better_base(info, candidates(info, self._entries))
        if better is not None and self._seeks_best:
            self.set_base(better.entry.path)
            self._added = {path: info}
            return
        self._info = info
        self._setup.base.show_base(path, model_facts(info), self._warning(info, better))
        if better is not None:
            self._setup.base.offer_better(better.entry.name, better.entry.path)
        self._setup.begin(info.file_size)
        self._setup.text.suit(starter=path == starter_model_path())
        self._show_files()
        self._options = self._setup.options()
        self._ask_sizes()
        self._text.set_base(path)

    @Slot(object, object)
    def _show_refusal(self, path: Path, error: QuernError) -> None:
        if path == self._path:
            self._setup.base.show_refusal(path, str(error))
        elif path in self._wanted:
            self._wanted.remove(path)
            self._setup.candidates.files.set_problem(str(error))

    def _warning(self, info: ModelInfo, better: Candidate | None) -> str:
        if is_full(info):
            return ""
        text = self.tr(
            "This is %1, which is quantized itself: what it lost already cannot be measured."
        )
        best = "" if better else self.tr("No better file of this model is in the library.")
        return f"{fill(text, info.level)} {best}".rstrip()

    # --- the levels -------------------------------------------------------------------------

    def _show_files(self, asked: Path | None = None) -> None:
        """The other files of the model; `asked` was added just now."""
        section = self._setup.candidates
        if self._info is not None:
            rows = section.files.rows_for(self._info, self._entries, self._added, asked)
            section.set_files(rows)

    def _add_file(self, path: Path) -> None:
        if path != self._path:
            self._wanted.add(path)
            self._comparison.look_at(path)

    def _take_file(self, path: Path, info: ModelInfo) -> None:
        """A file that was added by name."""
        if path in self._wanted and self._info is not None:
            self._wanted.remove(path)
            self._added[path] = info
            self._setup.candidates.files.set_problem("")
            self._show_files(path)
            self._summarize()

    def _ask_sizes(self) -> None:
        if self._path is None or self._info is None:
            return
        self._options, self._problem = self._setup.options(), None
        self._comparison.dry_run(self._path, self._options)
        self._summarize()

    @Slot(object, object, object)
    def _show_sizes(
        self, path: Path, options: QuantizeOptions, estimates: Sequence[LevelEstimate]
    ) -> None:
        if (path, options) != (self._path, self._options) or self._info is None:
            return
        section = self._setup.candidates
        first = not section.known
        section.set_estimates(estimates)
        if first:
            there = {row.info.level for row in section.files.rows if row.chosen}
            sizes = {estimate.level: estimate.bytes for estimate in estimates}
            section.choose(
                name
                for name in COMPARED_LEVELS
                if name not in there and sizes.get(name, 0) < self._info.file_size
            )
        self._summarize()

    @Slot(object, object, object)
    def _show_no_sizes(self, path: Path, options: QuantizeOptions, error: QuernError) -> None:
        if (path, options) == (self._path, self._options):
            self._problem = error
            self._summarize()

    # --- time and room ----------------------------------------------------------------------

    @Slot(object)
    def _show_pace(self, pace: Pace) -> None:
        self._pace = pace
        self._summarize()

    @Slot(object, object)
    def _show_space(self, folder: Path, free: int) -> None:
        self._free[folder] = free
        self._summarize()

    @property
    def _most_chunks(self) -> int:
        """That can be measured, as far as is known."""
        return self._text.chunks if self._text.chunks is not None else Budget.FULL.chunks

    def _seconds(self) -> dict[Budget, float]:
        if self._pace is None or self._info is None:
            return {}
        made = self._setup.candidates.chosen_levels()
        files = self._setup.candidates.files.chosen()
        sizes = [*(file.file_size for file in files), *(estimate.bytes for estimate in made)]
        return {
            budget: seconds_of(
                self._pace,
                self._info.parameters,
                self._info.file_size,
                sizes,
                len(made),
                min(budget.chunks, self._most_chunks),
            )
            for budget in Budget
        }

    # --- what it would come to --------------------------------------------------------------

    def _summarize(self) -> None:
        if self._info is None:
            return
        setup = self._setup
        folder = setup.keeping.folder or self._cache_folder
        if folder not in self._free:
            self._comparison.ask_space(folder)
        setup.show_target()
        setup.keeping.target.set_free(self._free.get(setup.keeping.target.folder))
        self._text.show_outcome(setup.budget.chunks)
        seconds = self._seconds()
        setup.effort.set_seconds(
            seconds,
            measured=self._pace is not None and self._pace.measured,
            most=self._most_chunks,
        )
        setup.bar.set_summary(self._summary(seconds.get(setup.budget)))

    def _summary(self, seconds: float | None) -> Summary:
        section = self._setup.candidates
        if self._comparison.busy:
            return lacking(self.tr("A comparison runs. The next one can begin when it is done."))
        if self._setup.text.lacking():
            return lacking(self._setup.text.lacking())
        if self._text.unreadable:
            return impossible(self._text.unreadable)
        if not section.known and self._problem is None:
            return lacking(self.tr("Working out the sizes…"))
        if self._problem is not None and not section.files.chosen():
            return impossible(str(self._problem))
        return summary(
            section.chosen_levels(),
            section.files.chosen(),
            has_imatrix=section.imatrix is not None,
            free=self._free.get(self._setup.keeping.folder or self._cache_folder),
            chunks=self._text.chunks,
            seconds=seconds,
        )

    def _start(self) -> None:
        text = self._setup.text.text()
        seconds = self._seconds().get(self._setup.budget)
        ready = self._summary(seconds).readiness is Readiness.READY
        if ready and self._path is not None and text is not None:
            self._comparison.start(self._setup.request(self._path, text))
            self._summarize()

    @Slot(object)
    def _comparisons_changed(self, _comparisons: object) -> None:
        """One began or ended: levels it kept are there now, this machine is known better, and the
        next can begin."""
        self._free.clear()
        if not self._comparison.busy:
            self._comparison.ask_pace()
        self._summarize()

    # --- the library ------------------------------------------------------------------------

    @Slot(object)
    def _show_models(self, entries: Sequence[LibraryEntry]) -> None:
        self._entries = entries
        self._setup.base.set_models(usable_models(entries))
        if self._info is not None:
            self._show_files()
            self._summarize()
