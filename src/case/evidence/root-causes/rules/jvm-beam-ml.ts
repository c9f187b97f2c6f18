import {rulesOf} from './rule.ts';

/** javac, Maven, Gradle, Ant, Kotlin, Scala. */
const JAVA = rulesOf('java', [
  {
    form: /^(?:\[ERROR\] )?\S+\.(?:java|kt|scala|groovy):\[\d+,\d+\] /,
    examples: ['[ERROR] /construction/src/Foo.java:[12,34] cannot find symbol'],
  },
  {
    form: /Could not resolve dependencies for project|Non-resolvable (?:parent POM|import POM)|could not be resolved: |Could not (?:find|transfer) artifact|Fatal error compiling: |Unsupported class file major version|(?:invalid (?:target|source) release|release version \d+ not supported)|Cannot access \S+ in offline mode|No compiler is provided in this environment/,
    examples: [
      '[ERROR] Failed to execute goal on project foo: Could not resolve dependencies for project org.foo:foo:jar:1.0',
      '[ERROR] Non-resolvable parent POM for org.foo:foo:1.0: Cannot access central in offline mode',
      '[ERROR] Plugin org.foo:bar:1.0 or one of its dependencies could not be resolved: Connection refused',
      '[FATAL] Could not transfer artifact org.foo:bar:pom:1.0',
      '[ERROR] Failed to execute goal foo: Fatal error compiling: invalid target release: 21',
      'BUG! exception in phase semantic analysis: Unsupported class file major version 65',
      'error: release version 21 not supported',
      '[ERROR] No compiler is provided in this environment. Perhaps you are running on a JRE rather than a JDK?',
    ],
  },
  {
    form: /^\s*> (?:Could not (?:find|resolve (?!all )|download|get resource|determine java)|No (?:matching|toolchain|cached version)|Unable to (?:find|load)|Unresolved reference)|^e: (?:file:\/\/)?\S+\.kts?:/,
    examples: [
      '> Could not find org.foo:bar:1.0.',
      '   > No cached version of org.foo:bar:1.0 available for offline mode.',
      '   > Unable to load class org.foo.Bar',
      'e: file:///construction/src/A.kt:3:7 Unresolved reference: foo',
    ],
  },
  {
    form: /^\[(?:ERROR|FATAL)\] Failed to execute goal |^Unhandled [Ee]xception\b/,
    weak: true,
    examples: [
      '[ERROR] Failed to execute goal org.apache.maven.plugins:maven-enforcer-plugin:3.0:enforce: Some Enforcer rules have failed.',
      "Unhandled exception. System.IO.FileNotFoundException: Could not load file or assembly 'foo'",
    ],
  },
  {
    form: /^(?:Exception in thread "\S+" |Caused by: )(?:\w+\.)+\w+(?:Error|Exception)\b|^Error: (?:Could not (?:find or load main class|create the Java Virtual Machine)|Unable to access jarfile|LinkageError)/,
    examples: [
      'Exception in thread "main" java.lang.NoClassDefFoundError: org/foo/Bar',
      'Caused by: java.lang.ClassNotFoundException: org.foo.Bar',
      'Error: Could not find or load main class org.foo.Main',
      'Error: Unable to access jarfile foo.jar',
    ],
  },
]);

/** GHC, Cabal and Setup. */
const HASKELL = rulesOf('haskell', [
  {
    form: /^(?:\S*[Ss]etup\S*: )?Encountered missing or private dependencies|^(?:\S*(?:cabal|[Ss]etup)\S*: |Error: )(?:\S*(?:cabal|[Ss]etup)\S*: )?(?:Could not resolve dependencies|The following packages? .*(?:missing|broken)|The program '?\S+'? .*(?:is required|version)|Missing (?:dependenc|\(or bad\)|C librar)|No cabal file found|Unknown build tool)|^Missing (?:dependenc\w+|C librar\w+) on|^\* Missing (?:\(or bad\) )?(?:header file|C librar)|^rejecting: |^\s*Could not find module |^\s*There (?:is|are) .*no package (?:named|called)/,
    examples: [
      'Setup: Encountered missing or private dependencies:',
      'Encountered missing or private dependencies:',
      'Error: cabal: Could not resolve dependencies:',
      "cabal-3.10: The program 'alex' version >=3.1 is required but it could not be found.",
      '* Missing (or bad) C library: icuuc',
      "    Could not find module 'Data.List.Split'",
    ],
  },
  {
    form: /^\S+\.(?:l?hs|hsc|hs-boot|x|y):\d+:\d+(?:-\d+)?: error(?::|\b)/,
    examples: ['src/Main.hs:12:5: error: [GHC-83865]', 'src/Main.hs:12:5: error:'],
  },
]);

/** erlc, rebar3, mix and the Elixir compiler. */
const ERLANG = rulesOf('erlang', [
  {
    form: /^\S+\.(?:erl|hrl|yrl|xrl|app\.src|asn1?)(?::(?:\d+(?::\d+)?|none))?: (?![Ww]arning|removing)(.+)$/,
    examples: ["src/bear.erl:none: undefined parse transform 'lager_transform'", 'src/x.erl:12:5: function foo/1 undefined'],
  },
  {
    form: /^\*\* \([\w.]+\) (?!Could not compile)\S/,
    examples: [
      '** (CompileError) lib/foo.ex:12: undefined function foo/1',
      '** (Mix.Error) httpc request failed with: nxdomain',
      '** (Mix) Could not find an SCM for dependency :foo from Foo.MixProject',
    ],
  },
  {
    form: /^===> (?:Unable to|Failed to|Package not found|Dependency |Plugin .* not|Error |.* not found)/,
    examples: [
      '===> Unable to fetch package index',
      '===> Package not found in any repo: lager 3.9',
      '===> Failed to update package x',
    ],
  },
]);

const OCAML = rulesOf('ocaml', [
  {
    form: /^Error: (?:Unbound (?:module|value|constructor|record|type)|Library "\S+" (?:in \S+ )?(?:not found|is hidden)|This (?:expression|pattern|variant|function)|Signature mismatch|No implementations? provided|The (?:module|implementation|files?) .*(?:inconsistent|does not match)|Unknown (?:pp|ppx|library))|^ocamlfind: [Pp]ackage|make inconsistent assumptions over|^Fatal error: exception /,
    examples: [
      'Error: Unbound module Dtools',
      'Error: Library "cstruct" not found.',
      'Error: This expression has type int but an expression was expected of type string',
      'Error: No implementations provided for the following modules:',
      "ocamlfind: Package `lwt' not found",
      'Error: The files a.cmi and b.cmi make inconsistent assumptions over interface Stdlib',
      'Fatal error: exception Not_found',
    ],
  },
]);

export const JVM_BEAM_ML = [...JAVA, ...HASKELL, ...ERLANG, ...OCAML];
