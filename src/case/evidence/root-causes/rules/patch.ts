import {rulesOf} from './rule.ts';

/** Messages of patch(1), of BSD and of GNU, and of the framework about patches. */
export const PATCH = rulesOf('patch', [
  {
    form: /FAILED Applying (?:(dragonfly|ports|extra|FreeBSD)? ?(?:patch )?)?(patch-\S+|\S+\.(?:diff|patch))/,
    facts: ['kind', 'patch'],
    examples: ['===>  FAILED Applying dragonfly patch-lib_getopt.c', '====> FAILED Applying FreeBSD patch patch-src_a.c'],
  },
  {form: /^No file to patch\. /, extraFacts: {gone: 'yes'}, examples: ['No file to patch.  Skipping...']},
  {
    form: /Ignoring previously applied \(or reversed\) patch|^Reversed \(or previously applied\) patch detected/,
    extraFacts: {applied: 'yes'},
    examples: [
      'Ignoring previously applied (or reversed) patch.',
      'Reversed (or previously applied) patch detected!  Skipping patch.',
    ],
  },
  {
    form: /\d+ out of \d+ hunks? (?:failed|FAILED|ignored)\s*-- ?saving rejects to (?:file )?(\S+?)\.rej/,
    facts: ['rejects'],
    examples: [
      '1 out of 1 hunk FAILED -- saving rejects to file clockfmt.c.rej',
      '1 out of 1 hunks failed--saving rejects to lib/getopt.c.rej',
      '1 out of 1 hunks ignored--saving rejects to lib/getopt.c.rej',
    ],
  },
  {form: /[Hh]unk #(\d+) (?:failed|FAILED) at/, facts: ['hunk'], examples: ['Hunk #1 failed at 12.']},
  {
    form: /malformed patch|can't find file to patch|Only garbage was found|seem to find a patch in there|^patch: \*{4} /,
    examples: [
      'patch: **** malformed patch at line 12: x',
      "can't find file to patch at input line 3",
      'Only garbage was found in the patch input.',
      "  I can't seem to find a patch in there anywhere.",
      "patch: **** Can't open patch file files/patch-a : No such file or directory",
    ],
  },
]);
