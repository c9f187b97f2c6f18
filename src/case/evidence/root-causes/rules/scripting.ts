import {rulesOf} from './rule.ts';

/** setuptools, pip, meson-python and the interpreter itself. pip indents what the programs print that it runs. */
const PYTHON = rulesOf('python', [
  {
    form: /^(?:E\s+)?(?:ModuleNotFoundError: No module named '([^']+)'|ImportError: .*)/,
    facts: ['module'],
    examples: [
      "ModuleNotFoundError: No module named 'flit_dfly'",
      "E   ModuleNotFoundError: No module named 'dragonfly'",
      "ImportError: cannot import name 'x' from 'y'",
    ],
  },
  {
    form: /^ERROR:? (?:Missing dependencies:|Backend '.*' is not available|Could not find a version|No matching distribution|Package '.*' requires a different Python)|^error: (?:invalid command '|option \S+ not recognized|can't copy '|package directory '|\[Errno \d+\] )|^error in \S+ setup command: /,
    examples: [
      'ERROR Missing dependencies:',
      "ERROR Backend 'setuptools.build_meta:__legacy__' is not available.",
      'ERROR: Could not find a version that satisfies the requirement foo>=2 (from versions: none)',
      'ERROR: No matching distribution found for foo>=2',
      "ERROR: Package 'foo' requires a different Python: 3.9.18 not in '>=3.10'",
      "error: invalid command 'bdist_wheel'",
      "error: can't copy 'README': doesn't exist or not a regular file",
      "error: package directory 'src/foo' does not exist",
      "error: [Errno 2] No such file or directory: 'cc': 'cc'",
      'error in foo setup command: use_2to3 is invalid.',
    ],
  },
  {
    form: /^\S+\.p(?:yx|xd|xi):\d+:\d+: (?!warning|Warning)(.+)$/,
    examples: ['foo/core.pyx:12:8: undeclared name not builtin: long'],
  },
  {
    form: /^(?:[A-Za-z_][\w.]*(?:Error|Exception|Exit)|SystemExit|[A-Za-z_][\w.]*\.(?:DistributionNotFound|VersionConflict|BackendUnavailable)): (?!Traceback ).+|^(?:SyntaxError|IndentationError|TabError|KeyError|AssertionError|RuntimeError|NotImplementedError)\b/,
    examples: [
      'setuptools.errors.PlatformError: no compiler',
      "pkg_resources.DistributionNotFound: The 'six' distribution was not found",
      'AssertionError: 0 != 4711',
      'AssertionError',
      'SyntaxError: invalid syntax',
      'SystemExit: 2',
    ],
  },
]);

const PERL = rulesOf('perl', [
  {
    form: /Can't locate (\S+?)\.pm in @INC/,
    facts: ['module'],
    examples: ["Can't locate Types/Serialiser.pm in @INC (you may need to install the Types::Serialiser module)"],
  },
  {
    form: /^Can't locate (?:object method|loadable object)|^Base class package "\S+" is empty|^Undefined subroutine \S+ called at|^\S+ version \S+ required--this is only version/,
    examples: [
      'Can\'t locate object method "new" via package "Foo" at Makefile.PL line 3.',
      "Can't locate loadable object for module Foo in @INC (@INC contains: lib) at x.pl line 3.",
      'Base class package "Module::Build" is empty.',
      'Undefined subroutine &main::foo called at Makefile.PL line 3.',
      'ExtUtils::MakeMaker version 7.70 required--this is only version 7.34 at Makefile.PL line 2.',
    ],
  },
  {
    form: /^syntax error at \S+ line \d+/,
    examples: ['syntax error at Makefile.PL line 3, near "=> ;"'],
  },
  {
    form: / at \S+\.(?:pl|pm|PL|t) line \d+\.?$|^Can't (?:open|exec|locate|find) /,
    examples: [
      'Perl v5.99.0 required--this is only v5.36.0, stopped at Makefile.PL line 1.',
      'Can\'t open perl script "x.pl": No such file',
    ],
  },
]);

