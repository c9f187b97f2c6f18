import {readMakeLine} from '../../dops/makefile/make-line.ts';
import type {Form} from './forms.ts';
import {hostFiles, installsIntoSystem, stubs, unusualCommands, writesOutside} from './recipe-lines.ts';
import {readRecipe, withoutScripts} from './shell.ts';

const AT_COMMAND =
  '(?:^|[;&|({`!]|\\$\\$\\(|\\b(?:then|do|else|exec|env|time|nohup|xargs|if|while|sudo|-c)\\s)[\\s@+"\'-]{0,20}(?:[\\w.%{}$/-]{0,60}\\/)?';
const CLIENTS =
  'curl|wget|ftp|tnftp|lftp|aria2c|axel|nc|ncat|netcat|socat|telnet|ssh|scp|sftp|rsync|rcp|rsh|tftp|drill|dig|nslookup|lynx|w3m|links|phttpget|mail|sendmail';
const PROGRAM = '(?:[\\w.%{}$/-]{0,60}\\/|\\$\\{|\\b)';
const DOWNLOADERS = [
  `${PROGRAM}(?:git|GIT|GIT_CMD)\\}?\\s(?:[^;|&]*\\s)?(?:clone|fetch|pull|submodule|ls-remote|remote|archive)\\b`,
  `${PROGRAM}(?:hg|svn|svnlite|bzr|cvs|fossil|darcs|got)\\s(?:[^;|&]*\\s)?(?:clone|co|checkout|export|up|update|pull|branch|get)\\b`,
  '\\b(?:pip3?|pip\\d?\\.\\d+)\\s(?:[^;|&]*\\s)?(?:install|download)\\b|-m\\s+(?:pip|ensurepip|http)\\b|\\b(?:npm|yarn|pnpm|bun)\\s+(?:[^;|&]*\\s)?(?:i|ci|install|add|update)\\b',
  '\\bcargo\\s+(?:\\S+\\s+)?(?:install|fetch|add|update|vendor)\\b|\\bgo\\s+(?:get|install|mod\\s+\\w+)\\b|\\b(?:gem|bundle|opam|cabal|stack|luarocks|composer|cpanm?|mix|rebar3|conan|vcpkg|pkg)\\s+(?:-\\S+\\s+)*(?:install|update|fetch|add|deps\\.get)\\b',
  '\\$\\{_?FETCH\\w*\\}|\\bfetch\\s+(?:-\\S+\\s|\\S*:\\/\\/)|\\/dev\\/(?:tcp|udp)\\/',
  '\\b(?:curl|wget)\\b',
  '\\b(?:urllib|urlopen|requests\\.|http\\.client|socket\\.|LWP|HTTP::|IO::Socket|Net::|open-uri|TCPSocket|fsockopen|file_get_contents)',
];
const NETWORK = new RegExp(`${DOWNLOADERS.join('|')}|${AT_COMMAND}(?:${CLIENTS})(?=\\s|$)`);
const IN_SCRIPT = new RegExp(`${AT_COMMAND}(?:${CLIENTS})(?=\\s|$)|${DOWNLOADERS.slice(0, -1).join('|')}`);
const URL = /\b(?:https?|ftps?|git|ssh|rsync|svn):\/\/|\b[\w.-]+@[\w.-]+:/;

/** Returns a recipe line that reaches the network. A text that is only printed may name an address. */
function networkUses(line: string): string[] {
  if (!line.startsWith('\t')) return [];
  if (NETWORK.test(line)) return [line];
  const {plain, commands} = readRecipe(line);
  return URL.test(plain) && !commands.every(({name}) => /^(?:%ECHO\w*%|echo|printf|%PRINTF%|%REINPLACE_CMD%|%SED%)?$/.test(name))
    ? [line]
    : [];
}

const SUCCEEDS =
  '(?:\\$\\{(?:TRUE|ECHO\\w*|DO_NADA|PRINTF|RETURN)[^}]*\\}|[\\w/]*\\b(?:true|echo|printf|test)\\b|:|exit(?:\\s+0)?(?!\\s+[1-9]))';
