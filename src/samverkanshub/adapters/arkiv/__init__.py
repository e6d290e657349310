"""A period of the log in a folder that verifies on its own (docs/arkiv.md): how one is written, and how it is read."""

from samverkanshub.adapters.arkiv.form import FORMAT, KEYS, MANIFEST, is_archive, tree_of
from samverkanshub.adapters.arkiv.reading import Archive
from samverkanshub.adapters.arkiv.writing import ArchiveFiles

__all__ = ["FORMAT", "KEYS", "MANIFEST", "Archive", "ArchiveFiles", "is_archive", "tree_of"]
