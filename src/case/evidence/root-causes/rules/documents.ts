import {rulesOf} from './rule.ts';

/** Tools that make documents and message catalogues: xsltproc, xmllint, TeX, makeinfo, Sphinx, help2man, msgfmt. */
export const DOCUMENTS = rulesOf('docs', [
  {
    form: /^I\/O error : |^(?:compilation|runtime) error: (?:file|element)|^cannot parse \S|failed to load external entity/,
    examples: [
      'I/O error : Attempt to load network entity http://docbook.sourceforge.net/release/xsl/current/manpages/docbook.xsl',
      'compilation error: file book.xsl line 3 element import',
      'runtime error: file book.xsl line 12 element value-of',
      'cannot parse http://docbook.sourceforge.net/release/xsl/current/manpages/docbook.xsl',
      'warning: failed to load external entity "http://docbook.sourceforge.net/release/xsl/x.xsl"',
    ],
  },
  {
    form: /^! (?:LaTeX Error|Undefined control sequence|Emergency stop|I can't find file|Package \S+ Error|Font \S+ not)|^\S+\.te?xi?(?:nfo)?:\d+: (?!warning)\S/,
    examples: [
      "! LaTeX Error: File `x.sty' not found.",
      '! Undefined control sequence.',
      "doc/foo.texi:12: @menu reference to nonexistent node `Foo'",
    ],
  },
  {
    form: /^help2man: can't |^(?:Extension|Configuration|Theme) error:|^asciidoctor: FAILED|^a2x: (?:ERROR|failed)|^(?:onsgmls|openjade|jade|jw):\S+:\d+:\d+:E:|^(?:msgfmt|xgettext|msgmerge|makeinfo|pod2man|doxygen|xmlto|pandoc|gtkdoc\S*|g-ir-\w+|glib-compile-\w+|itstool|intltool-\w+): (?!warning|.*\bfound \d+ fatal)(?:.*(?:[Ee]rror|[Cc]annot|can't|[Nn]ot found|[Ff]ailed|[Ii]nvalid|[Uu]nknown|unrecognized|No such))/,
    examples: [
      "help2man: can't get `--help' info from ./ykclient",
      'Extension error:',
      'asciidoctor: FAILED: input file doc.adoc is missing',
      'a2x: ERROR: "xmllint" returned non-zero exit status 4',
      'openjade:book.sgml:3:1:E: document type does not allow element "X" here',
      'msgfmt: cannot locate ITS rules for a.appdata.xml',
      "makeinfo: unrecognized option '--html5'",
    ],
  },
]);
