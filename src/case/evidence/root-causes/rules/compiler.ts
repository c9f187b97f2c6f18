import {rulesOf} from './rule.ts';

const LINKER = rulesOf('linker', [
  {
    form: /undefined reference to [`']([^'`]+)'/,
    facts: ['symbol'],
    examples: ["main.c:(.text+0x12): undefined reference to `strtonum'"],
  },
  {
    form: /hidden symbol [`']?([^\s'`]+)'? in \S+ is referenced by DSO|version script assignment of '\S+' to symbol '(\S+)' failed/,
    facts: ['symbol', 'symbol'],
    examples: [
      "/usr/local/bin/ld: foo: hidden symbol `__extendhfsf2' in libgcc.a(extendhfsf2.o) is referenced by DSO",
      "ld: error: version script assignment of 'LIBFOO_1.4' to symbol '__progname' failed: symbol not defined",
    ],
  },
  {
    form: /undefined symbol: (\S+)/,
    facts: ['symbol'],
    examples: [
      'ld: a.o: undefined symbol: strtonum',
      './g-ir: symbol lookup error: /usr/local/lib/liba.so: undefined symbol: g_foo',
    ],
  },
  {
    form: /multiple definition of [`']([^'`]+)'|duplicate symbol:? '?(\S+?)'?$/,
    facts: ['symbol', 'symbol'],
    examples: [
      "crc32.c:(.text+0xcb0): multiple definition of `zError_twice'; adler32.lo:first defined here",
      'ld.lld: error: duplicate symbol: x',
      'ld: duplicate symbol: x',
    ],
  },
  {
    form: /(?:cannot find|unable to find library|library not found for) -l(\S+?)(?::|$|\s)/,
    facts: ['library'],
    examples: [
      'ld: cannot find -lfoo: No such file or directory',
      'ld.lld: error: unable to find library -lfoo',
      'ld: library not found for -lfoo',
    ],
  },
  {
    form: /^Undefined symbols for architecture|^ld: symbol\(s\) not found for architecture|^\s+"_\S+", referenced from:$/,
    examples: [
      'Undefined symbols for architecture arm64:',
      'ld: symbol(s) not found for architecture arm64',
      '  "_rl_catch_signals", referenced from:',
    ],
  },
  {
    form: /^(?:\S*\/)?(?:ld|ld\.lld|ld\.bfd|ld\.gold|lld|mold): (?:error: |fatal error: |fatal: |cannot |unknown option|unrecogni[sz]ed|.*: (?:error|undefined|file not recognized|could not|cannot|relocation|symbol .* can't be|version node not found))|relocation R_\S+ against|recompile with -fPIC|file not recognized|DSO missing from command line/,
    examples: [
      'ld: cannot open output file a.out',
      "ld: unrecognized option '--dfly'",
      'ld: a.o: relocation truncated to fit',
      'mold: fatal: unknown command line option: --dfly',
      'ld.bfd: a.o: file not recognized: file format not recognized',
      "a.o: relocation R_X86_64_32 against `.rodata' can not be used",
      'a.o: recompile with -fPIC',
      'liba.so: DSO missing from command line',
    ],
  },
]);

const C = rulesOf('compiler', [
  {
    form: /fatal error: '?([\w./+-]+?)'?(?: file not found|: No such file)/,
    facts: ['header'],
    examples: ['wifi.c:7:11: fatal error: blacklist.h: No such file or directory', "a.c:3:10: fatal error: 'a.h' file not found"],
  },
  {
    form: /:\d+:(?:\d+:)? (?:fatal )?error: .*'(\w+)' (?:undeclared|was not declared)|error: use of undeclared identifier '(\w+)'/,
    facts: ['symbol', 'symbol'],
    examples: [
      "wifi.c:7:11: error: 'X' undeclared (first use in this function)",
      "In file included: error: use of undeclared identifier 'X'",
    ],
  },
  {
    form: /^\S[^:]*:\d+:(?:\d+:)? (?:fatal )?[Ee]rror:(?: |$)/,
    examples: [
      "wifi.c:7:11: error: expected ';' before x",
      'Foo.java:12: error: cannot find symbol',
      "closure.c:257: Error: no such instruction: `dflyfence %rax'",
      '{standard input}:12: Error: no such instruction',
    ],
  },
  {
    form: /^(?:\S*\/)?(?:cc1?(?:plus)?|gcc|g\+\+|c\+\+|clang(?:\+\+)?|clang-\d+|as|f951|cpp|gcc-\d+|cc): (?:fatal )?error: |unrecognized command[- ]line option|error: unknown argument/,
    examples: [
      'cc1: error: unrecognized command-line option "-fdfly"',
      'gcc: fatal error: no input files',
      "gcc: fatal error: cannot execute 'cc1plus': posix_spawnp: No such file or directory",
      'clang: error: unknown argument: -fdfly',
    ],
  },
  {
    form: /^\{standard input\}: ?(?:\d+: )?(?:Error|Assembler)|^error: (?:unknown|invalid|unable)/,
    examples: ['{standard input}: Assembler messages:', 'error: unknown target CPU'],
  },
]);

/** Ada, Fortran, Pascal, D, Nim, Vala, C#, yacc and protocol buffers. */
const OTHERS = rulesOf('compiler', [
  {form: /^\S+\.ad[abs]:\d+:\d+: (?!warning|info|\(style\))/, examples: ['src/main.adb:12:3: missing ";"']},
  {
    form: /^(?:Fatal )?Error: .* at \(\d\)|^Fatal Error: (?:Cannot|Can't) open (?:module|included) file/,
    examples: [
      "Error: Symbol 'x' at (1) has no IMPLICIT type",
      "Fatal Error: Cannot open module file 'mpi.mod' for reading at (1): No such file",
    ],
  },
  {
    form: /^\s*(?:CSC|VBC|FSC|MSBUILD) ?: error \w+:|^\S+\.(?:pas|pp|lpr|dpr|inc|nims?|di?|cs|fs|vb)\(\d+(?:, ?\d+)?\):? (?:[Ee]rror|Fatal)\b|^Fatal: \(?\d*\)? ?Can't find unit/,
    examples: [
      'zipf.nim(10, 11) Error: cannot open file: std/syncio',
      "main.pas(12,3) Fatal: Can't find unit LCLBase used by Main",
      'src/a.d(12): Error: module b is in file b.d which cannot be read',
      "Foo.cs(12,3): error CS0246: The type or namespace name 'X' could not be found",
      "CSC : error CS2001: Source file 'foo.cs' could not be found",
      "Fatal: (10022) Can't find unit LCLBase used by Main",
    ],
  },
  {
    form: /^\S+\.(?:vala|vapi|gs|yy?|ypp):\d+\.\d+(?:-\d+(?:\.\d+)?)?: (?:fatal )?error:|^error: Package [`']\S+' not found in specified Vala/,
    examples: [
      "src/a.vala:12.3-12.9: error: The name `x' does not exist",
      'gram.y:12.3-9: error: symbol foo is used, but is not defined',
      "error: Package `gtk4' not found in specified Vala API directories or GObject-Introspection GIR directories",
    ],
  },
  {
    form: /^\S+\.proto(?::\d+:\d+)?: (?!warning)/,
    examples: ['a.proto:3:1: Import "b.proto" was not found or had errors.'],
  },
]);

export const COMPILER = [...LINKER, ...C, ...OTHERS];