/** Flags of make of which one is -i or -k. */
const GOES_ON = '-[BeknqrstSwi]*[ik][BeknqrstSwi]*\\d*';
const IGNORED = new RegExp(
  [
    '^\\t\\s*[@+]*-',
    `\\|\\|\\s*[({]?\\s*${SUCCEEDS}(?=\\s|[;)}&|]|$)`,
    '^\\t.*[;&|]\\s*(?:[\\w/]*\\btrue|:|exit\\s+0|\\$\\{TRUE\\}|\\$\\{DO_NADA\\})\\s*[;)}]*\\s*$',
    '\\bset\\s+\\+(?:e\\b|o\\s+errexit)',
    '^\\.(?:IGNORE|NOTMAIN)\\b',
    `^\\s*(?:\\w+_)?MAKE_?(?:ARGS|FLAGS|CMD)\\S*\\s*[?+:]?=(?:.*\\s|["']?)?(?:${GOES_ON}(?=\\s|$|["'])|--(?:keep-going|ignore-errors))`,
    `^\\t.*(?:\\$\\{\\w*MAKE(?:_CMD)?\\}|\\bg?make|\\bninja)\\s(?:[^;|&]*\\s)?(?:${GOES_ON}|--(?:keep-going|ignore-errors))(?=\\s|$)`,
    '^\\t.*(?:^|[\\s;&|({])!\\s+(?!\\[|test\\b|\\$\\{TEST\\}|\\$\\{GREP\\}|grep\\b|-)',
    '^\\t.*[^&>]&\\s*(?:[;)]|$)|\\btrap\\b|\\b(?:timeout|nohup)\\s|\\bwait\\b',
  ].join('|'),
);
const READS_ONLY =
  /^(?:%(?:ECHO\w*|CAT|GREP|EGREP|FIND|SED|AWK|SORT|LS|PRINTF|TAR|CD|SETENV)%|echo|cat|grep|find|sed|awk|sort|ls|printf|tar|cd|true)?$/;
