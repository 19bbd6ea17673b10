"""Stands in for what Databricks gives a notebook: the session, dbutils, the Kinesis source. Not deployed."""
