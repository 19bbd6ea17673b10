import { z } from 'zod';
import { ApiError, doesNotExist } from './api-error';

const arn = z.string().regex(/^arn:aws[a-z-]*:iam::\d{12}:instance-profile\/.+$/);
const roleArn = z.string().regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/);

export const addRequest = z.strictObject({
  instance_profile_arn: arn,
  iam_role_arn: roleArn.optional(),
  is_meta_instance_profile: z.boolean().optional(),
  skip_validation: z.boolean().optional(),
});
export const removeRequest = z.strictObject({ instance_profile_arn: arn });
export const listRequest = z.strictObject({});

/** Instance profiles registered in the workspace. Only these may be named by a job's cluster. */
export class InstanceProfiles {
  private readonly profiles = new Map<string, z.infer<typeof addRequest>>();

  arns(): readonly string[] {
    return [...this.profiles.keys()];
  }

  has(profileArn: string): boolean {
    return this.profiles.has(profileArn);
  }

  add(request: z.infer<typeof addRequest>): object {
    if (this.has(request.instance_profile_arn)) {
      throw new ApiError(
        409,
        'RESOURCE_ALREADY_EXISTS',
        `Instance profile ${request.instance_profile_arn} already exists.`,
      );
    }
    this.profiles.set(request.instance_profile_arn, request);
    return {};
  }

  list(): object {
    const instance_profiles = [...this.profiles.values()].map(({ skip_validation: _, ...shown }) => shown);
    return instance_profiles.length === 0 ? {} : { instance_profiles };
  }

  remove({ instance_profile_arn }: z.infer<typeof removeRequest>): object {
    if (!this.profiles.delete(instance_profile_arn)) {
      throw doesNotExist(`Instance profile ${instance_profile_arn} does not exist.`);
    }
    return {};
  }
}
