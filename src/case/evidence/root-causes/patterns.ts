import type {Family, Finding} from './finding.ts';

/** Classification of a log line. */
export interface LineMatch {
  readonly family: Family;
  readonly kind: Finding['kind'];
  readonly facts: Readonly<Record<string, string>>;
}

/**
 * Pre-filter for lines that may describe a failure; other lines are skipped. It runs over every byte of the log, so it has only
 * plain alternatives and no backtracking.
 */
export const CANDIDATE_LINE =
  /Phase: |SUCCEEDED|rror|ERROR|atal|ndefined|FAIL|ailed|ailure|ot [Ff]ound|o such|annot|an't|an not|nable to|ultiple def|uplicate|o rule|know how|nknown|issing|ismatch|Kill|dumped|No space|panic|Traceback|nresolved|egmentation|xception|Stop|stopped|previously applied|rphaned|ot permitted|enied|hunk|emory|exhausted|onflict|ubstitution|IGNORE|marked as|forbidden|No package|No file to|o matching|on-existing|unrecogni[sz]ed|required|Abort|ssert|nvalid|separator|terminated|alformed|Need an op|xclude all|is not in std|is only for|does not run|syntax|compilation|ou must select|mplicit decl|ndeclared/g;

/** A compiler's warning of a function that no header declares. */
export const IMPLICIT_FUNCTION = /(?:implicit declaration of|call to undeclared) (?:library )?function ['"`](\w+)/;

interface Rule {
  readonly family: Family;
  readonly kind?: Finding['kind'];
  readonly form: RegExp;
  /** Names for the pattern's groups, in their order. */
  readonly facts?: readonly string[];
  readonly extraFacts?: Readonly<Record<string, string>>;
}

/** Consequences of a failure. Checked first, since some look like a cause. */
const CONSEQUENCES: readonly RegExp[] = [
  /^\s*\*\*\* (\[[^\]]*\] )?(Error code|Signal|Stopped|Exited)\b/,
  /^\S*make(\[\d+\])?: (\*\*\* )?(\[.*\] (Error|Segmentation|Killed|Aborted|Terminated)|stopped|Waiting for|Target [`']|Entering|Leaving)/,
  /^\S*make(\[\d+\])?: \*\*\* \[/,
  /^\S*make(\[\d+\])?: "?[^"]*"? ?(warning|Warning)/,
  /^\s*Stop\.?$|^ninja: (build stopped|error: rebuilding)|^ninja: subcommand failed|^FAILED: |^FAILED \d\d:/,
  /^collect2: error: ld returned|linker command failed with exit code|^compilation terminated|^===> Compilation failed/,
  /error: Aborting configure run|^configure: error: in [`']|^\S*make(\[\d+\])?: Fatal errors encountered|^gnatmake: .* compilation error/,
  /^\d+ errors?( and \d+ warnings?)? generated|^\s*\d+ errors?$|^too many errors emitted/,
  /^-- Configuring incomplete|^See also "|CMakeError\.log|^===> {2}Script "configure" failed/,
  /^error: could not compile|^error: aborting due to|^For more information about this error|^warning: build failed/,
  /^error: (command|subprocess) .* (failed|exited)|^error: subprocess-exited-with-error|metadata-generation-failed/,
  /^===> Error: Plist issues found|^===> {2}Giving up on fetching|^=> port manually into|^A full log can be found|^autoreconf: error: \S+ failed|^autom4te: error: .* failed with exit status/,
  /^===> {2}(Cleanly applied|Patching|Applying)|^ERROR: One or more PKG_MESSAGE|^libtool: (error: )?`\S+' is not a valid libtool/,
  /^BEGIN (?:not safe after errors|failed)--compilation aborted|^\S+ had (?:too many|compilation) errors|^Execution of \S+ aborted due to compilation errors/,
];

/** Lines that look like a failure but are harmless. */
const HARMLESS: readonly RegExp[] = [
  /\(ignored\)\s*$|\berrors?: 0\b|\b0 (errors|failed|failures)\b|\bno errors?\b/i,
  /^checking |^\s*\d+ \||^(\[\s*\d+%\] |\[\d+\/\d+\] )?(Building|Linking|Generating|Performing|Scanning|Compiling)\b/,
  /^-- (Performing Test|Looking for|Check|Found|Could NOT|Detecting)|^(Library|Program|Header|Has header|Checking|Compiler for|Run-time dependency|Dependency) .*(: |found: )(NO|YES)\b/,
  /: (warning|note|remark): |^\S*: warning: |^(\/bin\/)?(sh|bash) \S*libtool\b|^libtool: (compile|link|install): /,
  /^(\S*\/)?(cc|gcc|g\+\+|c\+\+|clang|clang\+\+|ar|ranlib|install|cp|mv|rm|ln|sed|mkdir|echo|printf|rustc|Compiling|Checking)\b[^:]*$/,
  /^\s*(PASS|ok|XFAIL|SKIP)\b|\.\.\. (ok|yes|no|passed|none needed)\s*$|^# (FAIL|ERROR|XPASS): +0$|-Werror\S*(\s|$)(?!.*: error)/,
];

/** Tried in this order; the first that matches counts. */
export const RULES: readonly Rule[] = [
  {family: 'compiler', form: /\bconftest\.\w+:|^configure:\d+: /, kind: 'hint'},
  {family: 'framework', form: /Unknown USES=([\w-]+)/, facts: ['uses']},
  {family: 'framework', form: /Missing license file for (\S+) in (\S+)/, facts: ['license', 'license_file']},
  {family: 'framework', form: /(?:is marked as|is forbidden|^===>\s+\S+ (?:is|cannot be)) ?(broken|forbidden|ignored|.*IGNORE)/},
  {
    family: 'framework',
    form: /(?:don't know how to make|No rule to make target) [`']?([^\s'`,]+?)(?=['`,]|\.?\s|\.?$)/,
    facts: ['target'],
  },
  {
    family: 'make',
    form: /^(?:\S*make(?:\[\d+\])?: )?"?\S*?[Mm]akefile\S*?"?(?: line |:)\d+:? .*(missing separator|[Mm]issing dependency operator|Malformed conditional|Need an operator|Could not find|recipe commences|Unassociated shell command)/,
  },
  {
    family: 'make',
    form: /^\S*make(?:\[\d+\])?: .*(?:missing separator|Malformed conditional|Need an operator|Fatal errors encountered)/,
  },
  {
    family: 'framework',
    form: /^===>\s+\S+ (?:is only for|does not run|conflicts with|cannot install|requires (?!.*found))/,
  },
  {family: 'framework', form: /^=+> You (?:must|cannot) select .*\boptions? from the /},
  {family: 'make', form: /^\S+:\d+: \*\*\* (?!\[)\S.*[^.]\.\s+Stop\.$/},
  {family: 'other', form: /^\S+: (?:line )?\d+: (?:.*: )?(?:Bad substitution|[Ss]yntax error\b.*|bad interpreter\b.*)/},
  {family: 'plist', form: /^Error: Orphaned: (.+)$/, facts: ['orphaned']},
  {family: 'plist', form: /^Error: Missing: (.+)$/, facts: ['missing']},
  {family: 'plist', form: /Unable to access file \S*\/stage(\/\S+?):\s*No such file/, facts: ['unstaged']},
  {
    family: 'patch',
    form: /FAILED Applying (?:(dragonfly|ports|extra|FreeBSD)? ?(?:patch )?)?(patch-\S+|\S+\.(?:diff|patch))/,
    facts: ['kind', 'patch'],
  },
  {family: 'patch', form: /^No file to patch\. /, extraFacts: {gone: 'yes'}},
  {family: 'patch', form: /Ignoring previously applied \(or reversed\) patch/, extraFacts: {applied: 'yes'}},
  {
    family: 'patch',
    form: /\d+ out of \d+ hunks? (?:failed|FAILED|ignored)\s*-- ?saving rejects to (?:file )?(\S+?)\.rej/,
    facts: ['rejects'],
  },
  {family: 'patch', form: /[Hh]unk #(\d+) (?:failed|FAILED) at/, facts: ['hunk']},
  {family: 'patch', form: /malformed patch|can't find file to patch|Only garbage was found/},
  {family: 'fetch', form: /(?:Checksum|Size) mismatch for (\S+?)\.?$/, facts: ['distfile']},
  {family: 'fetch', form: /^fetch: (\S+): (?!.*\bsize\b)(.+)$/, facts: ['url', 'reason']},
  {family: 'fetch', form: /Couldn't fetch it|size mismatch: expected|No (?:checksum|SHA256) recorded for/},
  {family: 'pkg', form: /No packages available to install matching '([^']+)'/, facts: ['package']},
  {family: 'pkg', form: /depends on \w+: (\S+) - not found/, facts: ['package'], kind: 'hint'},
  {
    family: 'pkg',
    form: /non-?existing origin|pkg(?:-static)?: .*(?:conflicts with|cannot|failed|not found|wrong)|conflicts with installed package/,
  },
  {
    family: 'runtime',
    form: /No space left on device|virtual memory exhausted|out of memory|[Cc]annot allocate memory|failed to map segment|LLVM ERROR: out of memory|memory exhausted/,
  },
  {
    family: 'runtime',
    form: /Killed signal|internal compiler error|Segmentation fault|core dumped|^Killed$|Bus error|Illegal instruction|Abort trap|signal terminated program|stack smashing/,
  },
  {family: 'autoconf', form: /possibly undefined macro: (\S+)/, facts: ['macro']},
  {family: 'autoconf', form: /Package requirements \((.+?)\) were not met/, facts: ['package']},
  {family: 'autoconf', form: /^checking .*configure: error: /},
  {family: 'autoconf', form: /^(?:\.\/)?configure(?:\.\w+)?(?::\d+)?: error: (.+)$|^(?:configure|config\.status): error:/},
  {family: 'autoconf', form: /^Invalid configuration [`'](\S+?)'|config\.sub \S+ failed/, facts: ['host']},
  {
    family: 'autoconf',
    form: /^(?:aclocal|autoconf|automake|autoheader|autoreconf|libtoolize|autopoint|m4)\S*: (?:error: |.*not found)|^configure\.(?:ac|in):\d+: error: |^\S+\.am:\d+: error: |undefined or overquoted macro/,
  },
  {family: 'cmake', form: /^CMake Error\b|^CMake \d\S* or higher is required/},
  {
    family: 'cmake',
    form: /^\s+(?:Could NOT find|Could not find a package configuration file provided by) "?(\w+)/,
    facts: ['package'],
  },
  {
    family: 'meson',
    form: /meson\.build:\d+:\d+: ERROR: (?:Dependency|C library|C\+\+ library) ["'](\S+?)["'] not found/,
    facts: ['library'],
  },
  {family: 'meson', form: /ERROR: Program (?:\(s\) )?\[?['"](\S+?)['"]\]? not found/, facts: ['program']},
  {family: 'meson', form: /^\S*meson\S*:\d+:\d+: ERROR: (?!.*(?:PKG_MESSAGE|failed with exit))/},
  {family: 'cargo', form: /^error\[E\d+\]: (.+)$/},
  {
    family: 'cargo',
    form: /^error: (?:failed to (?!run custom build)|no matching package|linking with|cannot find|package .* cannot be built|the lock file|unable to|couldn't|no such|unresolved|expected|unused|could not find)/,
  },
  {family: 'cargo', form: /^\s*(?:no matching package named `([^`]+)`|thread '.*' panicked at)/, facts: ['package']},
  {family: 'go', form: /^(?:\.{0,2}\/)?\S+\.go:\d+(?::\d+)?: (?!warning|.*deprecated)(.+)$/},
  {
    family: 'go',
    form: /^go: .*(?:not found|unknown revision|verifying|missing|no required module|disabled|cannot find)|no required module provides package|^package \S+ is not in std|build constraints exclude all Go files/,
  },
  {family: 'python', form: /^(?:E\s+)?(?:ModuleNotFoundError: No module named '([^']+)'|ImportError: .*)/, facts: ['module']},
  {
    family: 'python',
    form: /^(?:[A-Za-z_][\w.]*(?:Error|Exception|Exit)|SystemExit): .+|^(?:SyntaxError|IndentationError|TabError|KeyError|AssertionError|RuntimeError|NotImplementedError)\b/,
  },
  {family: 'perl', form: /Can't locate (\S+?)\.pm in @INC/, facts: ['module']},
  {family: 'perl', form: /^syntax error at \S+ line \d+/},
  {family: 'perl', form: / at \S+\.(?:pl|pm|PL|t) line \d+\.?$|^Can't (?:open|exec|locate|find) /},
  {family: 'linker', form: /undefined reference to [`']([^'`]+)'/, facts: ['symbol']},
  {family: 'linker', form: /undefined symbol: (\S+)/, facts: ['symbol']},
  {family: 'linker', form: /multiple definition of [`']([^'`]+)'|duplicate symbol:? '?(\S+?)'?$/, facts: ['symbol', 'symbol']},
  {family: 'linker', form: /(?:cannot find|unable to find library) -l(\S+?)(?::|$|\s)/, facts: ['library']},
  {
    family: 'linker',
    form: /^(?:\S*\/)?(?:ld|ld\.lld|ld\.bfd|ld\.gold|lld): (?:error: |fatal error: |cannot |.*: (?:error|undefined|file not recognized|could not|cannot|relocation))|relocation R_\S+ against|recompile with -fPIC|file not recognized|DSO missing from command line/,
  },
  {family: 'compiler', form: /fatal error: '?([\w./+-]+?)'?(?: file not found|: No such file)/, facts: ['header']},
  {
    family: 'compiler',
    form: /:\d+:(?:\d+:)? (?:fatal )?error: .*'(\w+)' (?:undeclared|was not declared)|error: use of undeclared identifier '(\w+)'/,
    facts: ['symbol', 'symbol'],
  },
  {family: 'compiler', form: /^\S[^:]*:\d+:(?:\d+:)? (?:fatal )?[Ee]rror: /},
  {
    family: 'compiler',
    form: /^(?:\S*\/)?(?:cc1?(?:plus)?|gcc|g\+\+|c\+\+|clang(?:\+\+)?|clang-\d+|as|f951|cpp|gcc-\d+|cc): (?:fatal )?error: |unrecognized command[- ]line option|error: unknown argument/,
  },
  {
    family: 'compiler',
    form: /^\S+:\d+: Error: |^\{standard input\}: ?(?:\d+: )?(?:Error|Assembler)|^error: (?:unknown|invalid|unable)/,
  },
  {family: 'compiler', form: /^\S+\.ad[abs]:\d+:\d+: (?!warning|info|\(style\))/},
  {family: 'runtime', form: /^(?:FAIL|FAILED):? [\w./]+|^not ok \d+(?!.*# (?:TODO|SKIP))/, extraFacts: {test: 'failed'}},
  {
    family: 'runtime',
    form: /^(?:FAIL|ERROR|FAILED):? \S|^not ok \d+|\bFAILED\s*\*?$|[1-9]\d* (?:tests? )?(?:failed|FAILED)\b/,
    kind: 'hint',
  },
  {
    family: 'runtime',
    form: /^Assertion failed|[Aa]ssertion [`'"(].*failed|ld-elf\.so\.\d+: |Shared object "\S+" not found|error while loading shared libraries: (\S+):/,
    facts: ['library'],
  },
  {
    family: 'make',
    form: /^(?:(?:\/bin\/)?sh|bash|env|gmake|make|\S*\/sh|\.\/configure|\S+\.sh)(?:\[\d+\])?: (?:\d+: |line \d+: )?(?:exec: )?(\S+): (?:.*not found|No such file|[Pp]ermission denied|cannot|not executable)/,
    facts: ['program'],
  },
  {
    family: 'make',
    form: /^\S*make(?:\[\d+\])?: (?!.*(?:warning|Entering|Leaving)).*(?:No such file|not found|[Cc]annot|[Ee]rror|[Pp]ermission denied)/,
  },
  {
    family: 'other',
    form: /^\S*\/?(?:cp|mv|install|ln|sed|awk|tar|mkdir|strip|cat|ar|grep|chmod|cmp|find|gzip|xz): .*(?:No such file|cannot|annot|illegal|denied|not permitted|invalid|unknown|RE error|failed|extra characters|unrecognized|unterminated|unexpected|syntax|missing)/,
  },
  {family: 'other', form: /^(?:\S+: )?(?:[Ee]rror|ERROR|[Ff]atal(?: error)?|FATAL)(?:\(s\))?[:!] /, kind: 'cause'},
  {
    family: 'other',
    form: /\b(?:[Ee]rror|ERROR|fatal|FATAL|[Ff]ailed|FAILED|[Cc]annot|[Cc]an't|[Uu]nable to|No such file|not found|[Ii]nvalid|required|undefined)\b/,
    kind: 'hint',
  },
];

/** Returns the classification of a line without escapes and control characters; undefined for an irrelevant line. */
export function matchLine(line: string): LineMatch | undefined {
  if (/\(ignored\)\s*$/.test(line)) return undefined;
  if (CONSEQUENCES.some((form) => form.test(line))) return {family: 'make', kind: 'consequence', facts: {}};
  if (HARMLESS.some((form) => form.test(line)) && !/: (?:fatal )?error: /.test(line)) return undefined;
  for (const {family, kind = 'cause', form, facts = [], extraFacts = {}} of RULES) {
    const match = form.exec(line);
    if (match) return {family, kind, facts: {...extraFacts, ...factsOf(match, facts)}};
  }
  return undefined;
}

function factsOf(match: RegExpExecArray, names: readonly string[]): Record<string, string> {
  const facts: Record<string, string> = {};
  names.forEach((name, at) => {
    const value = match[at + 1];
    if (value !== undefined) facts[name] = value.slice(0, 300);
  });
  if (facts.kind !== undefined) facts.kind = facts.kind === 'dragonfly' ? 'dragonfly' : 'files';
  return facts;
}
