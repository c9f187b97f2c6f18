/** Variables of the framework that may stand in a command of a known form: paths and names, which a snapshot evaluates or the port sets. */
const PATHS =
  'WRKSRC|WRKDIR|BUILD_WRKSRC|CONFIGURE_WRKSRC|INSTALL_WRKSRC|STAGEDIR|PREFIX|LOCALBASE|FILESDIR|PATCHDIR|DFLY_PATCHDIR|DATADIR|DOCSDIR|ETCDIR|EXAMPLESDIR|WWWDIR|MANPREFIX|PORTNAME|PORTVERSION|DISTNAME|DISTVERSION|OPSYS|ARCH|OSREL|\\.CURDIR|PYTHON_SITELIBDIR|PYTHON_CMD|SITE_PERL|RUBY_SITELIBDIR|CC|CXX|CPP|CFLAGS|CXXFLAGS|LDFLAGS';
/** A path, or the value of a `.for` variable without characters that a shell would act on. */
const VARIABLE = new RegExp(`\\$\\{:U[\\w./+=,@%-]*\\}|\\$[{(](?:${PATHS})(?::[TRHE])?[})]`, 'g');

/** Programs by which a repair edits, copies or installs files; no shell, no interpreter, no network. */
const PROGRAMS: readonly RegExp[] = [
  /^(?:\$\{REINPLACE_CMD\}|\$\{SED\} -i(?:\.\w+|'\.?\w*'|"\.?\w*"| "")?|sed -i(?:\.\w+)?)(?=\s)/,
  /^(?:\$\{(?:MKDIR|RM|CP|MV|LN|TOUCH|RMDIR)\}|mkdir|rm|cp|mv|ln|touch|rmdir)(?=\s)/,
  /^\$\{(?:INSTALL_(?:DATA|LIB|MAN|PROGRAM|SCRIPT)|COPYTREE_(?:SHARE|BIN)|STRIP_CMD)\}(?=\s)/,
  /^(?:\$\{CHMOD\}|chmod) (?:-R )?(?:[ugoa]*[-+=][rwxX]+|0?[0-7]{3})(?=\s)/,
  /^(?:\$\{(?:ECHO_CMD|ECHO_MSG|ECHO)\}|echo)(?=\s|$)/,
  /^cd (?=\S)/,
  /^(?::|\$\{TRUE\}|true)$/,
];
/** Paths that a command may name: relative ones, and those below the work tree or the stage. */
const ABSOLUTE = /(?:^|[\s="'])\/(?!dev\/null)/;
/** A sed script that runs a command, writes or reads a file. */
const SED_RUNS = /(?:^|[;{}\n]|\d|\$|[/|])\s*[ewrRW](?:\s|$)|[/|,!#@:%~+][gIip\d]*[ew](?:[\s;}]|$)/;

/**
 * Returns whether a command of a target has a known form of a repair: an edit by sed, or a copy, a removal or an installation of
 * files below the work tree or the stage. Everything else may be right, and is for a person to judge.
 */
export function isKnownCommand(command: string): boolean {
  const text = command.replace(/\\\n/g, ' ').trim();
  const start = /^[@+-]*/.exec(text)?.[0] ?? '';
  if (start.includes('-') || start.includes('+')) return false;
  const bare = text.slice(start.length).trim();
  const plain = bare.replace(VARIABLE, 'VAR');
  if (hasUnknownExpansion(plain)) return false;
  return partsOf(plain, bare).every(isKnownPart);
}

/** Expansions that are none of the paths and no program; `$$` is a dollar of sed's. */
function hasUnknownExpansion(plain: string): boolean {
  const rest = plain
    .replace(
      /\$\{(?:REINPLACE_CMD|SED|MKDIR|RM|CP|MV|LN|TOUCH|RMDIR|INSTALL_\w+|COPYTREE_\w+|STRIP_CMD|CHMOD|ECHO_CMD|ECHO_MSG|ECHO|TRUE)\}/g,
      '',
    )
    .replaceAll('$$', '');
  return rest.includes('$');
}

/** The parts that `&&` joins, outside quotes. Another operator makes one part that is not known. */
function partsOf(plain: string, bare: string): string[] {
  const restored = bare.replace(VARIABLE, 'VAR');
  const parts: string[] = [];
  let [part, quote] = ['', ''];
  for (let at = 0; at < plain.length; at += 1) {
    const char = plain[at] ?? '';
    if (quote === '' && restored.startsWith('&&', at)) {
      parts.push(part.trim());
      part = '';
      at += 1;
      continue;
    }
    if (quote === '' && /["']/.test(char)) quote = char;
    else if (char === quote) quote = '';
    part += quote === '' && /[;|&<>`()\n]/.test(char) ? '\u0002' : char;
  }
  return [...parts, quote === '' ? part.trim() : '\u0002'];
}

function isKnownPart(part: string): boolean {
  if (part.includes('\u0002') || part.includes('`') || /\$\$[({]/.test(part)) return false;
  const program = PROGRAMS.find((one) => one.test(part));
  if (program === undefined) return false;
  const rest = part.replace(program, '');
  if (part.startsWith('${REINPLACE_CMD}') || /^(?:sed|\$\{SED\})/.test(part)) return isKnownSed(rest);
  if (/^(?:\$\{ECHO|echo)/.test(part)) return true;
  return !ABSOLUTE.test(rest) && !/(?:^|[\s/])\.\.(?:\/|\s|$)/.test(rest) && !rest.includes('$');
}

/** Edits only, of files below a path of the port: no `e`, `w` or `r` in a script, no deletion of everything. */
function isKnownSed(rest: string): boolean {
  const scripts = rest.match(/'[^']*'|"[^"]*"/g) ?? [];
  const files = rest.replace(/'[^']*'|"[^"]*"/g, ' ');
  if (scripts.length === 0 || scripts.some((one) => SED_RUNS.test(one.slice(1, -1)))) return false;
  if (/(?:^|\s)-(?!e\b|E\b|i\b|n\b|r\b)/.test(files)) return false;
  return !ABSOLUTE.test(files);
}
