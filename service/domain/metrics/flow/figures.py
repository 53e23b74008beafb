"""Flow: how the work went through the project, from its start to its completion.

The four measures of the Kanban Guide (2020): work in progress, throughput, work item age and cycle
time; and what belongs to them: lead time, time in status, waiting, blocking, reopening, hand-offs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.metrics.flow.blocked import blocked_figures
from service.domain.metrics.flow.cycle import cycle_figures, lead_figures
from service.domain.metrics.flow.efficiency import efficiency_figures
from service.domain.metrics.flow.handoffs import handoff_figures
from service.domain.metrics.flow.in_status import status_figures
from service.domain.metrics.flow.load import load_figures
from service.domain.metrics.flow.moves import move_figures
from service.domain.metrics.flow.reopen import reopen_figures
from service.domain.metrics.flow.throughput import throughput_figures
from service.domain.metrics.flow.wip import wip_figures

if TYPE_CHECKING:
    from service.domain.metrics.basis import Basis
    from service.domain.metrics.values import Value


def flow_figures(basis: Basis) -> dict[str, Value]:
    """Return every figure of the flow."""
    return {
        **cycle_figures(basis),
        **lead_figures(basis),
        **status_figures(basis),
        **efficiency_figures(basis),
        **blocked_figures(basis),
        **throughput_figures(basis),
        **wip_figures(basis),
        **reopen_figures(basis),
        **move_figures(basis),
        **handoff_figures(basis),
        **load_figures(basis),
    }
