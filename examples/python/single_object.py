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


def is_one(value):
    return value[:2] == b"\xc3\x01"


def encode(record, path):
    out = io.BytesIO(header(path))
    out.seek(0, io.SEEK_END)
    fastavro.schemaless_writer(out, schema(path), record)
    return out.getvalue()


def decode(value, path):
    if not value.startswith(header(path)):
        raise ValueError(f"of another schema than {path}")
    return fastavro.schemaless_reader(io.BytesIO(value[10:]), schema(path), None)
