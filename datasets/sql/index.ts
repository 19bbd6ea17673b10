/**
 * The cleaning rules and the questions as SQL text that Spark and DuckDB both run, and the functions they call.
 * Nothing here runs SQL.
 */
export { CLEAN_SQL, cleanFile } from './clean';
export { duckdbFunctions, duckdbRawRelation, duckdbRawRelationOfFiles } from './duckdb';
export { FUNCTIONS_FILE, type SqlFunction, sqlFunctions } from './functions';
export { cleanSqlWithout, type RuleSwitch, ruleSwitches } from './rule-switches';
export { GROUPS, type Group, type Question, questions, type View, viewFile, viewNamed, views } from './views';
