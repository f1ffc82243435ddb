/* What an intruder would try in the gateway's container; each line says what the kernel answered. Static, as there is no other program. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static void tell(const char *what, long answer)
{
    printf("%s: %s\n", what, answer < 0 ? strerror(errno) : "DONE");
}

int main(void)
{
    pid_t child = fork();
    if (child == 0)
        _exit(0);
    tell("fork", child);
    tell("unshare", unshare(CLONE_NEWUSER));
    tell("clone3", syscall(SYS_clone3, 0, 0));
    tell("setns", setns(0, 0));
    tell("mount", mount("none", "/tmp", "tmpfs", 0, 0));
    tell("ptrace", ptrace(PTRACE_TRACEME, 0, 0, 0));
    tell("bpf", syscall(SYS_bpf, 0, 0, 0));
    tell("keyctl", syscall(SYS_keyctl, 0, 0, 0));
    tell("io_uring_setup", syscall(SYS_io_uring_setup, 1, 0));
    tell("process_vm_readv", syscall(SYS_process_vm_readv, 1, 0, 0, 0, 0, 0));
    tell("AF_PACKET", socket(AF_PACKET, SOCK_RAW, 0));
    tell("AF_ALG", socket(AF_ALG, SOCK_SEQPACKET, 0));
    tell("AF_VSOCK", socket(AF_VSOCK, SOCK_STREAM, 0));
    tell("AF_INET", socket(AF_INET, SOCK_STREAM, 0));
    tell("write /", open("/opt/pavise/new", O_CREAT | O_WRONLY, 0600));
    tell("write data", open("/var/lib/pavise/new", O_CREAT | O_WRONLY, 0600));
    return 0;
}
