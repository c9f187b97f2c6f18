/**
 * Small programs that a hostile port would run to get out of a dev-env. Each prints `refused: why` once it has tried, or
 * `reached: what`; most are a call of escape.c, which is compiled inside. The scripts find in sh variables
 *   ESCAPE the program, PLACE a directory of their own, VICTIM the pid of a process of the host's with the same uid,
 *   BAIT a text that the host's environment variables have, SECRET a file of the host's, SOCKET and ABSTRACT where the host listens,
 *   PORT of 127.0.0.1 where it listens, VSOCK likewise, KEY its System V key, NAME of its key, queue and shared memory,
 *   PROCESSES, MEMORY and FILE_SIZE: the limits of the dev-env.
 */
export interface Result {
  readonly stdout: string;
  readonly stderr: string;
  readonly rc: number | undefined;
}

export interface Escape {
  readonly name: string;
  readonly script: string;
  readonly escaped: (result: Result) => boolean;
  /**
   * Where root's run of the script outside of a dev-env does what it tries and harms nothing: on the `host`, with mounts and a
   * name of its own, or among processes of its own too (`pids`). Each line of it must print `reached`.
   */
  readonly worksOn?: 'host' | 'pids';
  /** The script never ends by itself: it is given this time. */
  readonly seconds?: number;
  /** Arguments of `dev-env exec` before the `--`: options and the environment; the disk of `full` is full. Default `env1`. */
  readonly exec?: readonly string[];
}

const reached = ({stdout}: Result) => /^reached:/m.test(stdout);

/** Returns escapes by escape.c that must be refused inside. */
const calls = (name: string, ...args: readonly string[]): Escape => ({
  name,
  script: args.map((arg) => `$ESCAPE ${arg}`).join('\n'),
  escaped: reached,
});

/** Returns such escapes that succeed outside. */
const real = (name: string, ...args: readonly string[]): Escape => ({...calls(name, ...args), worksOn: 'host'});

/** Returns escapes in a command with read-only trees (`--keep`). */
const readOnlyTrees = (name: string, ...args: readonly string[]): Escape => ({
  ...calls(name, ...args),
  exec: ['--keep', 'trees', 'env1'],
});

/** Returns an escape by a sh script that prints its verdict. */
const script = (name: string, text: string): Escape => ({name, script: text, escaped: reached});

const MOUNTS: readonly Escape[] = [
  real('mount a tmpfs', 'mount_tmpfs $PLACE'),
  real('mount the host root elsewhere', 'mount_bind $PLACE'),
  real('mount another proc', 'mount_proc $PLACE'),
  calls('mount an overlay', 'mount_overlay $PLACE'),
  real('make the root writable', 'remount /'),
  calls(
    'make read-only directories writable',
    'remount /usr',
    'remount /etc',
    'remount /root/.dports-dev/bin',
    'remount /proc/sys',
  ),
  calls('unmount what covers the host', 'uncover /usr', 'uncover /etc/dsynth', 'uncover /proc', 'uncover /proc/sys', 'uncover /'),
  real('share mounts with the host', 'propagate /'),
  real('mount with the newer calls', 'new_mount tmpfs', 'new_mount proc', 'clone_tree /'),
  real('chroot', 'root_change $PLACE'),
  real('pivot_root', 'root_swap $PLACE'),
];

const DEVICES: readonly Escape[] = [
  real('make a block device', 'node_block $PLACE/sda'),
  real('make a character device', 'node_char $PLACE/mem'),
  real('read the kernel messages', 'open_read /dev/kmsg', 'kernel_log'),
  calls(
    'open devices of the host',
    ...['sda', 'vda', 'nvme0n1', 'mem', 'port', 'kvm', 'fuse', 'loop-control', 'loop0', 'net/tun', 'vsock', 'tty0', 'ttyS0'].map(
      (device) => `open_read /dev/${device}`,
    ),
  ),
  calls('read the memory of the kernel', 'open_read /proc/kcore', 'open_read /dev/core'),
  calls('reach input and output ports', 'ports'),
];