const CONDITION = /\b(?:if|while|until)\s+(?!!?\s*(?:\[|test\b|\$\{TEST\}|\$\{GREP\}|grep\b|\$\{CMP\}|cmp\b|\$\{DIFF\}|diff\b))/;

/** Returns what makes a line succeed although a command of it fails. */
function errorsIgnored(line: string): string[] {
  const {kind, value} = readMakeLine(line);
  const bare = kind === 'recipe' ? withoutScripts(line) : line;
  const match = bare.match(new RegExp(IGNORED, 'g')) ?? [];
  if (match.length > 0 || kind !== 'recipe') return match;
  if (CONDITION.test(bare)) return [value];
  const piped = /(?<!\|)\|(?!\|)/.test(readRecipe(value).plain);
  return piped && !READS_ONLY.test(readRecipe(value.split(/(?<!\|)\|(?!\|)/)[0] ?? '').commands.at(-1)?.name ?? '')
    ? [value]
    : [];
}

const ENCODED =
  /\b(?:b64decode|b64encode|uudecode|base(?:32|64)|xxd|openssl\s+(?:base64|enc)|unhexlify|fromhex|MIME::Base64|decode_base64|atob)\b|(?:\\{1,4}x[0-9a-fA-F]{2}){4}|(?:\\{1,4}[0-3][0-7]{2}){4}|[A-Za-z0-9+/]{100}|\bpack\s*\(\s*["']H/;
const BLOB =
  /(?:\\x[0-9a-fA-F]{2}){6}|[A-Za-z0-9+/]{100}|(?:\b0x[0-9a-fA-F]{2},?\s*){24}|\b(?:0x)?[0-9a-fA-F]{60}|[A-Za-z0-9+/=]{160}/;
const SETUID =
  /-m\s*["']?0?[2-7]\d{3}\b|-m\s*["']?[ugoa]*[+=][rwxX]*s|\b(?:chmod|CHMOD\})\s+(?:-\S+\s+)*["']?(?:0?[2-7]\d{3}\b|(?:[ugoa]*[-+=][rwxXt]*,)*[ugoa]*[+=][rwxXt]*s)|^\s*\w*MODE\w*\s*[?+:]?=\s*0?[2-7]\d{3}\b|\bsetcap\b/;

/** Rules of a build file that make nothing, and tools that do nothing. */
const BUILD_STUB =
  /^\t\s*@?(?:touch|:\s*>|cp\s+\/\S+)\s*\$@|^(?:CC|CXX|LD|AR|RANLIB)\s*[:?]?=\s*(?:true|:|false|echo)\s*$|\bCMAKE_\w+_COMPILER\s+(?:true|false|echo)\b/;

/** Set-uid, set-gid, or writable for all, by number or by letters. */
const PLIST_MODE =
  /^(?:%%\w{1,60}%%|\s){0,20}@\w*(?:\([^)]*,|\s)\s*["']?(?:0?[2-7]\d{3}|[01]?[0-7]{2}[2367]|[ugoa]*[+=][rwxX]*s|[-rwx]{0,8}s[-rwxst]*)(?=[\s,"')]|$)/;

/** Forms of recipe lines. */
export const RECIPE_FORMS: readonly Form[] = [
  {
    name: 'network',
    severity: 'ask',
    protects: 'builds without downloads',
    reason: 'This downloads something during the build',
    forms: {make: networkUses, script: IN_SCRIPT, build: new RegExp(`^\\s.*(?:${IN_SCRIPT.source})`)},
  },
  {
    name: 'errors-ignored',
    severity: 'ask',
    protects: 'errors that stop the build',
    reason: 'This makes the build continue after an error',
    forms: {
      make: errorsIgnored,
      build:
        /^\t.*;\s*(?:true|:|exit 0)\s*$|^\t.*\|\|\s*echo\b|^\.IGNORE\b|^MAKEFLAGS\s*[+:]?=.*-\w*[ik]|\$[({]MAKE[)}][^;|&]*\s-[a-zA-Z]*[ik]\b|^\t\s*[@+]*-(?=[$\w])|^\s*exit\s+0\b|\|\|\s*(?:true\b|:(?=\s|$)|\$\(TRUE\))|\bset \+e\b/,
    },
    ignoreRemoved: true,
  },
  {
    name: 'encoded',
    severity: 'ask',
    protects: 'changes that a reviewer can read',
    reason: 'This decodes or contains encoded data',
    forms: {make: ENCODED, script: ENCODED, build: ENCODED, source: BLOB, other: BLOB, plist: BLOB},
    ignoreRemoved: true,
  },
  {
    name: 'privileges',
    severity: 'ask',
    protects: 'file modes: no set-uid or set-gid',
    reason: 'This gives a file set-uid or set-gid',
    forms: {
      make: SETUID,
      build: SETUID,
      script: SETUID,
      plist: PLIST_MODE,
    },
  },
  {
    name: 'outside-stage',
    severity: 'ask',
    protects: 'files outside of the work and stage directories',
    reason: 'This writes outside of the work and stage directories',
    forms: {make: (line) => [...writesOutside(line), ...installsIntoSystem(line)]},
  },
  {
    name: 'host-files',
    severity: 'ask',
    protects: 'files and variables of the build host',
    reason: 'This reads or writes what belongs to the build host',
    forms: {make: hostFiles},
  },
  {
    name: 'stub',
    severity: 'ask',
    protects: 'sources and programs from replacement by stubs',
    reason: 'This writes a source or an installed file as text, instead of patching it',
    forms: {make: stubs, build: BUILD_STUB},
  },
  {
    name: 'replaced-by-command',
    severity: 'note',
    protects: 'source changes that fail visibly when the source changes',
    reason: 'A replacement by command silently stops working when the source changes; a patch fails visibly',
    forms: {make: /\$\{REINPLACE_CMD\}|\bsed\s+-i|\$\{PERL\d?\}\s+-\w*i|\$\{SED\}\s+-i/},
  },
  {
    name: 'unusual-recipe',
    severity: 'ask',
    protects: 'recipes that edit, copy and install files',
    reason: 'This runs a command that ordinary recipes do not run',
    forms: {make: unusualCommands},
    isForLines: true,
  },
];
