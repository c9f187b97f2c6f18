// escape NAME [ARGUMENT]: one attempt to get out of a dev-env. Compiled inside with the compiler that ports have.
// Prints one line, `reached: ...` with what it got or `refused: ...` with why it did not. Nothing here harms the machine on
// which it succeeds: what would is stopped after the permission check, by an argument that is wrong.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/bpf.h>
#include <linux/io_uring.h>
#include <linux/keyctl.h>
#include <linux/perf_event.h>
#include <linux/userfaultfd.h>
#include <linux/vm_sockets.h>
#include <mqueue.h>
#include <net/ethernet.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/acct.h>
#include <sys/io.h>
#include <sys/ioctl.h>
#include <sys/klog.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/timex.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

static void print_verdict(const char *verdict, const char *what) {
	printf("%s: %s\n", verdict, what);
	fflush(stdout);
	_exit(verdict[2] == 'a' ? 0 : 1);
}
static void reached(const char *what) { print_verdict("reached", what); }
static void refused(const char *what) { print_verdict("refused", what); }
static void refused_by_errno(void) { refused(strerror(errno)); }
// A call that returns below 0 when it is refused.
static void call(long result) {
	if (result < 0)
		refused_by_errno();
	reached("the call succeeded");
}
// A call with an argument that is wrong: it counts as refused only if the refusal precedes the check of the argument.
static void gated(long result) {
	if (result < 0 && (errno == EPERM || errno == EACCES || errno == ENOSYS))
		refused_by_errno();
	reached(result < 0 ? strerror(errno) : "the call succeeded");
}

static void mount_tmpfs(const char *at) { call(mount("t", at, "tmpfs", 0, NULL)); }
static void mount_proc(const char *at) { call(mount("p", at, "proc", 0, NULL)); }
static void mount_bind(const char *at) { call(mount("/", at, NULL, MS_BIND | MS_REC, NULL)); }
static void mount_overlay(const char *at) { call(mount("o", at, "overlay", 0, "lowerdir=/usr:/etc")); }
static void remount(const char *at) { call(mount(NULL, at, NULL, MS_REMOUNT | MS_BIND, NULL)); }
static void uncover(const char *at) { call(umount2(at, MNT_DETACH)); }
static void propagate(const char *at) { call(mount(NULL, at, NULL, MS_SHARED, NULL)); }
static void new_mount(const char *type) { call(syscall(SYS_fsopen, type, 0)); }
static void clone_tree(const char *at) { call(syscall(SYS_open_tree, AT_FDCWD, at, 1 /* OPEN_TREE_CLONE */ | AT_RECURSIVE)); }
static void root_change(const char *at) { call(chroot(at)); }
static void root_swap(const char *at) { gated(syscall(SYS_pivot_root, at, at)); }

static void node(const char *path, mode_t type, dev_t device) {
	unlink(path);
	int made = mknod(path, type | 0666, device);
	if (made < 0)
		refused_by_errno();
	unlink(path);
	reached("a device was made");
}
static void node_block(const char *path) { node(path, S_IFBLK, makedev(8, 0)); }
static void node_char(const char *path) { node(path, S_IFCHR, makedev(1, 1)); }
static void open_read(const char *path) { call(open(path, O_RDONLY | O_NONBLOCK)); }
// Opened, not written.
static void open_write(const char *path) { call(open(path, O_WRONLY | O_NONBLOCK)); }
static void append(const char *path) {
	int file = open(path, O_WRONLY | O_CREAT | O_APPEND, 0644);
	if (file < 0)
		refused_by_errno();
	reached("opened to append");
}
static void mode_change(const char *path) {
	struct stat status;
	if (stat(path, &status) < 0)
		refused_by_errno();
	call(chmod(path, status.st_mode & 07777));
}

