import {readMakeLine} from '../../dops/makefile/make-line.ts';
import {type Command, readRecipe} from './shell.ts';

/** Commands of ordinary recipes: they edit, copy and install files, and print. */
const KNOWN = new Set(
  (
    '%REINPLACE_CMD% %SED% sed %CP% cp %MV% mv %LN% ln %RLN% %RM% rm %RMDIR% rmdir %MKDIR% mkdir %TOUCH% touch %CHMOD% chmod %INSTALL% install ' +
    '%STRIP_CMD% %ECHO% %ECHO_CMD% %ECHO_MSG% echo %PRINTF% printf %CAT% cat %GREP% grep %EGREP% %FIND% find %XARGS% xargs %AWK% awk %SORT% sort ' +
    '%TEST% test [ cd %CD% pwd %TRUE% true : %DO_NADA% %PATCH% patch %TAR% tar %TR% tr %HEAD% %TAIL% %CUT% %BASENAME% %DIRNAME% %CMP% cmp %DIFF% diff ' +
    '%AUTORECONF% autoreconf %FALSE% false exit %GZIP_CMD% %DOS2UNIX% %PAX% %EXPR% %WC% %UNIQ% %COMM% %PASTE% %LS% ls %READLINK% %REALPATH% %SETENV% env'
  ).split(' '),
);
const KNOWN_FORMS =
  /^%(?:INSTALL_(?:DATA|PROGRAM|SCRIPT|LIB|MAN|KLD)|COPYTREE_(?:SHARE|BIN)|MAKE|MAKE_CMD|GMAKE|NINJA|DO_MAKE_BUILD|MSGFMT_CMD)%$/;
const RUNS_ANOTHER = new Set(['xargs', '%XARGS%', '%SETENV%', 'env']);

