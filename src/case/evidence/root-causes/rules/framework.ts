import {rulesOf} from './rule.ts';

/** Messages of the ports framework: Mk/bsd.*.mk, Mk/Uses and Mk/Scripts. */
export const FRAMEWORK = rulesOf('framework', [
  {
    form: /Unknown USES=([\w-]+)/,
    facts: ['uses'],
    examples: ['make: "/xports/Mk/bsd.port.mk" line 1783: Unknown USES=alias'],
  },
  {
    form: /Missing license file for (\S+) in (\S+)/,
    facts: ['license', 'license_file'],
    examples: ['===>  License: Missing license file for GPLv2 in /construction/x/COPYING'],
  },
  {
    form: /^===>\s+License (?:\S+ )?(?:not correctly defined|.* rejected by the user)|^To install the port you must agree to|License \S.* needs confirmation, but BATCH/,
    examples: [
      '===>  License not correctly defined: defining both LICENSE_FILE and LICENSE_TEXT is not allowed',
      '===>  License EULA rejected by the user',
      'To install the port you must agree to the license: EULA (End User License Agreement).',
      '===>  foo-1.0 License EULA needs confirmation, but BATCH is defined.',
    ],
  },
  {
    form: /^=+> (?:You (?:must|cannot) \w+ .*\boptions? (?:from|in) the |Two or more enabled options|Option \S+ conflicts with|No option was selected|Only one of these must be defined)/,
    examples: [
      '====> You must select one and only one option from the SSL single',
      '====> You must check at least one option in the BACKEND multi',
      '====> You cannot select multiple options from the TLS radio',
      '====> Two or more enabled options conflict with each other',
      '=====> Option GTK2 conflicts with GTK3 (select only one)',
      '=====> No option was selected (and one must be)',
      '=====> Only one of these must be defined: GNUTLS OPENSSL',
    ],
  },
  {
    form: /(?:is marked as|is forbidden|^===>\s+\S+ (?:is|cannot be)) ?(broken|forbidden|ignored|.*IGNORE)/,
    examples: [
      '===>  fusefs-thing-2.9.9 is marked as broken: Does not compile on DragonFly',
      '===>  foo-1.0 is forbidden: has a hole',
      '===>  foo-1.0 is ignored here, IGNORE is set',
    ],
  },
  {
    form: /^===>\s+\S+ (?:is only for|does not run|conflicts with|cannot install|has known vulnerabilities|requires (?!.*found))/,
    examples: [
      '===>   foo-1.0 is only for i386, while you are running x86_64',
      '===>   foo-1.0 does not run on DragonFly',
      '===>   foo-1.0 conflicts with installed package(s): bar-2',
      '===>   foo-1.0 cannot install: unknown OpenSSL version',
      '===>   foo-1.0 requires a kernel that is newer',
      '===>  foo-1.0 has known vulnerabilities:',
    ],
  },
  {
    form: /^===> {2}\S+-[\d.]\S* (?!depends on |is already |is installed|requires .*found|signature |accepted )[A-Za-z].*[^.]\.$/,
    examples: [
      '===>  foo-1.0 cannot be installed: does not work with php84 (needs one of php82 php83).',
      '===>  foo-1.0 Unknown OpenSSL version.',
      '===>  py311-foo-1.0 needs Python 3.12 at least, but 3.11 was specified.',
    ],
  },
  {
    form: /^===>\s+An older version of \S+ is already installed|^===>\s+\S+ is already installed$/,
    weak: true,
    examples: ['===>   An older version of foo is already installed (foo-1.0)', '===>  foo-1.0 is already installed'],
  },
  {
    form: /^\S+: Makefile error: |^"?\S+\/Makefile"?: Makefile error|^Makefile error: /,
    examples: [
      'foo-1.0: Makefile error: category strange not in list of valid categories.',
      '/xports/devel/foo/Makefile: Makefile error: INSTALLS_SHLIB is gone',
      'Makefile error: you cannot define PORTVERSION and DISTVERSION',
    ],
  },
  {
    form: /^\s+The :\S+ group used for \S+ is missing/,
    examples: ['     The :extra group used for foo-1.0-data.tar.gz is missing'],
  },
  {
    form: /^Error:? (?:bad dependency syntax in|there is an empty port dependency|a dependency has an empty origin|pattern \S+ in LIB_DEPENDS is not valid)/,
    examples: [
      'Error: bad dependency syntax in BUILD_DEPENDS',
      'Error: there is an empty port dependency in RUN_DEPENDS',
      'Error: a dependency has an empty origin in LIB_DEPENDS',
      'Error: pattern foo.so in LIB_DEPENDS is not valid',
    ],
  },
  {
    form: /^(?:\*\* Cannot find any information about|(?:Group|User) line for \S+ .*(?:has no gid|is invalid))|^Environment variables? .* undefined\. Aborting/,
    examples: [
      "** Cannot find any information about user `foo' in /xports/UIDs.",
      'Group line for group foo has no gid',
      'User line for foo is invalid',
      'Environment variable dp_PREFIX undefined. Aborting.',
    ],
  },
  {
    form: /^Error: (?:'.*' is (?:referring to|an invalid shebang)|Bad (?:linking on|symlink)|\.la libraries found|None of the \d+ \.so|Either pass )/,
    examples: [
      "Error: 'lib/pkgconfig/foo.pc' is referring to /construction/devel/foo/stage",
      "Error: '/usr/bin/perl' is an invalid shebang you need USES=shebangfix for 'bin/foo'",
      'Error: Bad linking on [libedit.so.7] for /usr/local/bin/foo please add USES=libedit',
      "Error: Bad symlink 'lib/liba.so' pointing inside the stage directory",
      'Error: .la libraries found, port needs USES=libtool',
      'Error: None of the 3 .so in /construction/stage/usr/local/lib/perl5 are linked with libperl.so',
    ],
  },
]);