static void trace(const char *pid) {
	if (ptrace(PTRACE_SEIZE, atoi(pid), 0, 0) < 0)
		refused_by_errno();
	ptrace(PTRACE_INTERRUPT, atoi(pid), 0, 0);
	waitpid(atoi(pid), NULL, __WALL);
	ptrace(PTRACE_DETACH, atoi(pid), 0, 0);
	reached("traced");
}
static unsigned long long capabilities(const char *of, const char *set) {
	char path[64], line[256];
	unsigned long long all = ~0ULL;
	snprintf(path, sizeof path, "/proc/%s/status", of);
	FILE *file = fopen(path, "r");
	while (file && fgets(line, sizeof line, file))
		if (strncmp(line, set, strlen(set)) == 0)
			all = strtoull(line + strlen(set) + 1, NULL, 16);
	return all;
}
static const unsigned long long granted = 0x3b; // CHOWN, DAC_OVERRIDE, FOWNER, FSETID, KILL
static void capable(const char *of) {
	const char *sets[] = {"CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"};
	for (int i = 0; i < 5; i++)
		if (capabilities(of, sets[i]) & ~granted)
			reached(sets[i]);
	refused("five capabilities and no more");
}
// Pid 1 may be traced where it is one of this namespace and can do no more than we.
static void trace_first(const char *pid) {
	const char *names[] = {"user", "mnt", "pid", "net", "ipc", "uts"};
	if (ptrace(PTRACE_SEIZE, 1, 0, 0) < 0)
		refused_by_errno();
	for (int i = 0; i < 6; i++) {
		char path[64];
		struct stat first, own;
		snprintf(path, sizeof path, "/proc/1/ns/%s", names[i]);
		if (stat(path, &first) < 0)
			continue;
		snprintf(path, sizeof path, "/proc/%s/ns/%s", pid, names[i]);
		if (stat(path, &own) < 0 || first.st_ino != own.st_ino)
			reached(names[i]);
	}
	capable("1");
}
static void memory_of(const char *pid) {
	char here[8];
	FILE *maps;
	char path[64];
	unsigned long from = 0;
	snprintf(path, sizeof path, "/proc/%s/maps", pid);
	if (!(maps = fopen(path, "r")) || fscanf(maps, "%lx", &from) != 1)
		from = 0x400000;
	struct iovec local = {here, 8}, remote = {(void *)from, 8};
	call(process_vm_readv(atoi(pid), &local, 1, &remote, 1, 0));
}
static void handle_of(const char *pid) { call(syscall(SYS_pidfd_open, atoi(pid), 0)); }
// Signal 0 to every pid that our own /proc does not have.
static void signals(const char *extra) {
	int found = 0, self = open("/proc", O_RDONLY);
	for (int pid = 1; pid <= 5001; pid++) {
		int target = pid == 5001 ? atoi(extra) : pid;
		char name[16];
		struct stat status;
		snprintf(name, sizeof name, "%d", target);
		if ((kill(target, 0) == 0 || errno != ESRCH) && fstatat(self, name, &status, 0) < 0)
			found = target;
		if (pid == 5001 && kill(target, 0) == 0)
			found = target;
	}
	if (found)
		reached("a process of another namespace takes signals");
	refused("no process of another namespace takes signals");
}