const PROCESSES: readonly Escape[] = [
  real('trace a process of the host', 'trace $VICTIM'),
  calls('trace pid 1 and gain by it', 'trace_first self'),
  real('read the memory of a process of the host', 'memory_of $VICTIM'),
  real('hold a process of the host', 'handle_of $VICTIM'),
  real('signal processes of the host', 'signals $VICTIM'),
  {...calls("see the host's variables in another process", 'variables $BAIT'), worksOn: 'pids'},
  script(
    'see processes of the host',
    '[ -e /proc/$VICTIM ] && echo "reached: $VICTIM"; [ "$(ls -d /proc/[0-9]* | wc -l)" -lt 8 ] && echo "refused: our own" || echo reached: many',
  ),
  script(
    "see the host's variables in its own",
    'env | grep -e "$BAIT" -e SSH_AUTH_SOCK && echo "reached: a variable" || echo "refused: none"',
  ),
  calls('reach files of the host by /proc', 'around $SECRET'),
  calls('change how the kernel writes cores', 'open_write /proc/sys/kernel/core_pattern', 'open_write /proc/sys/kernel/modprobe'),
  calls('change settings of the kernel', 'open_write /proc/sys/kernel/hostname', 'open_write /proc/sys/vm/overcommit_memory'),
  calls('press the magic key', 'open_write /proc/sysrq-trigger'),
  calls('see /sys and the cgroups', 'open_read /sys', 'open_read /sys/kernel', 'open_write /sys/fs/cgroup/cgroup.procs'),
];

const PRIVILEGES: readonly Escape[] = [
  real('be another user', 'other_user'),
  calls('map all users', 'map_user'),
  script(
    'gain by a setuid file',
    'cp $ESCAPE $PLACE/suid && chmod 6755 $PLACE/suid; for try in "capable self" other_user privileges; do $PLACE/suid $try; done',
  ),
  real('gain by a setuid program of the system', 'privileges'),
  real('have more capabilities than five', 'capable self'),
  {...script('give a file capabilities', ': >$PLACE/plain; $ESCAPE file_capabilities $PLACE/plain'), worksOn: 'host'},
  real('make a user namespace', 'new_user'),
  real('make a user namespace with clone', 'new_user_clone'),
  real('make any other namespace', 'new_namespace'),
  script(
    'make a user namespace with unshare',
    'unshare -U true 2>&1 && echo "reached: a namespace" || echo "refused: unshare failed"',
  ),
  calls('open the namespaces around', 'parent_namespace'),
  real('join the namespaces of a process of the host', 'join $VICTIM'),
  calls('raise a limit', 'limits'),
  real('run before all others', 'priority', 'realtime'),
];

const NETWORK: readonly Escape[] = [
  real('connect to the host by TCP', 'loopback $PORT'),
  calls('connect to the host by IPv6', 'loopback6 $PORT'),
  calls('ask a name server', 'resolve'),
  script('look up a name', 'getent hosts example.org && echo "reached: DNS" || echo "refused: not found"'),
  real('connect to an abstract socket of the host', 'socket_abstract $ABSTRACT'),
  real('connect to a socket file of the host', 'socket_file $SOCKET'),
  calls('connect to docker and the system bus', 'socket_file /var/run/docker.sock', 'socket_file /run/dbus/system_bus_socket'),
  real('read packets', 'raw_packet'),
  real('send raw packets', 'raw_internet'),
  calls('configure the network', 'configure_network'),
  script(
    'see a network interface of the host',
    '[ "$(grep -c : /proc/net/dev)" = 1 ] && echo "refused: only lo" || echo "reached: an interface"',
  ),
];

const KERNEL: readonly Escape[] = [
  real('list programs of the kernel (bpf)', 'programs_in_kernel'),
  real('load a program into the kernel (bpf)', 'probe_program'),
  real('measure the whole machine (perf)', 'measure'),
  real('stop the kernel at a page fault (userfaultfd)', 'page_faults'),
  real('open a file of the host by io_uring', 'ring $SECRET'),
  real('open files by their handle', 'file_handle $PLACE', 'root_handle $PLACE'),
  calls('load a kernel module', 'load_module', 'unload_module'),
  calls('start another kernel', 'new_kernel'),
  real('restart the machine', 'restart'),
  real('name the machine', 'name_host dfly'),
  real('set the clock', 'tune_clock'),
  calls('set the clock to now', 'set_clock'),
  real('swap to a file', 'swap_on'),
  real('account for processes', 'account'),
];

