/** Lines that resemble a failure but are harmless; each is an expression only, since such lines are dropped. */
export const HARMLESS: readonly RegExp[] = [
  /\(ignored\)\s*$|\berrors?: 0\b|\b0 (errors|failed|failures)\b|\bno errors?\b/i,
  /^checking |^\s*\d+ \||^(\[\s*\d+%\] |\[\d+\/\d+\] )?(Building|Linking|Generating|Performing|Scanning|Compiling)\b/,
  /^-- (Performing Test|Looking for|Check|Found|Could NOT|Detecting)|^(Library|Program|Header|Has header|Checking|Compiler for|Run-time dependency|Dependency) .*(: |found: )(NO|YES)\b/,
  /: (warning|note|remark): |^\S*: warning: |^(\/bin\/)?(sh|bash) \S*libtool\b|^libtool: (compile|link|install): (?!cannot|error)/,
  /^(\S*\/)?(cc|gcc|g\+\+|c\+\+|clang|clang\+\+|ar|ranlib|install|cp|mv|rm|ln|sed|mkdir|echo|printf|rustc|Compiling|Checking)\b[^:]*$/,
  /^\s*(PASS|ok|XFAIL|SKIP)\b|\.\.\. (ok|yes|no|passed|none needed)\s*$|^# (FAIL|ERROR|XPASS): +0$|-Werror\S*(\s|$)(?!.*: error)/,
  /^\S*make(\[\d+\])?: (Entering|Leaving) directory|^\S*make(\[\d+\])?: "?[^"]*"? ?(line \d+: )?([Ww]arning)|^configure: WARNING: /,
];
