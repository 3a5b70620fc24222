"""Avro's single-object encoding: C3 01, the schema's fingerprint (little-endian), the body."""
import functools
import io

import fastavro
from fastavro.schema import fingerprint, load_schema, to_parsing_canonical_form


@functools.cache
def schema(path):
    return load_schema(str(path))


@functools.cache
def header(path):
    canonical = to_parsing_canonical_form(schema(path))
    return b"\xc3\x01" + bytes.fromhex(fingerprint(canonical, "CRC-64-AVRO"))


@functools.cache
def writers(path):
    """The schemas in which such records were ever written, by their header."""
    history = path.parent.glob(f"history/{path.stem}-*.avsc")
    return {header(each): schema(each) for each in history}


def is_one(value):
    return value[:2] == b"\xc3\x01"


def encode(record, path):
    out = io.BytesIO(header(path))
    out.seek(0, io.SEEK_END)
    fastavro.schemaless_writer(out, schema(path), record)
    return out.getvalue()


def decode(value, path):
    writer = writers(path).get(value[:10])
    if writer is None:
        raise ValueError(f"of a schema that schemas/history does not have: {value[:10].hex()}")
    return fastavro.schemaless_reader(io.BytesIO(value[10:]), writer, schema(path))
