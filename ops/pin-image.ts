import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { imageParameter, type MachineImages, type Processor } from '../config/machine-images';

/** The id of AWS's latest Amazon Linux for a processor, in the client's region. */
export async function latestImage(ssm: SSMClient, processor: Processor): Promise<string> {
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name: imageParameter(processor) }));
  return Parameter!.Value!;
}

/** The images with one more, or another one, in the order of regions and processors. */
export function withImage(images: MachineImages, region: string, processor: Processor, image: string): MachineImages {
  const all = { ...images, [region]: { ...images[region], [processor]: image } };
  return Object.fromEntries(
    Object.keys(all)
      .sort()
      .map((name) => [name, Object.fromEntries(Object.entries(all[name]!).sort())]),
  );
}
