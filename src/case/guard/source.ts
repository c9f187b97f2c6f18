import type {Rule} from './finding.ts';
import {type Form, rulesOfForms} from './forms.ts';
import type {PatchLine} from './nested-patch.ts';
import {lossesIn} from './source-losses.ts';
import type {TouchedFile} from './touched.ts';

const CALLS =
  /(?<![\w.:>])(?:system|popen|exec[lv][pe]{0,2}|posix_spawnp?|v?fork|rfork|socket|connect|bind|listen|sendto|gethostbyname|getaddrinfo|dlopen|dlsym|mprotect|setuid|seteuid|setgid|setresuid|ptrace|chroot|kldload|unlink)\s*\(|\b(?:subprocess|os\.(?:system|popen|exec\w*)|Runtime\.getRuntime|ProcessBuilder|child_process|Process::Command|Command::new|exec\.Command|__import__|eval)\b|__attribute__\s*\(\(\s*\(?(?:constructor|destructor)|#\s*pragma\s+init\b|\.init_array|\b(?:SSL_)?VERIFY_NONE\b|\bverify\s*=\s*False|SSL_VERIFY\w+,\s*0|rejectUnauthorized|\bchmod\s*\([^)]*\b0?[2-7]\d{3}\b|\bfile\s*\(\s*DOWNLOAD|\bexecute_process\b|\bExternalProject_Add|\bFetchContent|\brun_command\b|\b__asm__?\b|\basm\s*(?:volatile\s*)?\(/g;
const SHELL_WORDS =
  /(?<!#!\s?|\w)\/bin\/(?:c|k|ba)?sh\b|\b(?:curl|wget|fetch|nc|telnet)\s+-|\/etc\/(?:master\.)?passwd|\/etc\/(?:s?pwd\.db|shadow|crontab|rc\.)|\.ssh\/|authorized_keys|LD_PRELOAD|\/dev\/(?:tcp|k?mem)/g;

/** Calls of other languages that start programs or load code. */
const OTHER_CALLS =
  /\b(?:passthru|shell_exec|proc_open|fexecve|posix_spawn\w*)\s*\(|\bio\.popen\b|\bKernel\.(?:spawn|system|exec)\b|%x[({[]|\bpickle\.loads?\b|\bimportlib\.import_module\b|(?<![\w.])(?:exec|compile)\s*\((?!\s*\))|\bos\.spawn\w*|\blibc::(?:system|exec\w*)|\bnew Function\s*\(|"(?:pre|post)install"\s*:|\bgo:(?:generate|linkname)\b|\badd_custom_command\s*\(|\$\(shell\s|^\+?\s*`[^`]+`\s*;?\s*$|=\s*system\s*;|#\s*define\s+\w+\s+system\b/g;
/** What accepts any certificate, or leaves memory, random numbers or files of others unprotected. */
const UNSAFE =
  /_create_unverified_context|\bInsecureSkipVerify\s*:\s*true|danger_accept_invalid|NODE_TLS_REJECT_UNAUTHORIZED|set_security_level\s*\(\s*\w+\s*,\s*0|\bX509_V_OK\s*;|\bumask\s*\(\s*0+\s*\)|\bf?chmod\s*\([^)]*(?:0?777|0?666|S_IS[UG]ID)|\bO_CREAT\b[^;]*\b0(?:666|777)\b|\bset(?:re|res)[ug]id\s*\(|\bsignal\s*\(\s*SIG(?:SEGV|ABRT|BUS|ILL)\s*,\s*SIG_IGN|\bmktemp\s*\(|(?<![\w.>])(?:gets|s?rand)\s*\(|\bmemcmp\s*\([^;]*,\s*0\s*\)/g;
/** Attributes and pragmas by which code runs at other times, is replaced, or is not checked. */
const ATTRIBUTES =
  /__attribute__\s*\(\(\s*_{0,2}(?:constructor|destructor|weak|alias|ifunc)|\[\[gnu::(?:constructor|destructor|weak|alias|ifunc)|#\s*pragma\s+(?:weak|GCC\s+(?:system_header|optimize)|warning)|\b_Pragma\s*\(|\b__asm\s*\(|#!\[allow\((?:warnings|unused)|@SuppressWarnings\("all"\)|\bno warnings\b|(?:add_compile_options|add_project_arguments|set\s*\(\s*CMAKE_C\w*_FLAGS)[^)]*["'\s(]-w["'\s)]|#\s*define\s+(?:NDEBUG|assert\s*\(|private\s+public)|install_mode.*s|\bSETUID\b/g;

/** Returns the hosts that a line names, unless it is a comment. */
function addresses(line: string): string[] {
  return /^\s*(?:\/[/*]|\*|#(?!\s*define))/.test(line) ? [] : (line.match(/\b(?:https?|ftp):\/\/[\w.-]+/g) ?? []);
}

/** Calls that start programs, open connections, load code or raise rights. Those that the patch takes away too do not count. */
const SOURCE_FORMS: readonly Form[] = [
  {
    name: 'suspicious-code',
    severity: 'ask',
    protects: 'programs from added commands, connections and rights',
    reason: 'This adds a call that starts a program, opens a connection, loads code or changes rights',
    forms: {
      source: (line) =>
        [
          ...[CALLS, SHELL_WORDS, OTHER_CALLS, UNSAFE, ATTRIBUTES].flatMap((form) => line.match(form) ?? []),
          ...addresses(line),
        ].map((one) => one.replace(/\s+/g, '')),
    },
    ignoreRemoved: true,
  },
  {
    name: 'source-disabled',
    severity: 'ask',
    protects: 'code: repaired, not disabled',
    reason: 'This disables code',
    forms: {
      source:
        /^\s*#\s*if\s+(?:0|false|\(0\))(?=\s|$|\/)|\b(?:if|while)\s*\(\s*(?:0|false|FALSE)\s*(?:&&|\))|\bif\s*\(\s*(?:1|true|TRUE)\s*(?:\|\||\))|^\s*\/\*\s*$|\bif\s+(?:False|false)\b|^\s*#\s*ifdef\s+(?:notdef|never|NEVER|undef)\b|^\s*#\s*(?:el)?if\s+(?:0\s*&&|!\s*1\b)|\bgoto\s+\w*(?:skip|end|done)\w*\s*;|\b(?:if|while)\s*\(.*(?:&&|\*|\),)\s*(?:0|false|FALSE)\s*\)\s*(?:\{|;|$)|\b(?:if|while)\b.*(?:&&|\band)\s*(?:False|false|0)\s*(?:\)|:|$)|\b1\s*==\s*2\b|\(\s*!\s*1\s*\)|^\s*#\s*(?:el)?if\s+(?:0x0|.*&&\s*0\b|defined\s*\(?\s*(?:NEVER|NOTDEF|notdef|UNDEF))|^\s*#\[cfg\((?:any\(\)|target_os = "none")\)\]|^\s*\/\/\s*(?:go:build|\+build)\s+ignore|^\s*(?:todo|unimplemented)!\(|@(?:unittest\.skip|pytest\.mark\.(?:skip|xfail)|Disabled|Ignore)\b|\bt\.Skip\w*\(|#\[ignore\b|\breturn 77;|^\s*(?:subdir_done|return)\(\)\s*$|\bEXCLUDE_FROM_ALL\b|\bexcept\b[^:]*:\s*pass\b|\bcatch\s*\([^)]*\)\s*\{\s*\}|^\s*\/\/.*(?:\\|\?\?\/)\s*$|\bfor\s*\(\s*;\s*;\s*\)\s*;|\bfor\s*\([^;]*;\s*\w+\s*<\s*0\s*;/,
    },
    ignoreRemoved: true,
  },
];

/** A function whose body is only a constant, or nothing, on one line. */
const EMPTY_FUNCTION =
  /^[\w\s*]+\([^;{}]*\)\s*\{\s*(?:return\s*\(?[\w\s"*)(-]*\)?\s*;|abort\(\);|;)?\s*\}|^\s*#\s*define\s+(?:\w+\([^)]*\))\s*(?:\(?\s*(?:0|1|-1|NULL|true|false|\(void\)\s*0)\s*\)?|do\s*\{\s*\}\s*while\s*\(0\))?\s*$/;
const CONSTANT_RETURN =
  /^\s*(?:return|exit|_exit|raise\s+SystemExit|sys\.exit|os\._exit)\b\s*\(?\s*(?:[\w-]{0,20}|""|'')\s*\)?\s*;?\s*(?:\/[*/].*)?$/;

/** Returns the added line by which a function ends before its code, or that makes it empty. */
function returnsEarly(hunk: readonly PatchLine[]): string | undefined {
  const lines = hunk.filter(({mark}) => mark !== '-');
  const gone = hunk.filter(({mark, text}) => mark === '-' && text.trim() !== '').length;
  const at = lines.findIndex((line, index) => {
    if (line.mark !== '+' || !line.changed) return false;
    const next = lines
      .slice(index + 1)
      .find(({text}) => text.trim() !== '')
      ?.text.trim();
    const previous =
      lines
        .slice(0, index)
        .findLast(({text}) => text.trim() !== '')
        ?.text.trim() ?? '';
    const opensFunction =
      /^\{?$|\)\s*\{$|:$/.test(previous) && !/\b(?:if|for|while|switch|else|case|do|elif|except|with|default)\b/.test(previous);
    const isLast = next === undefined || /^(?:\}|#|case\b|default\b|else\b|elif\b)/.test(next);
    if (CONSTANT_RETURN.test(line.text))
      return (opensFunction && previous !== '' && !isLast) || (gone >= 3 && opensFunction && previous !== '');
    return EMPTY_FUNCTION.test(line.text) && (gone >= 2 || /\bmain\s*\(/.test(line.text));
  });
  return lines[at]?.text;
}

/** Returns the added comment that has the code of a removed line. */
function commentedOut(hunk: readonly PatchLine[]): string | undefined {
  const gone = hunk.filter(({mark, text}) => mark === '-' && text.trim().length > 5).map(({text}) => text.trim());
  return hunk.find(
    ({mark, text, changed}) =>
      changed &&
      mark === '+' &&
      /^\s*(?:\/[/*]|#\s)/.test(text) &&
      gone.some((code) => !code.startsWith('/') && text.includes(code)),
  )?.text;
}

/** Returns the file of the source of which a patch removes much and adds almost nothing. */
function gutted({patched}: TouchedFile): string | undefined {
  const found = patched.find(({hunks}) => {
    const lines = hunks.flat().filter(({text}) => /\w/.test(text));
    const fresh = lines.some(({changed}) => changed);
    const gone = lines.filter(({mark}) => mark === '-').length;
    const added = lines.filter(({mark}) => mark === '+').length;
    return fresh && gone >= 30 && added * 6 <= gone;
  });
  return found && (found.target ?? 'a file');
}

/** Rules on what a patch does to the source. A policy may change their severities. */
export const SOURCE: readonly Rule[] = [
  ...rulesOfForms(SOURCE_FORMS),
  {
    name: 'source-stubbed',
    severity: 'ask',
    protects: 'functions from early returns and empty bodies',
    check({patched}) {
      const line = patched.flatMap(({hunks}) => hunks.flatMap((hunk) => returnsEarly(hunk) ?? commentedOut(hunk) ?? []))[0];
      return line && `This makes a function return before its code, or empties it: ${line.trim().slice(0, 200)}`;
    },
  },
  {
    name: 'source-weakened',
    severity: 'ask',
    protects: 'checks, errors, tests and products of the source',
    check({patched}) {
      const [loss] = patched.flatMap(({hunks}) => hunks.flatMap(lossesIn));
      return loss && `The patch takes this away: ${loss.slice(0, 200)}`;
    },
  },
  {
    name: 'source-removed',
    severity: 'ask',
    protects: 'code from removal by a patch',
    check(file) {
      const target = file.added.source.length > 0 || file.patched.length > 0 ? gutted(file) : undefined;
      return target && `The patch removes 30 or more lines of ${target} and adds almost none.`;
    },
  },
];
