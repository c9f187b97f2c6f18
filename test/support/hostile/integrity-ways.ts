/** A way in which make code of an attempt may try to make a later proof pass, fail or hang. */
export interface Way {
  readonly name: string;
  /** sh script that make runs in the dev-env; exit code 0 if it did what it tried. */
  readonly script: string;
  /** Whether the Linux dev-env lets make code do it, so that only the clean-up and the proof are left as controls. */
  readonly lands: boolean;
}

/** Ways that may be taken together in one attempt, and the tool by which the make code runs. */
export interface WayGroup {
  readonly group: string;
  readonly tool: 'extract' | 'dsynth_build';
  readonly ways: readonly Way[];
}

const OVERLAY = '/work/DeltaPorts';
const OWN = `${OVERLAY}/ports/net/bad`;
const NEXT = `${OVERLAY}/ports/net/foo`;
const FIXED = 'echo "int main(void) { return 0; }"';

const lands = (name: string, script: string): Way => ({name, script, lands: true});
const fails = (name: string, script: string): Way => ({name, script, lands: false});
const replace = (path: string, by: string): string => `rm -rf ${path} && ${by} ${path}`;

/** Links in the place of what the clean-up deletes, empties or writes. */
const LINKS: WayGroup = {
  group: 'links',
  tool: 'extract',
  ways: [
    lands('the category below /work/obj is a link to the overlay', replace('/work/obj/net', `ln -s ${OVERLAY}/ports/net`)),
    lands('genpatch-out is a link to the overlay', replace('/work/genpatch-out', `ln -s ${OVERLAY}/ports`)),
    lands(
      'the category below /construction is a link to the overlay',
      replace('/construction/net', `ln -s ${OVERLAY}/ports/net`),
    ),
    lands('the logs are a link to the overlay', replace('/work/dsynth/logs', `ln -s ${OWN}`)),
    lands(
      'the packages are a link to planted ones',
      `mkdir -p /work/pkgs/All && ${replace('/work/dsynth/packages', 'ln -s /work/pkgs')}`,
    ),
    lands('the options are a link to /etc', replace('/work/dsynth/options', 'ln -s /etc')),
    lands('the build base is a link to .git', replace('/work/dsynth/build', `ln -s ${OVERLAY}/.git`)),
    lands('the flag of the hooks is a link to a file of the overlay', `ln -s ${NEXT}/STATUS /work/.dports-agent-hooks-disabled`),
    lands('the mark of an edit is a link to a file of the overlay', `ln -s ${OWN}/STATUS /work/.portwright-edit`),
    lands(
      'temporary directories are links to the overlay',
      `ln -s ${OVERLAY}/ports /work/.portwright-tmp.x && ln -s ${OVERLAY} /work/.portwright-git.x`,
    ),
    lands(
      'the touched origins are a link to a file of the overlay',
      replace('/work/.dports-dev-touched-origins', `ln -s ${NEXT}/STATUS`),
    ),
    lands('a link at /work to the overlay', `ln -s ${OVERLAY} /work/overlay`),
    fails('a hard link to a file of the overlay', `ln ${OWN}/STATUS /work/hard`),
    fails('the overlay is renamed', `mv ${OVERLAY} /work/away`),
    fails(
      'a file of the overlay is written through a link',
      `ln -s ${OWN}/Makefile.DragonFly /work/through && echo x >/work/through`,
    ),
  ],
};

