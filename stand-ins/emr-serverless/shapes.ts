import { z } from 'zod';

/** What the operations take, as AWS's model of the service has it, as far as we use it: any other field is refused. */

const id = z.string().min(1);
const whole = (min: number, max: number) => z.int().min(min).max(max);
const clientToken = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/);

const logs = z.strictObject({
  enabled: z.boolean(),
  logGroupName: id.optional(),
  logStreamNamePrefix: id.optional(),
  encryptionKeyArn: id.optional(),
  logTypes: z
    .partialRecord(z.enum(['SPARK_DRIVER', 'SPARK_EXECUTOR']), z.array(z.enum(['STDOUT', 'STDERR'])))
    .optional(),
});
const settings = {
  releaseLabel: z.string().regex(/^emr-/),
  architecture: z.enum(['ARM64', 'X86_64']).optional(),
  autoStartConfiguration: z.strictObject({ enabled: z.boolean() }).optional(),
  autoStopConfiguration: z.strictObject({ enabled: z.boolean(), idleTimeoutMinutes: whole(1, 10_080) }).optional(),
  maximumCapacity: z
    .strictObject({
      cpu: z.string().regex(/^[1-9]\d*(\.\d+)? vCPU$/),
      memory: z.string().regex(/^[1-9]\d*(\.\d+)? GB$/),
      disk: z
        .string()
        .regex(/^[1-9]\d* GB$/)
        .optional(),
    })
    .optional(),
  networkConfiguration: z
    .strictObject({ subnetIds: z.array(id).min(1).max(16), securityGroupIds: z.array(id).min(1).max(5) })
    .optional(),
  schedulerConfiguration: z
    .strictObject({ maxConcurrentRuns: whole(1, 1000), queueTimeoutMinutes: whole(15, 720) })
    .optional(),
  monitoringConfiguration: z.strictObject({ cloudWatchLoggingConfiguration: logs.optional() }).optional(),
};

export const createApplication = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9._/#-]{1,64}$/)
    .optional(),
  type: z.literal('SPARK'),
  clientToken: clientToken.optional(),
  tags: z.record(z.string(), z.string()).optional(),
  ...settings,
});
export const updateApplication = z.strictObject({
  clientToken: clientToken.optional(),
  ...settings,
  releaseLabel: settings.releaseLabel.optional(),
});

export const startJobRun = z
  .strictObject({
    clientToken,
    executionRoleArn: z.string().regex(/^arn:aws[\w-]*:iam::\d{12}:role\/.+$/),
    name: z.string().min(1).max(256).optional(),
    mode: z.enum(['BATCH', 'STREAMING']).optional(),
    executionTimeoutMinutes: whole(0, 1_000_000).optional(),
    retryPolicy: z
      .strictObject({ maxAttempts: whole(1, 10).optional(), maxFailedAttemptsPerHour: whole(1, 10).optional() })
      .optional(),
    tags: z.record(z.string(), z.string()).optional(),
    jobDriver: z.strictObject({
      sparkSubmit: z.strictObject({
        entryPoint: z.string().regex(/^s3:\/\/[^/]+\/.+\.(py|jar)$/),
        entryPointArguments: z.array(z.string().min(1).max(10_280)).max(1024).optional(),
        sparkSubmitParameters: z.string().min(1).max(102_400).optional(),
      }),
    }),
    configurationOverrides: z.strictObject({ monitoringConfiguration: z.strictObject({}).optional() }).optional(),
  })
  .superRefine(({ mode = 'BATCH', executionTimeoutMinutes, retryPolicy }, context) => {
    const refuse = (message: string) => context.addIssue({ code: 'custom', message });
    if (
      mode === 'BATCH' &&
      executionTimeoutMinutes !== undefined &&
      (executionTimeoutMinutes < 5 || executionTimeoutMinutes > 10_080)
    )
      refuse('executionTimeoutMinutes of a BATCH run must be from 5 to 10080');
    if (mode === 'BATCH' && retryPolicy?.maxFailedAttemptsPerHour !== undefined)
      refuse('maxFailedAttemptsPerHour is for STREAMING');
  });

export type ApplicationSettings = z.infer<typeof createApplication>;
export type JobRunRequest = z.infer<typeof startJobRun>;
