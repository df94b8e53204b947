"""Saved segments: their life, their names in expressions, the audiences they stand for."""

from ampiq_gql.segments.errors import (
    FolderNameTaken,
    FolderNotFound,
    InvalidExpression,
    InvalidName,
    InvalidProperty,
    RevisionConflict,
    SegmentInUse,
    SegmentNameTaken,
    SegmentNotFound,
)
from ampiq_gql.segments.folders import FolderService
from ampiq_gql.segments.models import (
    ROOT_FOLDER,
    Audience,
    CheckedExpression,
    SaveSegment,
    SegmentUse,
    UserKind,
)
from ampiq_gql.segments.service import SegmentService

__all__ = [
    "ROOT_FOLDER", "Audience", "CheckedExpression", "FolderNameTaken", "FolderNotFound",
    "FolderService", "InvalidExpression", "InvalidName", "InvalidProperty", "RevisionConflict",
    "SaveSegment", "SegmentInUse", "SegmentNameTaken", "SegmentNotFound", "SegmentService",
    "SegmentUse", "UserKind",
]  # fmt: skip