/** Pipes, sockets, files and directories where others are opened or listed. */
const PIPES: WayGroup = {
  group: 'pipes',
  tool: 'extract',
  ways: [
    lands('the list of successes is a pipe', replace('/work/dsynth/logs/01_success_list.log', 'mkfifo')),
    lands('the list of failures is a directory', replace('/work/dsynth/logs/02_failure_list.log', 'mkdir')),
    lands(
      'the last results are a socket',
      `rm -f /work/dsynth/logs/00_last_results.log; perl -MSocket -e 'socket(S, PF_UNIX, SOCK_STREAM, 0); bind(S, sockaddr_un("/work/dsynth/logs/00_last_results.log")) or exit 1'`,
    ),
    lands('the log of the port is a pipe', replace('/work/dsynth/logs/net___bad.log', 'mkfifo')),
    lands('the log of the next port is a pipe', replace('/work/dsynth/logs/net___foo.log', 'mkfifo')),
    lands('the lock of dsynth is a pipe', replace('/work/dsynth/build/.lock', 'mkfifo')),
    lands('the packages are a pipe', replace('/work/dsynth/packages', 'mkfifo')),
    lands('the options are a file', `rm -rf /work/dsynth/options && echo x >/work/dsynth/options`),
    lands('/work/genpatch-out is a pipe', replace('/work/genpatch-out', 'mkfifo')),
    lands('the touched origins are a pipe', replace('/work/.dports-dev-touched-origins', 'mkfifo')),
    lands('the flag of the hooks is a directory', 'mkdir -p /work/.dports-agent-hooks-disabled/x'),
    lands('the mark of an edit is a pipe', 'mkfifo /work/.portwright-edit'),
    lands('the category below /construction is a pipe', replace('/construction/net', 'mkfifo')),
    lands('the work tree of the next port is a pipe', 'mkdir -p /work/obj/net && mkfifo /work/obj/net/foo'),
    fails('a pipe in the overlay', `mkfifo ${OWN}/dragonfly/patch-pipe`),
    fails('a pipe in the composed port', 'mkfifo "$PWD/pipe"'),
    fails('a device', 'mknod /work/obj/null c 1 3'),
  ],
};

/** What a build would take for its own result, input or program. */
const RESULTS: WayGroup = {
  group: 'results',
  tool: 'dsynth_build',
  ways: [
    lands('a package of the port', 'mkdir -p /work/p && tar -C /work/p -cJf /work/dsynth/packages/All/bad-1.0.txz .'),
    lands('a line in the list of successes', "echo '[000] SUCCESS net/bad' >>/work/dsynth/logs/01_success_list.log"),
    lands('a log that has no error', "rm -f /work/dsynth/logs/net___bad.log; echo 'SUCCEEDED' >/work/dsynth/logs/net___bad.log"),
    lands(
      'a repaired source in the build directory',
      `mkdir -p /construction/net/bad/bad-1.0 && ${FIXED} >/construction/net/bad/bad-1.0/main.c`,
    ),
    lands(
      'a package in the build directory',
      'mkdir -p /construction/net/bad/pkg && echo x >/construction/net/bad/pkg/bad-1.0.txz',
    ),
    lands(
      'a compiler in /usr/local/bin',
      "mkdir -p /usr/local/bin && printf '#!/bin/sh\\nexit 0\\n' >/usr/local/bin/cc && chmod 755 /usr/local/bin/cc",
    ),
    lands(
      'a header in /usr/local/include',
      "mkdir -p /usr/local/include && echo '#define NOT_ON_DRAGONFLY 0' >/usr/local/include/stdc-predef.h",
    ),
    lands('options of the port', 'mkdir -p /work/dsynth/options/net_bad && echo .error >/work/dsynth/options/net_bad/options'),
    lands('a compiler cache', 'mkdir -p /root/.ccache /work/dsynth/ccache && echo x >/work/dsynth/ccache/x'),
    lands(
      'files that shells and git read at their start',
      'for f in .profile .shrc .bashrc .gitconfig .env; do echo exit 1 >/root/$f; echo exit 1 >/work/$f; done',
    ),
    lands(
      'a repository around the overlay',
      'GIT_CONFIG_GLOBAL=/dev/null git init -q /work && echo "* -text" >/work/.gitattributes',
    ),
    lands('what is executed by dsynth in /tmp', 'mkdir -p /tmp/dsynth.x && echo success >/tmp/dsynth.x/net___bad.result'),
    lands('a database of packages', 'mkdir -p /var/db/pkg && echo x >/var/db/pkg/local.sqlite'),
    lands(
      'a process that waits for the proof',
      `(setsid sh -c 'while sleep 0.2; do ${FIXED} >/construction/net/bad/bad-1.0/main.c; echo x >>${OWN}/Makefile.DragonFly; done' >/dev/null 2>&1 &)`,
    ),
    fails(
      'the settings of dsynth',
      "sed 's,^Directory_portsdir=.*,Directory_portsdir= /work/obj,' /etc/dsynth/dsynth.ini >/tmp/ini && cat /tmp/ini >/etc/dsynth/dsynth.ini",
    ),
    fails('a make.conf of dsynth', "echo 'CC=true' >>/etc/dsynth/*-make.conf"),
    fails('a hook of dsynth', "printf '#!/bin/sh\\n' >/etc/dsynth/hook_pkg_success"),
    fails('the compiler', "printf '#!/bin/sh\\n' >/usr/bin/cc"),
    fails('the composer', "printf '#!/bin/sh\\n' >/root/.dports-dev/bin/reapply"),
    fails('a library that is loaded first', 'echo /work/obj/x.so >/etc/ld.so.preload'),
    fails('the ports tree', `${FIXED} >/work/freebsd-ports/net/bad/main.c`),
    fails('the composed port', `${FIXED} >/work/artifacts/compose/*/net/bad/main.c`),
    fails('the last good port', 'mkdir -p /work/DPorts/net/bad && echo x >/work/DPorts/net/bad/Makefile'),
    fails('a distfile', 'echo x >/usr/distfiles/bad-1.0.tar.gz'),
    fails('the overlay', `echo x >${OWN}/dragonfly/patch-main.c`),
    fails('the overlay of the next port', `echo x >${NEXT}/STATUS`),
  ],
};