static void contains(const char *path, const char *text) {
	static char bytes[1 << 16];
	int file = open(path, O_RDONLY);
	ssize_t length = file < 0 ? -1 : read(file, bytes, sizeof bytes);
	if (file >= 0)
		close(file);
	if (length > 0 && memmem(bytes, length, text, strlen(text)))
		reached(path);
}
static void variables(const char *text) {
	DIR *all = opendir("/proc");
	int seen = 0;
	for (struct dirent *entry; (entry = readdir(all));) {
		char path[300];
		if (atoi(entry->d_name) < 1)
			continue;
		snprintf(path, sizeof path, "/proc/%s/environ", entry->d_name);
		contains(path, text);
		seen++;
	}
	refused(seen < 2 ? "BROKEN: /proc has no processes" : "no process that we see has it");
}
// Every directory that another process or a descriptor leads to, and the file below it.
static void around(const char *path) {
	const char *ways[] = {"/proc/1/root%s", "/proc/1/cwd/../../../../../..%s", "/proc/self/root/../../..%s", "/dev/fd/../../../../..%s",
			      "/work/../../../..%s", "/proc/1/fd/3%s", "/proc/1/task/1/root%s"};
	for (int i = 0; i < 7; i++) {
		char way[4096];
		snprintf(way, sizeof way, ways[i], path);
		if (access(way, R_OK) == 0)
			reached(way);
	}
	refused_by_errno();
}
static void descriptors(const char *unused) {
	DIR *all = opendir("/proc/self/fd");
	char found[4096] = "";
	for (struct dirent *entry; (entry = readdir(all));) {
		char target[256] = "", one[300];
		int number = atoi(entry->d_name);
		if (entry->d_name[0] == '.' || number < 3 || number == dirfd(all))
			continue;
		readlinkat(dirfd(all), entry->d_name, target, sizeof target - 1);
		snprintf(one, sizeof one, "%d=%s ", number, target);
		strncat(found, one, sizeof found - strlen(found) - 1);
	}
	if (*found)
		reached(found);
	refused("standard streams and no more");
}
static void directory_descriptor(const char *path) {
	for (int number = 0; number < 1024; number++)
		if (openat(number, path + 1, O_RDONLY) >= 0)
			reached("opened below a directory that was inherited");
	refused("no descriptor is a directory of the host");
}
// Descriptors of pid 1, reopened with more rights than they were given.
static void first_descriptors(const char *unused) {
	for (int number = 3; number < 1024; number++) {
		char path[64];
		struct stat status;
		snprintf(path, sizeof path, "/proc/1/fd/%d", number);
		int file = stat(path, &status) == 0 && (S_ISREG(status.st_mode) || S_ISDIR(status.st_mode)) ? open(path, O_RDWR) : -1;
		if (file < 0)
			file = stat(path, &status) == 0 && S_ISDIR(status.st_mode) ? open(path, O_RDONLY) : -1;
		if (file >= 0) {
			char target[256] = "";
			readlink(path, target, sizeof target - 1);
			reached(target);
		}
	}
	refused("no file of pid 1 can be opened to write");
}

static void other_user(const char *unused) {
	const uid_t tried[] = {1, 33, 1000, 64998, 65534};
	gid_t none = 1;
	for (int i = 0; i < 5; i++)
		if (setresuid(tried[i], tried[i], tried[i]) == 0)
			reached("setresuid");
	if (setgroups(1, &none) == 0)
		reached("setgroups");
	if (setresgid(1, 1, 1) == 0)
		reached("setresgid");
	refused_by_errno();
}
static void map_user(const char *unused) {
	int file = open("/proc/self/uid_map", O_WRONLY);
	call(file < 0 ? -1 : write(file, "0 0 4294967295", 14));
}
static void privileges(const char *unused) {
	if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
		reached("a setuid program would count");
	refused("no_new_privs is set");
}
static void file_capabilities(const char *path) {
	struct vfs_cap_data all = {.magic_etc = VFS_CAP_REVISION_2 | VFS_CAP_FLAGS_EFFECTIVE, .data = {{~0U, 0}, {0, 0}}};
	call(setxattr(path, "security.capability", &all, sizeof all, 0));
}
static void new_user(const char *unused) { call(unshare(CLONE_NEWUSER)); }
static void new_user_clone(const char *unused) {
	long child = syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0);
	if (child == 0)
		_exit(0);
	call(child);
}
static void new_namespace(const char *unused) {
	const int all[] = {CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWNET, CLONE_NEWIPC, CLONE_NEWUTS, CLONE_NEWCGROUP, CLONE_NEWTIME};
	for (int i = 0; i < 7; i++)
		if (unshare(all[i]) == 0)
			reached("a new namespace");
	refused_by_errno();
}
// The namespaces around ours: 0xb702 is NS_GET_PARENT, 0xb701 NS_GET_USERNS.
static void parent_namespace(const char *unused) {
	int user = open("/proc/self/ns/user", O_RDONLY), pids = open("/proc/self/ns/pid", O_RDONLY);
	int mounts = open("/proc/self/ns/mnt", O_RDONLY);
	if (ioctl(user, 0xb702) >= 0 || ioctl(pids, 0xb702) >= 0)
		reached("the parent namespace");
	int owner = ioctl(mounts, 0xb701);
	if (owner >= 0 && setns(owner, CLONE_NEWUSER) == 0)
		reached("the owner of the mounts");
	refused_by_errno();
}
static void join(const char *pid) {
	const char *names[] = {"mnt", "net", "pid", "ipc", "uts", "user"};
	for (int i = 0; i < 6; i++) {
		char path[64];
		snprintf(path, sizeof path, "/proc/%s/ns/%s", pid, names[i]);
		int file = open(path, O_RDONLY);
		if (file >= 0 && setns(file, 0) == 0)
			reached(path);
	}
	refused_by_errno();
}

