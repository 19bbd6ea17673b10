import { missingForKafka } from '../../toolchain/ensure-kafka';
import { Checks } from './check';
import { checkCrashes } from './crashes';
import { checkGroups } from './groups';
import { checkGrowth } from './growth';
import { Laptop } from './laptop';
import { checkRecords } from './records';
import { checkRefusals } from './refusals';

/**
 * `tsx test/kafka/run.ts`: the laptop over a real Apache Kafka, with Apache's own tools, through crashes. Needs Java 17 to
 * 21, and Maven once (54 MB). Prints `N passed, N failed`.
 */
async function main(): Promise<number> {
  const missing = missingForKafka();
  if (missing !== undefined) {
    console.error(missing);
    return 3;
  }
  const laptop = new Laptop();
  const checks = new Checks();
  try {
    // In this order: what one leaves behind, the next counts.
    await checkRecords(laptop, checks.check);
    if (!laptop.isRunning) throw new Error('without a runtime nothing else can be checked');
    await checkGroups(laptop, checks.check);
    await checkGrowth(laptop, checks.check);
    await checkCrashes(laptop, checks.check);
    await checkRefusals(laptop, checks.check);
  } catch (error) {
    console.error((error as Error).message);
    checks.failed += 1;
  } finally {
    await laptop.stop();
    laptop.remove();
  }
  console.log(`Apache Kafka: ${checks.passed} passed, ${checks.failed} failed`);
  return checks.failed === 0 && checks.passed > 0 ? 0 : 1;
}

// A check that hung may have left something that would keep the process.
main().then((code) => process.exit(code));
