/** Tools of the base system that the hooks and the commands over ssh use on a build host. */
export const HOST_TOOLS =
  'awk cat cp cut date df find grep gzip head id kill ls mkdir mktemp mv ps rm rmdir sed sleep sort stat tail tar tr wc';

/** Tools that the scripts of src/devenv use within a dev-env. */
export const DEV_ENV_TOOLS =
  'awk cat cp cut dsynth find git grep head ls make mkdir mktemp mv patch readlink rm rmdir sed sort stat tail tr wc';

/** TOOLS, separated by blanks: prints `missing NAME` for each that is not there, then `clock SECONDS`, the time since 1970. Either sha256sum or sha256 will do. */
export const TOOLS_SCRIPT = `
PATH=$PATH:/sbin:/bin:/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin
for tool in $1; do
  command -v "$tool" >/dev/null 2>&1 || printf 'missing %s\\n' "$tool"
done
command -v sha256sum >/dev/null 2>&1 || command -v sha256 >/dev/null 2>&1 || echo 'missing sha256'
echo "clock $(date -u +%s)"
`;

/** Returns the tools that the script misses. */
export function missingTools(printed: string): string[] {
  return [...printed.matchAll(/^missing (\S+)$/gm)].map(([, tool = '']) => tool);
}

/** Returns the time that the script printed, in milliseconds; undefined if it printed none. */
export function clockOf(printed: string): number | undefined {
  const [, seconds] = /^clock (\d+)$/m.exec(printed) ?? [];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}