static void internet(const char *port, const char *address) {
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(atoi(port))};
	inet_pton(AF_INET, address, &to.sin_addr);
	call(connect(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), (void *)&to, sizeof to));
}
static void loopback(const char *port) { internet(port, "127.0.0.1"); }
static void loopback6(const char *port) {
	struct sockaddr_in6 to = {.sin6_family = AF_INET6, .sin6_port = htons(atoi(port)), .sin6_addr = IN6ADDR_LOOPBACK_INIT};
	call(connect(socket(AF_INET6, SOCK_STREAM, 0), (void *)&to, sizeof to));
}
// A datagram that asks nothing, to an address reserved for documents: it is refused at once where there is no route.
static void resolve(const char *unused) {
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(53)};
	inet_pton(AF_INET, "192.0.2.53", &to.sin_addr);
	call(sendto(socket(AF_INET, SOCK_DGRAM, 0), "", 0, 0, (void *)&to, sizeof to));
}
static void local(const char *path, int abstract) {
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	strncpy(to.sun_path + abstract, path, sizeof to.sun_path - 2);
	call(connect(socket(AF_UNIX, SOCK_STREAM, 0), (void *)&to, sizeof to.sun_family + abstract + strlen(path)));
}
static void socket_file(const char *path) { local(path, 0); }
static void socket_abstract(const char *name) { local(name, 1); }
// The vsock ports of the machine, that which runs a virtual machine connects to. The host holds this one: in use is not ours.
static void vsock(const char *port) {
	struct sockaddr_vm at = {.svm_family = AF_VSOCK, .svm_cid = VMADDR_CID_ANY, .svm_port = atoi(port)};
	int file = socket(AF_VSOCK, SOCK_STREAM, 0);
	if (file >= 0 && bind(file, (void *)&at, sizeof at) < 0 && errno == EADDRINUSE)
		reached("the vsock port of the host");
	refused(file < 0 ? strerror(errno) : "only its own vsock");
}
static void raw_packet(const char *unused) { call(socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL))); }
static void raw_internet(const char *unused) { call(socket(AF_INET, SOCK_RAW, IPPROTO_ICMP)); }
static void configure_network(const char *unused) {
	struct {
		char name[16];
		short flags;
		char rest[22];
	} request = {"lo", 0x49, ""};
	call(ioctl(socket(AF_INET, SOCK_DGRAM, 0), 0x8914 /* SIOCSIFFLAGS */, &request));
}

static void key(const char *name) {
	char secret[64] = "";
	long found = syscall(SYS_keyctl, KEYCTL_SEARCH, KEY_SPEC_SESSION_KEYRING, "user", name, 0);
	if (found < 0)
		refused_by_errno();
	if (syscall(SYS_keyctl, KEYCTL_READ, found, secret, sizeof secret - 1) < 0)
		refused_by_errno();
	reached(secret);
}
// A key of the same user's, by its number, which can be guessed.
static void key_number(const char *number) {
	char secret[64] = "";
	call(syscall(SYS_keyctl, KEYCTL_READ, strtol(number, NULL, 0), secret, sizeof secret - 1));
}
static void shared_memory(const char *id) { call(shmget(strtol(id, NULL, 0), 0, 0)); }
static void message_queue(const char *name) { call(mq_open(name, O_RDONLY)); }
static void posix_memory(const char *name) { call(shm_open(name, O_RDONLY, 0)); }

