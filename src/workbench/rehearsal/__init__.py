"""Policies and a shop's past in, what they would have done out.

Nothing here reaches a customer: a rehearsal fits its own models on each day, on what
was known then, and plays the policies over the weeks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.doors import lazily

if TYPE_CHECKING:
    from workbench.rehearsal.calendar import Rhythm, rhythm
    from workbench.rehearsal.explained import table_explained
    from workbench.rehearsal.figure_tables import Figures, figures, overview
    from workbench.rehearsal.playing import replay
    from workbench.rehearsal.replay_page import beside, page, readable, shown
    from workbench.rehearsal.replayed import Replay
    from workbench.rehearsal.sandbox import STILL, Sandbox, open_sandbox
    from workbench.rehearsal.told import all_told, words_of

__all__ = [
    "Figures",
    "Replay",
    "Rhythm",
    "STILL",
    "Sandbox",
    "all_told",
    "beside",
    "figures",
    "open_sandbox",
    "overview",
    "page",
    "readable",
    "replay",
    "rhythm",
    "shown",
    "table_explained",
    "words_of",
]

__getattr__ = lazily(
    __name__,
    {
        "Figures": "figure_tables",
        "Replay": "replayed",
        "Rhythm": "calendar",
        "STILL": "sandbox",
        "Sandbox": "sandbox",
        "all_told": "told",
        "beside": "replay_page",
        "figures": "figure_tables",
        "open_sandbox": "sandbox",
        "overview": "figure_tables",
        "page": "replay_page",
        "readable": "replay_page",
        "replay": "playing",
        "rhythm": "calendar",
        "shown": "replay_page",
        "table_explained": "explained",
        "words_of": "told",
    },
)
