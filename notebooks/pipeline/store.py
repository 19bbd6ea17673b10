"""Objects by name below one address: a bucket's, or files of a folder."""

import os
import re
from pathlib import Path


def open_store(address):
    """`address`: s3://bucket/prefix, or a folder's path (file:/… too)."""
    if bucket := re.fullmatch(r"s3[an]?://([^/]+)/(.+)", address):
        return Bucket(*bucket.groups())
    if "://" in re.sub("^file:/", "", address):
        raise ValueError(f"must be s3://<bucket>/<prefix> or a folder, got {address!r}")
    return Folder(re.sub("^file:/+", "/", address))


class Folder:
    def __init__(self, path):
        self.path = Path(path)

    def read(self, name):
        """The object's bytes; None when it is not there."""
        try:
            return (self.path / name).read_bytes()
        except FileNotFoundError:
            return None

    def write(self, name, data):
        """All of it or nothing: a reader never sees a part."""
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        partial = file.with_name(f".{file.name}.partial")
        partial.write_bytes(data)
        os.replace(partial, file)

    def delete(self, name):
        (self.path / name).unlink(missing_ok=True)

    def names(self):
        return sorted(str(file.relative_to(self.path)) for file in self.path.glob("**/*.json"))


class Bucket:
    def __init__(self, bucket, prefix):
        # Databricks and our EMR job bring it; a folder does not need it.
        import boto3

        self.bucket, self.prefix = bucket, prefix.rstrip("/")
        self.client = boto3.client("s3")

    def read(self, name):
        try:
            return self.client.get_object(**self._object(name))["Body"].read()
        except self.client.exceptions.NoSuchKey:
            return None

    def write(self, name, data):
        self.client.put_object(**self._object(name), Body=data, ContentType="application/json")

    def delete(self, name):
        self.client.delete_object(**self._object(name))

    def names(self):
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=f"{self.prefix}/")
        keys = [found["Key"] for page in pages for found in page.get("Contents", [])]
        return sorted(key[len(self.prefix) + 1 :] for key in keys if key.endswith(".json"))

    def _object(self, name):
        return {"Bucket": self.bucket, "Key": f"{self.prefix}/{name}"}
