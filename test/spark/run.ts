import { runAsCommand, SPARK } from '../../ops/python/pytest';

/** `tsx test/spark/run.ts [pytest arguments]`: the notebooks on a real Spark with a real Delta, ending in one line of summary. */
runAsCommand(SPARK, process.argv.slice(2));