static void programs_in_kernel(const char *unused) {
	union bpf_attr attributes;
	memset(&attributes, 0, sizeof attributes);
	if (syscall(SYS_bpf, BPF_PROG_GET_NEXT_ID, &attributes, sizeof attributes) == 0 || errno == ENOENT)
		reached("programs of the kernel are listed");
	gated(-1);
}
static void probe_program(const char *unused) {
	struct bpf_insn program[] = {{.code = 0xb7}, {.code = 0x95}}; // r0 = 0; exit
	union bpf_attr attributes;
	memset(&attributes, 0, sizeof attributes);
	attributes.prog_type = BPF_PROG_TYPE_TRACEPOINT;
	attributes.insns = (unsigned long)program;
	attributes.insn_cnt = 2;
	attributes.license = (unsigned long)"GPL";
	call(syscall(SYS_bpf, BPF_PROG_LOAD, &attributes, sizeof attributes));
}
static void measure(const char *unused) {
	struct perf_event_attr attributes = {.type = PERF_TYPE_SOFTWARE, .size = sizeof attributes, .config = PERF_COUNT_SW_CPU_CLOCK};
	call(syscall(SYS_perf_event_open, &attributes, -1, 0, -1, 0));
}
static void page_faults(const char *unused) { call(syscall(SYS_userfaultfd, O_CLOEXEC)); }
// Files by io_uring, which no filter of system calls would see.
static void ring(const char *path) {
	struct io_uring_params parameters = {0};
	int fd = syscall(SYS_io_uring_setup, 4, &parameters);
	if (fd < 0)
		refused_by_errno();
	size_t size = parameters.cq_off.cqes + parameters.cq_entries * sizeof(struct io_uring_cqe);
	if (size < parameters.sq_off.array + parameters.sq_entries * 4)
		size = parameters.sq_off.array + parameters.sq_entries * 4;
	char *rings = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, IORING_OFF_SQ_RING);
	struct io_uring_sqe *entries = mmap(NULL, 4 * sizeof *entries, PROT_READ | PROT_WRITE, MAP_SHARED, fd, IORING_OFF_SQES);
	if (rings == MAP_FAILED || entries == MAP_FAILED)
		refused_by_errno();
	memset(entries, 0, sizeof *entries);
	entries->opcode = IORING_OP_OPENAT;
	entries->fd = AT_FDCWD;
	entries->addr = (unsigned long)path;
	((unsigned *)(rings + parameters.sq_off.array))[0] = 0;
	__atomic_store_n((unsigned *)(rings + parameters.sq_off.tail), 1, __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, fd, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) != 1)
		refused_by_errno();
	errno = -((struct io_uring_cqe *)(rings + parameters.cq_off.cqes))->res;
	call(errno > 0 ? -1 : 0);
}
static void file_handle(const char *path) {
	union {
		struct file_handle head;
		char bytes[sizeof(struct file_handle) + 128];
	} handle = {.head = {.handle_bytes = 128}};
	int mount, at = open(path, O_RDONLY | O_DIRECTORY);
	if (name_to_handle_at(at, "", &handle.head, &mount, AT_EMPTY_PATH) < 0)
		refused_by_errno();
	call(open_by_handle_at(at, &handle.head, O_RDONLY));
}
// Inode 2, the root of the host's file system, whatever is bound here.
static void root_handle(const char *path) {
	union {
		struct file_handle head;
		char bytes[sizeof(struct file_handle) + 8];
	} handle = {.head = {.handle_bytes = 8, .handle_type = 1}};
	const int inode[] = {2, 0};
	memcpy(handle.head.f_handle, inode, 8);
	int at = open(path, O_RDONLY | O_DIRECTORY);
	int root = open_by_handle_at(at, &handle.head, O_RDONLY);
	if (root < 0 && errno == ESTALE)
		reached(strerror(errno));
	call(root);
}

