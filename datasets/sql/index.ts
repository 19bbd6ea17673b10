/**
 * The cleaning rules and the questions as SQL text that Spark and DuckDB both run, and the functions they call.
 * Nothing here runs SQL.
 */
export { CLEAN_SQL } from './clean';
export { duckdbFunctions, duckdbRawRelation, duckdbRawRelationOfFiles } from './duckdb';
export { type SqlFunction, sqlFunctions } from './functions';
export { type Question, questions, type View, viewNamed, views } from './views';
