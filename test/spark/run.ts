import { runAsCommand, SPARK, SPARK_EMR } from '../../ops/parts/pytest';

/**
 * `tsx test/spark/run.ts [pytest arguments]`: the notebooks on a real Spark with a real Delta, ending in one line of summary. Begins with
 * `--emr` for the versions of EMR Serverless; without a file then their golden answers alone.
 */
const [first, ...rest] = process.argv.slice(2);
if (first === '--emr') runAsCommand(SPARK_EMR, rest);
else runAsCommand(SPARK, process.argv.slice(2));
