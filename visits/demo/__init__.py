"""A site with believable traffic, for looking around and for trying things out."""

from visits.demo.owner import DemoOwner, ensure_demo

__all__ = ["DemoOwner", "ensure_demo"]