const SHARED: readonly Escape[] = [
  real('shared memory of System V', 'shared_memory $KEY'),
  real('a message queue of POSIX', 'message_queue /$NAME'),
  real('shared memory of POSIX', 'posix_memory /$NAME'),
  real("type into the caller's terminal", 'type'),
  calls("take the caller's terminal", 'take_terminal'),
  real("open the caller's terminal by name", 'terminal_file'),
  script(
    'read files of the host',
    'cat "$SECRET" /etc/shadow /home/*/.ssh/* /root/.ssh/* 2>/dev/null | grep -q . && echo "reached: a file" || echo "refused: nothing was read"',
  ),
];

const WRITES: readonly Escape[] = [
  real('write users', 'append /etc/passwd'),
  real('write files of the system', 'append /usr/lib/os-release'),
  calls(
    'write helpers and what builds rest on',
    ...['/root/.dports-dev/bin/regen', '/usr/bin/make', '/usr/share/mk/sys.mk', '/etc/gitconfig', '/lib/x', '/bin/x', '/x'].map(
      (path) => `append ${path}`,
    ),
  ),
  readOnlyTrees(
    'write read-only trees',
    ...[
      '/work/freebsd-ports',
      '/work/DeltaPorts',
      '/work/DeltaPorts/.git',
      '/work/DPorts',
      '/work/artifacts',
      '/usr/distfiles',
    ].flatMap((tree) => [`append ${tree}/x`, `remount ${tree}`, `uncover ${tree}`]),
  ),
  {
    ...script(
      'replace a read-only tree',
      'mv /work/DeltaPorts /work/away 2>&1 && echo "reached: moved" || echo "refused: not moved"',
    ),
    exec: ['--keep', 'trees', 'env1'],
  },
  calls(
    'change the mode of programs',
    'mode_change /usr/bin/env',
    'mode_change /etc/passwd',
    'mode_change /root/.dports-dev/bin/regen',
  ),
];

const BOMBS: readonly Escape[] = [
  // Far more than the limit, and few enough to be harmless without a limit.
  calls('a fork bomb', 'forks 400'),
  real('a memory bomb', 'memory $((MEMORY + 100000000))'),
  real('a huge file', 'big_file $((FILE_SIZE + 1))'),
  {
    name: 'a full disk',
    script: 'head -c 100000000 /dev/zero >$PLACE/fill; $ESCAPE stay',
    escaped: ({rc}: Result) => rc !== 137,
    seconds: 15,
    exec: ['full'],
  },
  {
    name: 'an output flood',
    script: 'yes reached-no-end',
    // The client buffers the last 32 KiB and ends the command in time.
    escaped: ({stdout, rc}: Result) => stdout.length > 32768 || rc !== 143,
    seconds: 1,
  },
  {
    name: 'a command that does not end',
    script: '$ESCAPE stay',
    escaped: ({rc}: Result) => rc !== 143,
    seconds: 1,
  },
];

/** Processes that outlive their command, or exceed their limits. */
const SHARE = [
  calls('write descriptors of pid 1', 'first_descriptors'),
  {name: 'outlive the end of the command', script: '$ESCAPE outlive', escaped: ({rc}: Result) => rc !== 143, seconds: 1},
  calls('take more memory by files in it', 'memory_files $((MEMORY + 1000000))'),
];

export const ESCAPES: readonly Escape[] = [
  ...MOUNTS,
  ...DEVICES,
  ...PROCESSES,
  ...PRIVILEGES,
  ...NETWORK,
  ...KERNEL,
  ...SHARED,
  ...WRITES,
  ...BOMBS,
  ...SHARE,
];

/** Escapes that are not refused, with the reason; THREATS.md lists them. */
export const OPEN: readonly Escape[] = [
  // sh can close only descriptors of one digit; the worker opens none that a child inherits.
  real('use descriptors that the caller had open', 'descriptors', 'directory_descriptor $SECRET'),
  // bwrap leaves the session keyring, and its possessor may read its keys.
  real("read a key of the caller's session", 'key $NAME'),
  // vsock ignores network namespaces before Linux 7.0.
  real('use the vsock of the machine', 'vsock $VSOCK'),
  // --memory limits one process; a total limit needs a control group, which a plain user may lack.
  calls('take more memory by several processes', 'memory_of_many $((MEMORY - 100000000))'),
];
