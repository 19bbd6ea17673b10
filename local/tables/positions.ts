import type { Layer } from '@pipeline/datasets/schema';
import type { Session } from './session';
import { textLiteral } from './text-literal';

/** Up to where a layer's tables hold their input, by the name of a partition or shard. */
export async function readPositions(session: Session, layer: Layer): Promise<Map<string, string>> {
  const reader = await session.read(`select name, position from ${layer}.progress`);
  return new Map(reader.getRows().map(([name, position]) => [String(name), String(position)]));
}

/** Keeps the positions reached, in the transaction that takes the records in. One statement for all: each costs a turn of a busy process. */
export async function keepPositions(
  { connection }: Session,
  layer: Layer,
  reached: Readonly<Record<string, string>>,
): Promise<void> {
  const positions = Object.entries(reached);
  if (positions.length === 0) return;
  await connection.run(
    `merge into ${layer}.progress as p
    using (values ${positions.map(([name, position]) => `(${textLiteral(name)}, ${textLiteral(position)})`).join(', ')}) as v (name, position)
    on p.name = v.name
    when matched then update set position = v.position
    when not matched then insert values (v.name, v.position)`,
  );
}
