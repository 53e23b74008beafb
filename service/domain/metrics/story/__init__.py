"""The story in the figures: what happened when, who waited for what, and what it looks like."""

from service.domain.metrics.story.telling import Story, story

__all__ = ["Story", "story"]