static void load_module(const char *unused) { gated(syscall(SYS_finit_module, -1, "", 0)); }
static void unload_module(const char *unused) { gated(syscall(SYS_delete_module, "no_such_module", O_NONBLOCK)); }
static void new_kernel(const char *unused) { gated(syscall(SYS_kexec_load, 0, 1 << 20, NULL, ~0UL)); }
static void restart(const char *unused) { gated(syscall(SYS_reboot, 0, 0, 0, NULL)); }
static void name_host(const char *name) { call(sethostname(name, strlen(name))); }
static void set_clock(const char *unused) {
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	call(clock_settime(CLOCK_REALTIME, &now));
}
static void tune_clock(const char *unused) {
	struct timex state = {0};
	adjtimex(&state);
	state.modes = ADJ_ESTERROR;
	call(adjtimex(&state));
}
static void kernel_log(const char *unused) {
	static char log[1 << 16];
	call(klogctl(3 /* SYSLOG_ACTION_READ_ALL */, log, sizeof log));
}
static void ports(const char *unused) { call(iopl(3)); }
static void swap_on(const char *unused) { gated(swapon("/no/such/file", 0)); }
static void account(const char *unused) { gated(acct("/no/such/file")); }
static void priority(const char *unused) { call(setpriority(PRIO_PROCESS, 0, -20)); }
static void realtime(const char *unused) {
	struct sched_param first = {.sched_priority = 1};
	call(sched_setscheduler(0, SCHED_FIFO, &first));
}
static void limits(const char *unused) {
	const int all[] = {RLIMIT_NPROC, RLIMIT_AS, RLIMIT_FSIZE, RLIMIT_CPU, RLIMIT_NOFILE, RLIMIT_CORE};
	for (int i = 0; i < 6; i++) {
		struct rlimit limit;
		getrlimit(all[i], &limit);
		if (limit.rlim_max == RLIM_INFINITY)
			reached("a limit is not set");
		limit.rlim_max++;
		if (setrlimit(all[i], &limit) == 0)
			reached("a limit was raised");
	}
	refused_by_errno();
}
static void type(const char *unused) {
	for (int number = 0; number < 3; number++)
		if (ioctl(number, TIOCSTI, "#") == 0)
			reached("a key was typed into the caller's terminal");
	refused_by_errno();
}
static void take_terminal(const char *unused) {
	setsid();
	if (fork())
		_exit(wait(NULL) < 0);
	setsid();
	ioctl(0, TIOCSCTTY, 1);
	type("");
}
static void terminal_file(const char *unused) { call(open("/dev/tty", O_RDWR)); }

