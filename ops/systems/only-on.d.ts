/** Tests that this system cannot run, each with the reason. */
export function skippedOn(platform: NodeJS.Platform): readonly { readonly file: string; readonly why: string }[];
/** The same files as patterns for jest. */
export function patternsOf(platform: NodeJS.Platform): string[];
