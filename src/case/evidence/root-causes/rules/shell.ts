import {rulesOf} from './rule.ts';

/** What a shell reports about a script. */
export const SHELL_SYNTAX = rulesOf('other', [
  {
    form: /^\S+: (?:line )?\d+: (?:.*: )?(?:Bad substitution|[Ss]yntax error\b.*|bad interpreter\b.*|unexpected EOF while|Unterminated quoted string)/,
    examples: [
      './genconf.sh: 3: Bad substitution',
      "./configure: line 15130: syntax error near unexpected token `FFT,'",
      './run: line 1: /usr/bin/perl5: bad interpreter: no such file',
      './a.sh: line 7: unexpected EOF while looking for matching `"\'',
      './a.sh: 7: Syntax error: Unterminated quoted string',
    ],
  },
]);

/** Programs that a shell or make does not find, and what the base system's tools report about files. A build may survive them. */
export const SHELL = [
  ...rulesOf('make', [
    {
      form: /^(?:(?:\/bin\/)?sh|bash|env|gmake|make|\S*\/sh|\.\/configure|\S+\.sh)(?:\[\d+\])?: (?:\d+: |line \d+: )?(?:exec: )?(\S+): (?:.*not found|No such file|[Pp]ermission denied|cannot|not executable|Argument list too long|Exec format error)/,
      facts: ['program'],
      examples: [
        '/bin/sh: 1: /nonexistent/m4: not found',
        'bash: line 3: frobnicate: command not found',
        'env: python3: No such file or directory',
        'sh: ./configure: Permission denied',
        './autogen.sh: line 4: libtoolize: cannot execute: required file not found',
        'gmake[2]: ./mkdep: not executable',
        '/bin/sh: /usr/bin/ar: Argument list too long',
        'sh: ./helper: Exec format error',
      ],
    },
    {
      form: /^(\/\S+): (?:not found|Permission denied)$/,
      facts: ['program'],
      examples: ['/usr/local/bin/7z: not found'],
    },
    {
      form: /^\S*make(?:\[\d+\])?: (?!.*(?:warning|Entering|Leaving)).*(?:No such file|not found|[Cc]annot|[Ee]rror|[Pp]ermission denied)/,
      examples: ['gmake[1]: stat: ./lib: Permission denied', 'gmake: cannot stat x'],
    },
  ]),
  ...rulesOf('other', [
    {
      form: /^\S*\/?(?:cp|mv|install|ln|sed|awk|tar|mkdir|strip|cat|ar|grep|chmod|cmp|find|gzip|xz|cd|rm|rmdir|touch|test|\[|expr|pw|sort|tr|head|tail|patch|unzip|bsdtar|gtar|bzip2|zstd|chown|dirname|basename|diff|ranlib|objcopy|objdump|nm|m4|date|ls): .*(?:No such file|cannot|annot|can't|illegal|denied|not permitted|invalid|unknown|RE error|failed|extra characters|unrecognized|[Uu]nrecognized|unterminated|unexpected|syntax|missing|Error opening|[Tt]runcated|Read-only file system|Not a directory|Is a directory|No match|exists|disappeared|cannot|not recognized)/,
      survivable: true,
      examples: [
        'install: /construction/stage/usr/local/bin/foo: No such file or directory',
        "cp: cannot stat 'a': x",
        'mawk: ./mkstrtable.awk: line 83: syntax error at or near {',
        'sed: 1: "s/a": unterminated substitute in regular expression',
        'tar: unrecognized archive format',
        'tar: Error opening archive: Unrecognized archive format',
        'ln: /usr/local/lib/liba.so: Operation not permitted',
        'grep: invalid option -- P',
        'ln: /construction/stage/usr/local/bin/foo: File exists',
        'cd: build: No such file or directory',
        "cd: can't cd to build",
        'mkdir: /usr/local/foo: Read-only file system',
      ],
    },
  ]),
];
