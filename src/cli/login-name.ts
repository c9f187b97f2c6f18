/** Returns the operator's login name, the default of `--by`. */
export function loginName(): string {
  return process.env.USER ?? process.env.LOGNAME ?? 'operator';
}
