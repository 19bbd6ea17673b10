import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { perDataset } from '@pipeline/datasets/schema';
import { environmentNames } from './environments';
import { type Outputs, readOutputs, writeOutputs } from './outputs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'outputs-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const OUTPUTS: Outputs = {
  env: 'dev',
  apiUrl: 'https://abc.execute-api.eu-west-1.amazonaws.com/dev/',
  region: 'eu-west-1',
  auth: 'iam',
  userId: 'u1',
  topics: perDataset((name) => `u1.${name}`),
  streams: perDataset((name) => `streaming-u1-${name}`),
  kinesisEndpoint: 'http://127.0.0.1:4567',
};

test('what was written is read back, and nothing else is left in the folder', () => {
  writeOutputs(OUTPUTS, path.join(folder, 'new'));
  expect(readOutputs('dev', path.join(folder, 'new'))).toEqual(OUTPUTS);
  expect(readdirSync(path.join(folder, 'new'))).toEqual(['dev.json']);
});

test('a missing file of the laptop says how to start the laptop', () => {
  expect(() => readOutputs('local', folder)).toThrow(/no .*local\.json.*npm start/);
});

test('a missing file of the cloud says to deploy', () => {
  expect(() => readOutputs('prod', folder)).toThrow(/no .*prod\.json.*deploy 'prod' first/);
});

test('a missing file of an environment that does not exist says which there are', () => {
  expect(() => readOutputs('prd', folder)).toThrow(
    `no environment 'prd' in config/ (known: ${environmentNames().join(', ')}); pass one, e.g. --env dev`,
  );
});

test('a broken file is named', () => {
  writeFileSync(path.join(folder, 'dev.json'), '{"env":');
  expect(() => readOutputs('dev', folder)).toThrow(/dev\.json is not JSON/);
});

test('an API URL that does not end in a slash is refused, by reading and by writing', () => {
  const wrong = { ...OUTPUTS, apiUrl: 'https://abc.execute-api.eu-west-1.amazonaws.com/dev' };
  expect(() => writeOutputs(wrong, folder)).toThrow(/dev\.json: apiUrl: /);
  writeFileSync(path.join(folder, 'dev.json'), JSON.stringify(wrong));
  expect(() => readOutputs('dev', folder)).toThrow(/dev\.json: apiUrl: /);
});

test('a lake is a bucket or a folder, with the time after which its files are closed', () => {
  const at = (url: string) => ({ ...OUTPUTS, lake: { url, closesAfterSeconds: 300 } });
  for (const url of ['s3://bucket/topics/', 'file:///data/s3/topics/']) {
    writeOutputs(at(url), folder);
    expect(readOutputs('dev', folder).lake).toEqual({ url, closesAfterSeconds: 300 });
  }
  expect(() => writeOutputs(at('https://bucket.example/topics/'), folder)).toThrow(/dev\.json: lake\.url: /);
  expect(() => writeOutputs(at('s3://bucket/topics'), folder)).toThrow(/dev\.json: lake\.url: /);
});
