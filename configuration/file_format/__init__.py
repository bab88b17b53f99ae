"""A whole configuration as one XML file in the shape of the product emulated, and back. Pure.

The file has what its sections own (``settings.CONFIG_SECTIONS``), each object at the place that
its section names. ``x-scepadmin`` at the root tells our files from those of the product; an
object's ``uuid`` keeps its identity, and the last element has the sealed secrets.
"""

from configuration.file_format.contents import ParsedFile
from configuration.file_format.errors import FileUnusable
from configuration.file_format.places import Places
from configuration.file_format.pruning import prune
from configuration.file_format.reading import CHUNK_BYTES, MAX_FILE_BYTES, read
from configuration.file_format.secret_fields import fill_secrets, secret_fields
from configuration.file_format.writing import write

__all__ = [
    "CHUNK_BYTES",
    "MAX_FILE_BYTES",
    "FileUnusable",
    "ParsedFile",
    "Places",
    "fill_secrets",
    "prune",
    "read",
    "secret_fields",
    "write",
]
