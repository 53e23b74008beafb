"""The figures in words: six rows that matter first, and all the others behind them."""

from service.domain.metrics.words.cells import Row
from service.domain.metrics.words.details import details
from service.domain.metrics.words.headline import headline

__all__ = ["Row", "details", "headline"]
