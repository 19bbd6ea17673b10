"""A Spark session with Delta on this machine, set as a Databricks cluster is: ANSI, UTC."""

import logging
import os
import sys
from pathlib import Path

import pyspark


# The first compiler alone starts fastest. Its code cache is then 48 MB by default, and once that is full, after some minutes, the JVM compiles
# nothing more and everything crawls.
JVM = "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=256m -XX:+UseSerialGC -Xmn768m"


def local_session(jars, folder, cores=2):
    """`jars`: folder of the Delta jars. `folder`: where tables without a path go; nothing is written elsewhere."""
    files = sorted(Path(jars).glob("*.jar"))
    suffix = ".".join(pyspark.__version__.split(".")[:2])
    if not any(file.name.startswith(f"delta-spark_{suffix}_") for file in files):
        raise RuntimeError(f"{jars} holds no Delta jar for Spark {suffix}; run: npx tsx toolchain/ensure-python.ts spark")
    # Workers run `python3` from PATH unless told, and that one has no pyarrow.
    os.environ["PYSPARK_PYTHON"] = sys.executable
    # They import the Kinesis source by its module's name.
    notebooks = str(Path(__file__).resolve().parents[1])
    os.environ["PYTHONPATH"] = os.pathsep.join([notebooks, *filter(None, [os.environ.get("PYTHONPATH")])])
    # This logger prints kilobytes for every SQL error, even one that is caught.
    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)
    settings = {
        "spark.jars": ",".join(map(str, files)),
        "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
        "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
        "spark.sql.warehouse.dir": str(folder),
        "spark.sql.ansi.enabled": "true",
        "spark.sql.session.timeZone": "UTC",
        # Small data on few cores: planning costs more than computing. So: fewer and larger tasks, no planning anew after each stage, small
        # projections not compiled (whole stages still are), and what has been compiled once is kept.
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.sql.codegen.cache.maxEntries": "5000",
        "spark.databricks.delta.snapshotPartitions": "2",
        "spark.sql.files.openCostInBytes": "16384",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.memory": "2g",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.extraJavaOptions": f"-Duser.timezone=UTC {JVM}",
    }
    builder = pyspark.sql.SparkSession.builder.master(f"local[{cores}]").appName("pipeline")
    for name, value in settings.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    return spark
