/** Help of `--wait`, the option of commands that need the answer of a worker. */
export const WAIT_HELP = 'waits until a worker answers, instead of at most 5 s';
