"""AmpIQ GraphQL: the open server for customer segmentation and activation."""

__version__ = "0.1.0"
