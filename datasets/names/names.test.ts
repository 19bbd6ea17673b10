import { perDataset } from '../schema';
import { namesOf } from '.';

test('every contractual name follows from the user id', () => {
  expect(namesOf('0a1b2c3d4e5f')).toMatchObject({
    topics: { pin: '0a1b2c3d4e5f.pin', geo: '0a1b2c3d4e5f.geo', user: '0a1b2c3d4e5f.user' },
    deadLetterTopic: '0a1b2c3d4e5f.dead-letters',
    streams: {
      pin: 'streaming-0a1b2c3d4e5f-pin',
      geo: 'streaming-0a1b2c3d4e5f-geo',
      user: 'streaming-0a1b2c3d4e5f-user',
    },
    tables: {
      pin: '0a1b2c3d4e5f_pin_table',
      geo: '0a1b2c3d4e5f_geo_table',
      user: '0a1b2c3d4e5f_user_table',
    },
    connector: '0a1b2c3d4e5f-connector',
    pluginPrefix: '0a1b2c3d4e5f-plugin',
    dag: '0a1b2c3d4e5f_dag',
    topicPrefix: '0a1b2c3d4e5f.',
    streamPrefix: 'streaming-0a1b2c3d4e5f-',
    stackPrefix: 'pinterest-0a1b2c3d4e5f-',
    metricNamespace: 'Pinterest/0a1b2c3d4e5f',
    jobs: { batch: '0a1b2c3d4e5f-batch', stream: '0a1b2c3d4e5f-stream' },
  });
});

test('with a shared stream every dataset has that one, and all other names stay', () => {
  const { streams, ...others } = namesOf('ada', { name: 'Kinesis-Prod-Stream' });
  expect(streams).toEqual(perDataset(() => 'Kinesis-Prod-Stream'));
  const { streams: separate, ...same } = namesOf('ada');
  expect(separate.pin).toBe('streaming-ada-pin');
  expect(others).toEqual(same);
});

test('a dash, which SQL and Airflow refuse, becomes an underscore in tables and the DAG', () => {
  const names = namesOf('team-a');
  expect(names.tables.pin).toBe('team_a_pin_table');
  expect(names.dag).toBe('team_a_dag');
  expect(names.streams.pin).toBe('streaming-team-a-pin');
});

test.each(['', 'Ada', 'a b', '-a', 'a-', 'a.b', 'a_b', 'x'.repeat(41)])('userId %j is refused', (userId) => {
  expect(() => namesOf(userId)).toThrow(
    `userId must be 1 to 40 of a-z, 0-9 and '-', with no '-' at either end, got ${JSON.stringify(userId)}`,
  );
});
