"""Runs the notebooks outside Databricks: what it gives them (session, dbutils, the Kinesis source), on a laptop and on EMR Serverless."""
