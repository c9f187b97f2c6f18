import {rulesOf} from './rule.ts';

/** Messages of pkg(8), and of the framework about packages of dependencies. */
export const PKG = rulesOf('pkg', [
  {
    form: /No packages available to install matching '([^']+)'/,
    facts: ['package'],
    examples: ["pkg: No packages available to install matching '/packages/All/libx.pkg' have been found in the repositories"],
  },
  {
    form: /depends on [\w ]+: (\S+) - not found/,
    facts: ['package'],
    kind: 'hint',
    examples: ['===>   foo-1.0 depends on shared library: libzmq.so - not found'],
  },
  {
    form: /non[- ]?existing origin|conflicts with installed package/,
    examples: [
      '** non-existing origin devel/none',
      'Error a dependency refers to a non existing origin: /xports/devel/py-gone in BUILD_DEPENDS',
      'a-1.0 conflicts with installed package b-2.0',
    ],
  },
  {
    form: /^(?:\S*\/)?pkg(?:-static)?: (?![Ww]arning|Skipping|.*PKG_MESSAGE)(?=.*(?:[Cc]annot|[Ff]ail|[Nn]ot |wrong|conflicts with|rror|[Mm]issing|[Ii]nvalid|[Uu]nable|denied|[Bb]ad |incomplete|[Uu]nknown|No such|malformed|lstat|[Dd]uplicate|[Uu]nrecogni|fatal|empty|corrupt|locked))\S/,
    examples: [
      'pkg-static: jpeg-turbo-2.1.5.1 conflicts with mozjpeg-4.1.1 (installs files into the same place)',
      'pkg: cannot open /packages/All/a.pkg',
      'pkg: archive of a.pkg has the wrong format',
      'pkg-static: wrong architecture: dragonfly:6.4:x86:64 instead of dragonfly:6.5:x86:64',
      'pkg-static: sqlite error while executing INSERT INTO packages: database disk image is malformed',
      'pkg-static: PRE-INSTALL script failed',
      'pkg-static: duplicate file listing: /usr/local/bin/foo, fatal',
    ],
  },
]);
