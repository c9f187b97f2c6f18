import {rulesOf} from './rule.ts';

/** Targets that make does not know: framework, since the port's own makefiles are the usual place. */
const TARGETS = rulesOf('framework', [
  {
    form: /(?:don't know how to make|No rule to make target) [`']?([^\s'`,]+?)(?=['`,]|\.?\s|\.?$)/,
    facts: ['target'],
    examples: [
      "bmake: don't know how to make lalr.c. Stop",
      "gmake[1]: *** No rule to make target 'evutil_time.c', needed by 'evutil_time.lo'.  Stop.",
    ],
  },
  {
    form: /^ninja: error: '([^']+)', needed by .* missing and no known rule/,
    facts: ['target'],
    examples: ["ninja: error: 'lib/libfoo.so', needed by 'bin/foo', missing and no known rule to make it"],
  },
]);

/** Errors of bmake and GNU make in a makefile, and of other programs that run a build. */
const MAKEFILES = rulesOf('make', [
  {
    form: /^(?:\S*make(?:\[\d+\])?: )?"?\S*?[Mm]akefile\S*?"?(?: line |:)\d+:? .*(missing separator|[Mm]issing dependency operator|Malformed conditional|Need an operator|Could not find|recipe commences|Unassociated shell command)/,
    examples: [
      'make: "/xports/devel/foo/Makefile" line 3: Could not find bsd.foo.mk',
      'Makefile:2051: *** missing separator.  Stop.',
      'GNUmakefile:12: missing dependency operator',
      'Makefile:12: *** recipe commences before first target.  Stop.',
      'make: "/x/Makefile" line 7: Unassociated shell command "cc"',
    ],
  },
  {
    form: /^\S*make(?:\[\d+\])?: .*(?:missing separator|Malformed conditional|Need an operator)/,
    examples: [
      'make: "/x/local.mk" line 611: Malformed conditional (${OSNAME == "DragonFly")',
      'make: "/x/local.mk" line 12: Need an operator',
      'gmake: x missing separator',
    ],
  },
  {
    form: /^(?:\S*make(?:\[\d+\])?: )?"[^"]+",? line \d+: (?![Ww]arning|Using cached|duplicate script)\S/,
    examples: [
      'make: "/xports/devel/foo/Makefile" line 55: 1 open conditional',
      'make[1]: "/xports/devel/foo/Makefile" line 12: if-less endif',
      'make: "/xports/Mk/bsd.port.mk" line 40: Variable FOO is undefined',
      '"config.inc", line 17: Unknown directive "frob"',
      'make: "/x/Makefile" line 3: Unknown modifier \'%\'',
    ],
  },
  {
    form: /^\S*make(?:\[\d+\])?: \*\*\* (?!\[|No rule|Waiting|Deleting)\S|^\S*make(?:\[\d+\])?: (?:no target to make|cannot open |exec\(|Unknown modifier|Unclosed |illegal option|invalid option|Graph cycles through|Max recursion level|Variable \S+ is recursive)/,
    examples: [
      'gmake: *** No targets specified and no makefile found.  Stop.',
      "gmake: *** internal error: invalid --jobserver-auth string 'x'.  Stop.",
      'make: no target to make.',
      'make[1]: cannot open Makefile.inc',
      'make: exec(./genmake): No such file or directory',
      "make: Unknown modifier '%'",
      'make: illegal option -- W',
      'make: Variable CFLAGS is recursive.',
    ],
  },
  {
    form: /^\S+:\d+: \*\*\* (?!\[)\S.*[^.]\.\s+Stop\.$/,
    examples: ['config.mk:96: *** libbsd is not installed or its version is older than 0.7.  Stop.'],
  },
  {
    form: /^ninja: (?:fatal|error): (?!rebuilding)|^scons: \*\*\* (?!\[)|^ERROR at \/\/\S+:\d+:\d+: |^gyp: \S/,
    examples: [
      "ninja: error: loading 'build.ninja': No such file or directory",
      'ninja: fatal: posix_spawn: Argument list too long',
      'scons: *** No SConstruct file found.',
      'ERROR at //build/config/BUILD.gn:12:3: Unknown variable.',
      'gyp: Undefined variable python in binding.gyp',
    ],
  },
]);

export const MAKE = [...TARGETS, ...MAKEFILES];
