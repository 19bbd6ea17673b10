/** The notebooks on a local Spark: what they need of the machine, and how they are run and stopped. */
export { NotebookFailed, type Progress, runNotebooks, type SparkReport, type SparkRun } from './notebooks';
export { prepareSpark, type SparkTools } from './prepare';