const RUBY = rulesOf('ruby', [
  {
    form: /^mkmf\.rb can't find header files|cannot load such file -- (\S+?)(?: \(LoadError\))?$|^(?:ERROR: +)?Could not find (?:a valid )?gem '|^Could not find .* among \d+ total gem|^\S*(?:in|from) `.*': .*\((?:\w+::)*\w+Error\)$|^\S+\.rb:\d+:in .*: .*\((?:\w+::)*\w*(?:Error|Exception)\)$/,
    facts: ['module'],
    examples: [
      "mkmf.rb can't find header files for ruby at /usr/local/lib/ruby/ruby.h",
      "/usr/local/lib/ruby/3.2/rubygems.rb:85:in `require': cannot load such file -- rake (LoadError)",
      "ERROR:  Could not find a valid gem 'foo' (>= 0) in any repository",
      "Could not find 'foo' (>= 1.2) among 12 total gem(s) (Gem::MissingSpecError)",
      "extconf.rb:3:in `<main>': undefined method `x' for nil (NoMethodError)",
    ],
  },
]);

const NODE = rulesOf('node', [
  {
    form: /^(?:npm (?:ERR!|error) )(?:404 |[Mm]issing script|notarget |code E(?!LIFECYCLE)|Unsupported |peer dep missing)|^error (?:Couldn't find package|An unexpected error occurred|Command "\S+" not found)|^\s*ERR_PNPM_(?!RECURSIVE)\w+|^gyp ERR! stack Error: (?![`'])/,
    examples: [
      'npm ERR! 404 Not Found - GET https://registry.npmjs.org/x',
      'npm ERR! Missing script: "build"',
      'npm ERR! code ENOTCACHED',
      'error Couldn\'t find package "x" on the "npm" registry.',
      'gyp ERR! stack Error: Could not find any Python installation to use',
      ' ERR_PNPM_NO_OFFLINE_TARBALL  A package is missing from the store',
    ],
  },
  {
    form: /Error: Cannot find module '([^']+)'|Module not found: Error: Can't resolve '([^']+)'/,
    facts: ['module', 'module'],
    examples: ["Error: Cannot find module 'typescript'", "Module not found: Error: Can't resolve './x' in '/construction/src'"],
  },
  {
    form: /^\S+\(\d+,\d+\): error TS\d+: |^\S+:\d+:\d+ - error TS\d+: |^error TS\d+: /,
    examples: [
      "src/a.ts(3,7): error TS2304: Cannot find name 'x'.",
      "src/a.ts:3:7 - error TS2304: Cannot find name 'x'.",
      "error TS5023: Unknown compiler option 'foo'.",
    ],
  },
]);

const R = rulesOf('r', [
  {
    form: /^ERROR: dependenc(?:y|ies) .* (?:is|are) not available for package|there is no package called '([^']+)'|^Error: package or namespace load failed for|^Error : (?:object|\.onLoad)/,
    facts: ['package'],
    examples: [
      "ERROR: dependency 'flashClust' is not available for package 'FactoMineR'",
      "ERROR: dependencies 'a', 'b' are not available for package 'c'",
      "Error in loadNamespace(x) : there is no package called 'rlang'",
      "Error: package or namespace load failed for 'x' in dyn.load(file, DLLpath = DLLpath, ...):",
      "Error : object 'x' is not exported by 'namespace:y'",
    ],
  },
  {
    form: /^Error in \S.* :(?: |$)/,
    examples: ['Error in eval(expr, envir) : object of type closure is not subsettable'],
  },
]);

/** PHP, Tcl, Lua, Guile, Common Lisp. */
const OTHERS = rulesOf('other', [
  {
    form: /^PHP (?:Fatal|Parse) error: |^can't find package \S|^lua\S*: .*module '\S+' not found|^ERROR: In procedure |^(?:ERROR: )?(?:no code for module|Unbound variable: )|^; caught ERROR:|^Unhandled (?:SIMPLE-ERROR|\S+-ERROR)\b|^debugger invoked on an? |^invalid command name "/,
    examples: [
      'PHP Fatal error:  Uncaught Error: Call to undefined function foo()',
      "can't find package Tk",
      "lua51: build.lua:3: module 'lfs' not found:",
      'ERROR: In procedure dynamic-link:',
      'ERROR: no code for module (srfi srfi-99)',
      '; caught ERROR:',
      'Unhandled SIMPLE-ERROR in thread #<SB-THREAD:THREAD>:',
      'debugger invoked on a SB-INT:SIMPLE-FILE-ERROR in thread #<THREAD>:',
      'invalid command name "frob"',
    ],
  },
]);

export const SCRIPTING = [...RUBY, ...NODE, ...R, ...PYTHON, ...PERL, ...OTHERS];