/** What is in the way of the clean-up, and of the next port. */
const OBSTACLES: WayGroup = {
  group: 'obstacles',
  tool: 'extract',
  ways: [
    lands('dsynth’s directory is a file', 'rm -rf /work/dsynth && echo x >/work/dsynth'),
    lands('no work trees and no genpatch-out', 'rm -rf /work/genpatch-out /work/obj/*'),
    lands('a directory without permissions', 'mkdir -p /work/obj/net/foo/closed/x && chmod 0 /work/obj/net/foo/closed'),
    lands('a very deep directory', `cd /work/obj && perl -e 'for (1 .. 300) { mkdir "a" x 20; chdir "a" x 20 or exit 1 }'`),
    lands(
      'names with line breaks, blanks and dashes',
      `cd /work && mkdir -p -- 'a
b' '-rf' ' ' '*' && cd obj && mkdir -p -- 'c
d' '-rf' && : >'../...'`,
    ),
    lands('names of no encoding', `mkdir -p /work/obj/net "/work/$(printf '\\377\\n')x"`),
    lands('a large file', 'head -c 50000000 /dev/zero >/work/large'),
    lands(
      'many files',
      'mkdir -p /work/obj/many && cd /work/obj/many && for i in 1 2 3 4 5 6 7 8 9; do for j in 1 2 3 4 5 6 7 8 9; do : >$i$j; done; done',
    ),
    lands('a mark of another case in its former place', "echo 'port:@2026Q2:net/foo' >/work/.portwright-case"),
    lands('times in the future', 'touch -t 209901010000 /work/obj /construction'),
    lands(
      'the work trees of other ports',
      'mkdir -p /work/obj/net/foo /construction/net/foo/foo-1.0 && echo x >/work/obj/net/foo/Makefile',
    ),
    fails('the mark of the case is another’s', `echo 'port:@2026Q2:net/foo' >${OVERLAY}/.git/portwright-case`),
    fails('the mark of the case is gone', `rm ${OVERLAY}/.git/portwright-case`),
    fails('a lock of the index', `: >${OVERLAY}/.git/index.lock`),
    fails('a hook of git', `echo x >${OVERLAY}/.git/hooks/post-checkout`),
    fails('a monitor of git', `git -C ${OVERLAY} config core.fsmonitor 'echo x >/work/ran'`),
    fails('a commit', `cd ${OVERLAY} && git -c user.name=a -c user.email=a@b commit -q --allow-empty -m x`),
    fails('a replaced object', `cd ${OVERLAY} && git replace HEAD "$(git commit-tree -m x 'HEAD^{tree}')"`),
    fails('a file that git is to take as unchanged', `git -C ${OVERLAY} update-index --assume-unchanged ports/net/bad/STATUS`),
    fails('an attribute of git', `echo '* text' >${OVERLAY}/.git/info/attributes`),
    fails('an immutable file', ': >/work/obj/firm && chattr +i /work/obj/firm'),
    fails('a mount', 'unshare -r -m mount -t tmpfs tmpfs /work/DeltaPorts'),
    fails('a job of cron', "mkdir -p /etc/cron.d && echo '* * * * * root x' >/etc/cron.d/x"),
  ],
};

export const WAY_GROUPS: readonly WayGroup[] = [LINKS, PIPES, RESULTS, OBSTACLES];
