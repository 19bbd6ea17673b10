/** Containers inside containers, and characters of one number, that a text may have: no input can exhaust the stack. */
export const MAX_DEPTH = 1000;
export const MAX_NUMBER_LENGTH = 1000;
