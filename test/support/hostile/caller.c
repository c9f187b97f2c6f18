// The worst caller that a dev-env can have, compiled and run on the host by the tests.
//
//   caller call KEY-NAME PROGRAM...     PROGRAM with a terminal as standard input and controlling terminal, a directory descriptor
//                                       of the host's root, and a secret in its session keyring
//   caller hold SHM-KEY NAME VSOCK      System V and POSIX shared memory and a message queue of the host, readable for all, and a
//                                       vsock port; prints the pid, then waits for the end of standard input and takes all away
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/keyctl.h>
#include <linux/vm_sockets.h>
#include <mqueue.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int call(const char *name, char **program) {
	int host = open("/", O_RDONLY | O_DIRECTORY), terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (host < 0 || terminal < 0 || grantpt(terminal) < 0 || unlockpt(terminal) < 0)
		return perror("caller: terminal"), 125;
	if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) < 0 ||
	    syscall(SYS_add_key, "user", name, "secret of the host", 18, KEY_SPEC_SESSION_KEYRING) < 0)
		return perror("caller: key"), 125;
	pid_t child = fork();
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		setsid();
		int slave = open(ptsname(terminal), O_RDWR);
		if (ioctl(slave, TIOCSCTTY, 0) < 0 || dup2(slave, 0) < 0 || close(slave) < 0)
			perror("caller: controlling terminal");
		execvp(*program, program);
		_exit(127);
	}
	int status = 0;
	while (waitpid(child, &status, 0) < 0)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int hold(char *key, char *name, char *port) {
	int segment = shmget(strtol(key, NULL, 0), 4096, IPC_CREAT | 0666);
	mqd_t queue = mq_open(name, O_CREAT | O_RDWR, 0666, NULL);
	int memory = shm_open(name, O_CREAT | O_RDWR, 0666);
	int listening = socket(AF_VSOCK, SOCK_STREAM, 0);
	struct sockaddr_vm at = {.svm_family = AF_VSOCK, .svm_cid = VMADDR_CID_ANY, .svm_port = atoi(port)};
	if (listening >= 0 && bind(listening, (void *)&at, sizeof at) == 0)
		listen(listening, 8);
	if (segment < 0 || queue < 0 || memory < 0)
		perror("caller: hold");
	printf("%d\n", getpid());
	fflush(stdout);
	while (getchar() != EOF)
		;
	shmctl(segment, IPC_RMID, NULL);
	mq_unlink(name);
	shm_unlink(name);
	return 0;
}

int main(int count, char **argv) {
	if (count > 3 && strcmp(argv[1], "call") == 0)
		return call(argv[2], argv + 3);
	if (count > 4 && strcmp(argv[1], "hold") == 0)
		return hold(argv[2], argv[3], argv[4]);
	fprintf(stderr, "usage: caller call KEY-NAME PROGRAM... | caller hold SHM-KEY NAME VSOCK\n");
	return 2;
}
