"""The charts of a project's figures: SVG for the web, PNG for pages, and words for who sees neither.

Drawn from the published series, so that a report that was frozen years ago is drawn as it was. Every
line, area and bar can be told apart without colours: by its dashes, its shade or its own label.
"""

from service.charts.catalogue import Chart, charts_of
from service.charts.png import pictures_of, png_of

__all__ = ["Chart", "charts_of", "pictures_of", "png_of"]