// Processes until there are no more, or as many as ARGUMENT: all children go on forking.
static void forks(const char *most) {
	int *count = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int outside = *count;
	while (__atomic_load_n(count, __ATOMIC_SEQ_CST) < atoi(most)) {
		int child = fork();
		if (child < 0 && outside)
			pause();
		if (child < 0)
			break;
		if (child == 0) {
			setsid();
			signal(SIGTERM, SIG_IGN);
			outside = __atomic_add_fetch(count, 1, __ATOMIC_SEQ_CST);
		}
	}
	if (outside)
		for (;;)
			pause();
	if (*count >= atoi(most))
		reached("as many processes as it wished");
	refused_by_errno();
}
static void memory(const char *bytes) {
	char *all = mmap(NULL, atol(bytes), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (all == MAP_FAILED)
		refused_by_errno();
	memset(all, 1, atol(bytes));
	reached("as much memory as it wished");
}
static void big_file(const char *bytes) {
	signal(SIGXFSZ, SIG_IGN);
	call(ftruncate(open("huge", O_RDWR | O_CREAT | O_TRUNC, 0600), atol(bytes)));
}
// As many bytes in files of memory, none of which is too big.
static void memory_files(const char *bytes) {
	static char block[100000];
	const char *places[] = {"/dev/shm", "/root", "/dev", "/run"};
	for (int i = 0; i < 4; i++) {
		long left = atol(bytes);
		int number = 0;
		for (; left > 0; number++, left -= sizeof block) {
			char path[64];
			snprintf(path, sizeof path, "%s/part%d", places[i], number);
			int file = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
			if (file < 0 || write(file, block, sizeof block) != sizeof block)
				break;
			close(file);
		}
		int why = errno;
		while (number-- > 0) {
			char path[64];
			snprintf(path, sizeof path, "%s/part%d", places[i], number);
			unlink(path);
		}
		errno = why;
		if (left <= 0)
			reached(places[i]);
	}
	refused_by_errno();
}
// Several processes that each take what one may.
static void memory_of_many(const char *bytes) {
	int taken = 0, status;
	for (int i = 0; i < 3; i++)
		if (fork() == 0) {
			char *all = mmap(NULL, atol(bytes), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
			if (all != MAP_FAILED)
				memset(all, 1, atol(bytes));
			_exit(all == MAP_FAILED);
		}
	while (wait(&status) > 0)
		taken += status == 0;
	if (taken == 3)
		reached("thrice the memory of a process");
	refused("not each of three had its memory");
}
// Ignores every signal that can be ignored, in new sessions, and holds the streams open.
static void stay(const char *unused) {
	for (int number = 1; number < 65; number++)
		if (number != SIGALRM)
			signal(number, SIG_IGN);
	unsigned left = alarm(0); // children have none of their parent's
	alarm(left);
	for (int i = 0; i < 3; i++)
		if (fork() == 0) {
			setsid();
			alarm(left);
		}
	printf("refused: not yet ended\n");
	fflush(stdout);
	for (;;)
		pause();
}
// Pid 1 dies with what started it because it asked for that: makes it take that back, so that all here outlive their end.
static void outlive(const char *unused) {
#ifdef __x86_64__
	struct user_regs_struct was, made;
	if (ptrace(PTRACE_SEIZE, 1, 0, 0) < 0)
		refused_by_errno();
	ptrace(PTRACE_INTERRUPT, 1, 0, 0);
	waitpid(1, NULL, __WALL);
	ptrace(PTRACE_GETREGS, 1, 0, &was);
	made = was;
	made.rip -= 2; // it waits in a system call: do another with the same instruction
	made.rax = SYS_prctl;
	made.orig_rax = -1;
	made.rdi = PR_SET_PDEATHSIG;
	made.rsi = 0;
	ptrace(PTRACE_SETREGS, 1, 0, &made);
	ptrace(PTRACE_SINGLESTEP, 1, 0, 0);
	waitpid(1, NULL, __WALL);
	ptrace(PTRACE_SETREGS, 1, 0, &was);
	ptrace(PTRACE_DETACH, 1, 0, 0);
#endif
	alarm(20);
	stay(unused);
}
// A directory that is a link to TARGET each other moment, for 10 seconds.
static void flip(const char *target) {
	unlink("/work/link");
	if (symlink(target, "/work/link") < 0)
		refused_by_errno();
	alarm(10);
	printf("refused: flipping\n");
	fflush(stdout);
	for (;;)
		renameat2(AT_FDCWD, "/work/link", AT_FDCWD, "/work/freebsd-ports", RENAME_EXCHANGE);
}

static const struct {
	const char *name;
	void (*run)(const char *);
} attempts[] = {
#define A(name) {#name, name}
	A(mount_tmpfs), A(mount_proc), A(mount_bind), A(mount_overlay), A(remount), A(uncover), A(propagate), A(new_mount),
	A(clone_tree), A(root_change), A(root_swap), A(node_block), A(node_char), A(open_read), A(open_write), A(append),
	A(mode_change), A(trace), A(trace_first), A(memory_of), A(handle_of), A(signals), A(variables), A(around),
	A(descriptors), A(directory_descriptor), A(first_descriptors), A(other_user), A(map_user), A(privileges), A(capable), A(file_capabilities),
	A(new_user), A(new_user_clone), A(new_namespace), A(parent_namespace), A(join), A(loopback), A(loopback6), A(resolve),
	A(socket_file), A(socket_abstract), A(vsock), A(raw_packet), A(raw_internet), A(configure_network), A(key),
	A(key_number), A(shared_memory), A(message_queue), A(posix_memory), A(programs_in_kernel), A(probe_program), A(measure),
	A(page_faults), A(ring), A(file_handle), A(root_handle), A(load_module), A(unload_module), A(new_kernel), A(restart),
	A(name_host), A(set_clock), A(tune_clock), A(kernel_log), A(ports), A(swap_on), A(account), A(priority), A(realtime),
	A(limits), A(type), A(take_terminal), A(terminal_file), A(forks), A(memory), A(big_file), A(memory_files),
	A(memory_of_many), A(stay), A(outlive), A(flip),
};

int main(int count, char **argv) {
	for (size_t i = 0; count > 1 && i < sizeof attempts / sizeof *attempts; i++)
		if (strcmp(attempts[i].name, argv[1]) == 0)
			attempts[i].run(count > 2 ? argv[2] : "");
	fprintf(stderr, "escape: no attempt is called '%s'\n", count > 1 ? argv[1] : "");
	return 2;
}
