import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { renameOverSync } from '@pipeline/cli/rename-over';
import type { Tell } from './ensure-python';
import { withLock } from './folder-lock';
import { runProgram } from './run-program';
import { findJava, mavenCommand, missingAmong, requireMaven } from './tools';

const CACHE = join(__dirname, '..', '.cache');
const KAFKA_POM = join(__dirname, 'kafka-jars.xml');
const MAVEN_COPY = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies';
/** Jars that a whole download has at least. */
const FEWEST_JARS = 80;

/** What runs Apache Kafka and its tools. */
export interface KafkaTools {
  /** Path of `java`. */
  readonly java: string;
  /** Class path with Kafka's broker and tools. */
  readonly classPath: string;
}

/**
 * Java, and Apache Kafka's jars, fetched by Maven on first use (54 MB) into `.cache/jars/`.
 *
 * @throws MissingTool without Java, or without Maven on first use; Error with Maven's last lines when the download fails; AbortError
 */
export async function ensureKafka(tell: Tell = () => {}, signal?: AbortSignal): Promise<KafkaTools> {
  const { home } = findJava();
  const folder = jarsFolder();
  const tools = { java: join(home, 'bin', 'java'), classPath: join(folder, '*') };
  if (existsSync(folder)) return tools;
  requireMaven();
  const fetch = async () => {
    if (existsSync(folder)) return;
    tell(`fetching Apache Kafka into ${folder} (once, 54 MB)`);
    const partial = `${folder}.partial`;
    rmSync(partial, { recursive: true, force: true });
    mkdirSync(partial, { recursive: true });
    const options = ['-q', '-B', '-f', KAFKA_POM, MAVEN_COPY, `-DoutputDirectory=${partial}`];
    await runProgram(mavenCommand(), options, signal);
    const jars = readdirSync(partial).filter((file) => file.endsWith('.jar')).length;
    if (jars < FEWEST_JARS)
      throw new Error(`${KAFKA_POM}: Maven brought ${jars} jars, expected ${FEWEST_JARS} or more`);
    renameOverSync(partial, folder);
  };
  await withLock(`${folder}.lock`, fetch, { signal, tell });
  return tools;
}

/** Every tool that `ensureKafka` would miss and how to get it, in one line; undefined when all are there. */
export function missingForKafka(): string | undefined {
  return missingAmong(existsSync(jarsFolder()) ? [findJava] : [findJava, requireMaven]);
}

function jarsFolder(): string {
  const digest = createHash('sha256').update(readFileSync(KAFKA_POM)).digest('hex').slice(0, 12);
  return join(CACHE, 'jars', `kafka-broker-${digest}`);
}