/** Returns the commands of a line that are not among the forms of ordinary recipes. */
export function unusualCommands(line: string): string[] {
  const {kind, value} = readMakeLine(line);
  if (kind !== 'recipe') return [];
  if (/`|\$\$\(|\beval\b|<<|\$\$\{?[A-Za-z_]\w*\}?\s*$|^\$\$/.test(withoutSingleQuotes(value))) return [value];
  return readRecipe(value)
    .commands.filter(isUnusual)
    .map(({words}) => words.join(' '));
}

function withoutSingleQuotes(value: string): string {
  return value
    .replace(/'[^']*'/g, '')
    .replace(/\$\$\{?[A-Za-z_]\w*\}?(?=\s*(?:$|;))/g, (name, at: number) => (at === 0 ? name : '_'));
}

function isUnusual({name, words}: Command): boolean {
  if (/^%PERL5?%$|^perl$/.test(name)) return !/^-\w*[pi]\w*$/.test(words[1] ?? '');
  if (name === '' || (KNOWN_FORMS.test(name) && !isLocalPath(words[0]))) return false;
  if (!KNOWN.has(name) || isLocalPath(words[0])) return true;
  if (!RUNS_ANOTHER.has(name)) return false;
  const rest = words.slice(1).filter((word) => !/^-|^\w+=|^\d+$|^%\w+_ENV%$/.test(word));
  return rest.length > 0 && isUnusual({name: rest[0]?.split('/').at(-1) ?? '', words: rest, redirects: []});
}

/** A program of the source, and not of the system. */
function isLocalPath(word = ''): boolean {
  return /^(?:\.{0,2}\/(?!bin\/|usr\/bin\/)|%\w+%\/)/.test(word);
}

/** Directories in which a recipe may write. `DPMSG` is the message of a package. */
const WRITABLE = /^["']?(?:%(?:\w*WRKSRC\w*|\w*WRKDIR|STAGEDIR|DPMSG|DFLY_PLIST|GO_GOPATH|TMPDIR)%(?:$|["'/._*%?])|(?![/%~]))/;
const WRITES_LAST = /^(?:%(?:CP|MV|LN|RLN|INSTALL|INSTALL_\w+|COPYTREE_\w+)%|cp|mv|ln|install)$/;
const WRITES_ALL = /^(?:%(?:RM|RMDIR|MKDIR|TOUCH|CHMOD|REINPLACE_CMD|TRUNCATE)%|rm|rmdir|mkdir|touch|chmod|tee|truncate|dd)$/;

/** Places in the stage by which a package changes the system of those who install it. */
const OF_SYSTEM =
  /^["']?%STAGEDIR%["']?(?:%PREFIX%["']?|\/usr\/local)?\/(?:etc\/(?:rc\.d|cron\.d|periodic|profile|profile\.d|pam\.d|sudoers|ld-\w+|libmap)|root|var\/cron|boot)(?:\/|\.|$)|^["']?%STAGEDIR%\/etc\//;

/** Returns the files that a line installs where the system of a user of the package runs or reads them. */
export function installsIntoSystem(line: string): string[] {
  const {kind, value} = readMakeLine(line);
  if (kind !== 'recipe') return [];
  return readRecipe(value).commands.flatMap(({words, redirects}) =>
    [...words.slice(1), ...redirects].filter((word) => OF_SYSTEM.test(word)),
  );
}

/** Returns the files that a line writes outside of the work and stage directories. */
export function writesOutside(line: string): string[] {
  const {kind, value} = readMakeLine(line);
  if (kind !== 'recipe') return [];
  return readRecipe(value).commands.flatMap(({name, words, redirects}) => {
    const files = words.slice(1).filter((word) => !word.startsWith('-') && word !== '_');
    return [...writtenBy(name, words, files), ...redirects].filter((file) => isOutside(file));
  });
}

function writtenBy(name: string, words: readonly string[], files: readonly string[]): string[] {
  if (WRITES_LAST.test(name)) return files.slice(1).slice(-1);
  if (!WRITES_ALL.test(name)) return [];
  // The first operand of sed is its script, unless there is an -e.
  const isScript = /REINPLACE_CMD|sed/.test(name) && !words.some((word) => /^-\w*e/.test(word));
  return files.slice(isScript ? 1 : 0).filter((one) => /[/%]/.test(one));
}

function isOutside(file: string): boolean {
  if (file === '/dev/null' || file === '/dev/stderr' || /^%\w*MODE%$|^\$\$\{?\w+/.test(file)) return false;
  return (
    !WRITABLE.test(file) || /(?:^|\/)\.\.\/(?:.*\/)?\.\.\/(?:.*\/)?\.\.(?:\/|$)|^\.\.(?:\/|$)/.test(file.replace(/^%\w+%\//, ''))
  );
}

const COMPILED =
  /\.(?:c|cc|cpp|cxx|c\+\+|m|mm|h|hh|hpp|hxx|s|S|asm|rs|go|java|py|pl|rb|f|f90|l|y|d|js|ts|lua|sh)["']?$|(?:^|\/)(?:(?:GNU)?[Mm]akefile|configure|CMakeLists\.txt|meson\.build)$/;
const EMPTIES = /^(?:\/dev\/null|(?:\/usr)?\/s?bin\/\S+|%TRUE%)$/;
/** Products of a build, which a stub makes by `touch`. */
const PRODUCT = /\.(?:o|so|a|la|tests?-passed)(?:\.\d+)*["']?$|^["']?%STAGEDIR%/;

/** Returns the sources or programs that a line writes over. */
export function stubs(line: string): string[] {
  const {kind, value} = readMakeLine(line);
  if (kind !== 'recipe') return [];
  return readRecipe(value).commands.flatMap(({name, words, redirects}) => {
    const over = /^(?:%CP%|cp|%LN%|ln|%INSTALL\w*%|install)$/.test(name) && words.slice(1).some((word) => EMPTIES.test(word));
    // A header that is added at the end of a source is no stub.
    const prints =
      !/["']#include <[\w./]+>["']\s*>>/.test(value) &&
      /^(?:%(?:ECHO\w*|PRINTF|CAT|TRUE)%|echo|printf|cat|true|:|tee|)$/.test(name);
    const compiled = [...redirects, ...(name === 'tee' ? words.slice(1) : [])].filter(
      (file) => COMPILED.test(file) || /STAGEDIR/.test(file),
    );
    const touched = /^(?:%TOUCH%|touch)$/.test(name) ? words.slice(1).filter((word) => PRODUCT.test(word)) : [];
    return [...touched, ...(over ? [words.join(' ')] : []), ...(prints ? compiled : [])];
  });
}

const HOST_FILES =
  /(?:^|[\s"'=<:@])((?:\/(?:root|home|var|work|tmp|proc|sys|mnt|boot|construction|build|ccache|options|distfiles|packages|xports|usr\/(?:local|ports|home|dports|src|obj)|etc|dev(?!\/(?:null|stdout|stderr|fd\b)))(?![\w.-])|~(?=\/|\w))[^\s;|&"']*)/g;

/** Returns the files of the host that a line of a recipe names, sed scripts left out. */
export function hostFiles(line: string): string[] {
  const {kind, value} = readMakeLine(line);
  if (kind !== 'recipe') return [];
  const {plain} = readRecipe(value);
  const named = [...plain.matchAll(HOST_FILES)].map(([, path = '']) => path);
  const variables =
    plain.match(
      /%(?:\.CURDIR|PORTSDIR|DISTDIR|PACKAGES|MASTERDIR|HOME|USER|LOGNAME|HOST\w*)%\S*|\$\$\{?(?:HOME|USER|LOGNAME|HOSTNAME|SSH_\w+)\b/g,
    ) ?? [];
  const dumps = /(?:^|[;&|]\s*)(?:env|set|printenv|export)\s*(?:$|[>|;&])/.exec(plain) === null ? [] : [plain];
  return [...named, ...variables.filter((one) => /\.\.|^[^/]*$/.test(one) || !/^%(?:\.CURDIR|MASTERDIR)%\//.test(one)), ...dumps];
}
