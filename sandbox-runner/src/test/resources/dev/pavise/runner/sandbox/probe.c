/*
 * A tool that tries to get out. The first argument names the attempt. Each says on stdout what it saw; "ESCAPED" stands in it where
 * something was possible that must not be. Compiled by the tests that run it in the sandbox.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static int escapes;

/*
 * Process 1 could be made to work for the tool, so it is held like it. It makes the tool's process before it takes its own filter, so it may be a moment behind;
 * the tool, which has its filter by then, can do nothing to it meanwhile.
 */
static void process_one(void) {
    char line[256], held_back[2048] = "";
    for (int tries = 0; tries < 1000; tries++) {
        int filtered = 0;
        size_t length = 0;
        FILE *status = fopen("/proc/1/status", "r");
        while (status && fgets(line, sizeof line, status)) {
            filtered |= !strcmp(line, "Seccomp:\t2\n");
            if (!strncmp(line, "Cap", 3) || !strncmp(line, "Sec", 3) || !strncmp(line, "NoNew", 5)) {
                length += snprintf(held_back + length, sizeof held_back - length, "first %s", line);
            }
        }
        if (status) fclose(status);
        if (filtered) break;
        usleep(10000);
    }
    printf("%s", held_back);
}

/* What returned -1 was held; anything else was not. */
static void held(const char *what, long result) {
    if (result == -1) {
        printf("held %s %s\n", what, strerrorname_np(errno));
    } else {
        printf("ESCAPED %s %ld\n", what, result);
        escapes++;
    }
}

static void reads(const char *path) { held(path, open(path, O_RDONLY)); }

static void writes(const char *path) { held(path, open(path, O_WRONLY | O_CREAT, 0644)); }

static void files(void) {
    const char *secret[] = {"/etc/shadow", "/etc/passwd", "/root/.ssh", "/home", "/var/log", "/etc/ssl/private", "/proc/1/root/etc/shadow",
                            "/proc/self/root/etc/shadow", "/proc/1/cwd/etc/shadow", "/../../etc/shadow", "/sys/kernel", "/run", "/boot",
                            "/dev/mem", "/dev/kmsg", "/dev/vda", "/dev/sda", "/dev/kvm", "/dev/fuse", "/dev/net/tun", "/proc/kcore"};
    for (size_t i = 0; i < sizeof secret / sizeof *secret; i++) reads(secret[i]);
    const char *place[] = {"/written", "/usr/lib/written", "/dev/written", "/dev/shm/written", "/etc/written", "/etc/ld.so.cache", "/tool",
                           "/proc/sys/kernel/core_pattern", "/proc/sys/kernel/hostname", "/proc/sysrq-trigger", "/proc/self/oom_adjust",
                           "/proc/self/uid_map", "/proc/self/setgroups"};
    for (size_t i = 0; i < sizeof place / sizeof *place; i++) {
        int fd = open(place[i], O_WRONLY | O_CREAT, 0644);
        held(place[i], fd == -1 ? -1 : write(fd, "1", 1));
    }
    held("rename /tool", rename("/tool", "/tmp/tool"));
    held("unlink /tool", unlink("/tool"));
    held("mkdir", mkdir("/folder", 0755));
}

static void mounts(void) {
    held("mount tmpfs", mount("none", "/tmp", "tmpfs", 0, NULL));
    held("remount", mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND, NULL));
    held("bind", mount("/", "/tmp", NULL, MS_BIND, NULL));
    held("umount", umount2("/proc", MNT_DETACH));
    held("pivot_root", syscall(SYS_pivot_root, ".", "."));
    held("chroot", chroot("/tmp"));
    held("open_tree", syscall(SYS_open_tree, -100, "/", 1));
    held("fsopen", syscall(SYS_fsopen, "tmpfs", 0));
    held("move_mount", syscall(SYS_move_mount, -1, "", -1, "", 0));
    held("mount_setattr", syscall(SYS_mount_setattr, -100, "/", 0, NULL, 0));
}

static void others(void) {
    pid_t child = fork();
    if (child == 0) {
        pause();
        _exit(0);
    }
    held("ptrace attach", ptrace(PTRACE_ATTACH, child, NULL, NULL));
    held("ptrace seize", ptrace(PTRACE_SEIZE, child, NULL, NULL));
    held("ptrace traceme", ptrace(PTRACE_TRACEME, 0, NULL, NULL));
    char byte;
    struct iovec here = {&byte, 1}, there = {&escapes, 1};
    held("process_vm_readv", syscall(SYS_process_vm_readv, child, &here, 1, &there, 1, 0));
    held("process_vm_writev", syscall(SYS_process_vm_writev, child, &here, 1, &there, 1, 0));
    held("kcmp", syscall(SYS_kcmp, child, getpid(), 0, 0, 0));
    held("pidfd_getfd", syscall(SYS_pidfd_getfd, 0, 0, 0));
    kill(child, SIGKILL);
    process_one();
    int seen = 0;
    DIR *proc = opendir("/proc");
    for (struct dirent *one; (one = readdir(proc));) {
        if (one->d_name[0] >= '0' && one->d_name[0] <= '9') seen++;
    }
    printf("processes %d\n", seen);
    if (seen > 3) escapes++, printf("ESCAPED processes of others\n");
}

/* Signals to the process of the host whose number is given, and to all. */
static void signals(long runner) {
    signal(SIGTERM, SIG_IGN);
    held("signal to the runner", kill((pid_t)runner, 0) == 0 && runner > 100 ? 0 : -1);
    held("signal to group", kill((pid_t)-runner, SIGTERM));
    printf("signal to all %d\n", kill(-1, SIGTERM));
}

static void environment(void) {
    extern char **environ;
    for (char **one = environ; *one; one++) printf("variable %s\n", *one);
    char text[4096] = "";
    int fd = open("/proc/1/environ", O_RDONLY);
    long length = fd == -1 ? 0 : read(fd, text, sizeof text - 1);
    for (long i = 0; i < length; i += (long)strlen(text + i) + 1) printf("outer %s\n", text + i);
    close(fd);
    char cwd[256];
    printf("cwd %s\n", getcwd(cwd, sizeof cwd));
    DIR *fds = opendir("/proc/self/fd");
    for (struct dirent *one; (one = readdir(fds));) {
        if (one->d_name[0] == '.' || atoi(one->d_name) == dirfd(fds)) continue;
        printf("descriptor %s\n", one->d_name);
        if (atoi(one->d_name) > 2) escapes++, printf("ESCAPED descriptor %s\n", one->d_name);
    }
    char group[512] = "";
    fd = open("/proc/self/cgroup", O_RDONLY);
    if (read(fd, group, sizeof group - 1) > 0 && strstr(group, "pavise")) escapes++, printf("ESCAPED name of the cgroup\n");
}

static void terminal(void) {
    held("TIOCSTI", ioctl(0, TIOCSTI, "x"));
    held("TIOCSTI with high bits", syscall(SYS_ioctl, 0, 0x100000000UL | TIOCSTI, "x"));
    held("TIOCLINUX", ioctl(0, 0x541C, "x"));
    held("/dev/tty", open("/dev/tty", O_RDWR));
    /* Even a terminal of its own is not typed into. */
    int own = open("/dev/ptmx", O_RDWR | O_NOCTTY);
    held("TIOCSTI on a pseudo terminal", own == -1 ? -1 : ioctl(own, TIOCSTI, "x"));
    if (own != -1 && errno != EPERM) escapes++, printf("ESCAPED to the terminal driver\n");
}

static void sockets(void) {
    struct { const char *name; int family, type, protocol; } all[] = {
        {"tcp", AF_INET, SOCK_STREAM, 0}, {"udp", AF_INET, SOCK_DGRAM, 0}, {"tcp6", AF_INET6, SOCK_STREAM, 0}, {"raw", AF_INET, SOCK_RAW, 1},
        {"raw6", AF_INET6, SOCK_RAW, 58}, {"netlink", AF_NETLINK, SOCK_RAW, 0}, {"packet", AF_PACKET, SOCK_RAW, 768}, {"unix", AF_UNIX, SOCK_STREAM, 0},
        {"unix datagram", AF_UNIX, SOCK_DGRAM, 0}, {"vsock", 40, SOCK_STREAM, 0}, {"alg", 38, SOCK_SEQPACKET, 0}, {"bluetooth", 31, SOCK_RAW, 1},
        {"can", 29, SOCK_RAW, 1}, {"xdp", 44, SOCK_RAW, 0}, {"mptcp", AF_INET, SOCK_STREAM, 262}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) held(all[i].name, socket(all[i].family, all[i].type, all[i].protocol));
    int pair[2];
    held("pair of datagrams", socketpair(AF_UNIX, SOCK_DGRAM, 0, pair));
    held("pair of another family", socketpair(AF_INET, SOCK_STREAM, 0, pair));
    printf("pair of streams %d\n", socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
    struct sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = "\0pavise"};
    held("connect", connect(pair[0], (struct sockaddr *)&name, sizeof name));
    held("bind", bind(pair[0], (struct sockaddr *)&name, sizeof name));
    held("sendto a name", sendto(pair[0], "x", 1, 0, (struct sockaddr *)&name, sizeof name));
    printf("send to the peer %ld\n", (long)send(pair[0], "x", 1, 0));
    char line[256];
    FILE *devices = fopen("/proc/net/dev", "r");
    while (devices && fgets(line, sizeof line, devices)) if (strchr(line, ':')) printf("device %s\n", strtok(line, ": "));
    FILE *routes = fopen("/proc/net/route", "r");
    int lines = 0;
    while (routes && fgets(line, sizeof line, routes)) lines++;
    printf("routes %d\n", lines > 1 ? lines - 1 : 0);
}

static void kernel(void) {
    held("add_key", syscall(SYS_add_key, "user", "x", "x", 1, -3));
    held("request_key", syscall(SYS_request_key, "user", "x", NULL, -3));
    held("keyctl", syscall(SYS_keyctl, 0, -3, 1));
    held("io_uring_setup", syscall(425, 1, NULL));
    held("io_uring_enter", syscall(426, 0, 0, 0, 0, NULL, 0));
    held("bpf", syscall(SYS_bpf, 0, NULL, 0));
    held("perf_event_open", syscall(SYS_perf_event_open, NULL, 0, -1, -1, 0));
    held("userfaultfd", syscall(SYS_userfaultfd, 0));
    held("init_module", syscall(SYS_init_module, NULL, 0, ""));
    held("kexec_load", syscall(SYS_kexec_load, 0, 0, NULL, 0));
    held("reboot", syscall(SYS_reboot, 0, 0, 0, NULL));
    held("swapon", syscall(SYS_swapon, "/tmp", 0));
    held("open_by_handle_at", syscall(SYS_open_by_handle_at, -100, NULL, 0));
    held("clock_settime", syscall(SYS_clock_settime, 0, NULL));
    held("syslog", syscall(SYS_syslog, 3, NULL, 0));
    held("sethostname", sethostname("x", 1));
    held("personality", personality(ADDR_NO_RANDOMIZE));
    held("fanotify", syscall(SYS_fanotify_init, 0, 0));
    held("io_setup", syscall(SYS_io_setup, 1, NULL));
    held("vmsplice", syscall(SYS_vmsplice, 1, NULL, 0, 0));
    held("seccomp", prctl(PR_SET_SECCOMP, 1));
    held("huge pages", (long)mmap(NULL, 1 << 21, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0));
    held("no such call", syscall(4000));
    held("prctl of a secure bit", prctl(PR_SET_SECUREBITS, 0));
}

static void namespaces(void) {
    held("unshare user", unshare(CLONE_NEWUSER));
    held("unshare mount", unshare(CLONE_NEWNS));
    held("unshare user and mount", unshare(CLONE_NEWUSER | CLONE_NEWNS));
    held("clone user", syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, NULL, NULL, NULL, NULL));
    held("clone network", syscall(SYS_clone, CLONE_NEWNET | SIGCHLD, NULL, NULL, NULL, NULL));
    uint64_t arguments[11] = {CLONE_NEWUSER, 0, 0, 0, SIGCHLD};
    held("clone3 user", syscall(435, arguments, sizeof arguments));
    held("setns", setns(open("/proc/1/ns/net", O_RDONLY), 0));
}

static void privileges(void) {
    held("setuid 0", setuid(0));
    held("setresuid 0", setresuid(0, 0, 0));
    held("setgid 0", setgid(0));
    held("setgroups", syscall(SYS_setgroups, 0, NULL));
    held("chown", chown("/tmp", 0, 0));
    int fd = open("/tmp/file", O_CREAT | O_WRONLY, 0755);
    held("chmod setuid", fchmod(fd, 04755));
    held("chmod setgid", chmod("/tmp/file", 02755));
    held("fchmodat", fchmodat(AT_FDCWD, "/tmp/file", 04755, 0));
    held("fchmodat2", syscall(452, AT_FDCWD, "/tmp/file", 04755, 0));
    held("create setuid", open("/tmp/setuid", O_CREAT | O_WRONLY, 04755));
    held("mknod setuid", mknod("/tmp/node-setuid", S_IFREG | 04755, 0));
    held("named pipe", mkfifo("/tmp/pipe", 0600));
    held("mknod", mknod("/tmp/node", S_IFCHR | 0666, (1 << 8) | 1));
    held("mknod of a disk", mknod("/tmp/disk", S_IFBLK | 0666, 254 << 8));
    struct { uint32_t version; int pid; } header = {0x20080522, 0};
    struct { uint32_t effective, permitted, inheritable; } data[2] = {{~0u, ~0u, ~0u}, {~0u, ~0u, ~0u}};
    held("capset", syscall(SYS_capset, &header, data));
    held("ambient capability", prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, 21, 0, 0));
    printf("user %d group %d\n", getuid(), getgid());
}

static void forks(int endless) {
    signal(SIGCHLD, SIG_IGN);
    int made = 0;
    do {
        pid_t child = fork();
        if (child == 0) {
            if (!endless) pause();
        } else if (child == -1 && !endless) {
            break;
        } else {
            made++;
        }
    } while (endless || made < 100000);
    printf("processes %d\n", made);
}

static void memory(void) {
    for (;;) {
        char *block = malloc(1 << 20);
        if (block) memset(block, 1, 1 << 20);
    }
}

static void disk(void) {
    static char block[1 << 16];
    long total = 0, written;
    int fd = open("/tmp/large", O_CREAT | O_WRONLY, 0600);
    while ((written = write(fd, block, sizeof block)) > 0) total += written;
    printf("written %ld %s\n", total, strerrorname_np(errno));
    fd = open("/tmp/more", O_CREAT | O_WRONLY, 0600);
    held("another file", fd == -1 ? -1 : write(fd, block, sizeof block));
}

static void flood(void) {
    static char block[1 << 16];
    memset(block, 'x', sizeof block);
    for (;;) write(1, block, sizeof block);
}

/* Nothing that can be ignored ends it, and a process that left its session and its parent goes on. */
static void stubborn(void) {
    for (int i = 1; i < 65; i++) signal(i, SIG_IGN);
    if (fork() == 0) {
        setsid();
        if (fork() == 0) for (;;) pause();
        _exit(0);
    }
    printf("deaf\n");
    fflush(stdout);
    for (;;) pause();
}

static void spin(int processes) {
    for (int i = 1; i < processes; i++) if (fork() == 0) break;
    for (volatile long i = 0;; i++) {}
}

static void foreign(const char *how) {
    fflush(stdout);
#ifdef __x86_64__
    long result = -1;
    if (!strcmp(how, "x32")) {
        result = syscall(0x40000000 | SYS_getpid);
    } else {
        __asm__ volatile("int $0x80" : "=a"(result) : "a"(20L) : "memory");
    }
    printf("ESCAPED %s %ld\n", how, result);
#endif
}

/* What process 1, its files and one's own picture in /proc lead to: CVE-2019-5736 and CVE-2024-21626 of runc came that way. */
static void images(void) {
    held("write own image", open("/proc/self/exe", O_WRONLY));
    held("write image of process 1", open("/proc/1/exe", O_WRONLY));
    /* It has the tool's user, so that it can be written to. That gives nothing: "others" shows it held as the tool is. */
    printf("memory of process 1 %s\n", open("/proc/1/mem", O_RDWR) == -1 ? "closed" : "open");
    held("folder of process 1", open("/proc/1/cwd/etc/shadow", O_RDONLY));
    held("root of process 1", open("/proc/1/root/written", O_WRONLY | O_CREAT, 0600));
    char path[64];
    int inherited = 0;
    for (int fd = 3; fd < 1024; fd++) {
        snprintf(path, sizeof path, "/proc/1/fd/%d", fd);
        char target[256] = "";
        if (readlink(path, target, sizeof target - 1) > 0 && strchr(target, '/') == target && strncmp(target, "/proc", 5)) {
            inherited++;
            printf("descriptor of process 1: %s\n", target);
        }
        if (open(path, O_WRONLY) != -1 && target[0] == '/') escapes++, printf("ESCAPED by descriptor of process 1 %s\n", target);
    }
    printf("inherited by process 1: %d\n", inherited);
    for (int fd = 3; fd < 1024; fd++) {
        snprintf(path, sizeof path, "/proc/self/fd/%d/../../etc/shadow", fd);
        if (open(path, O_RDONLY) != -1) escapes++, printf("ESCAPED by %s\n", path);
    }
}

/* What the kernel tells of itself and of others. */
static void telltales(void) {
    reads("/proc/kcore");
    reads("/proc/kmsg");
    reads("/sys/fs/cgroup");
    reads("/sys/kernel/debug");
    held("/proc/sys/kernel/core_pattern", open("/proc/sys/kernel/core_pattern", O_WRONLY));
    held("/proc/sys/vm/overcommit_memory", open("/proc/sys/vm/overcommit_memory", O_WRONLY));
    held("/proc/sys/user/max_user_namespaces", open("/proc/sys/user/max_user_namespaces", O_WRONLY));
    held("/proc/sysrq-trigger", open("/proc/sysrq-trigger", O_WRONLY));
    char line[512];
    int keys = 0, addresses = 0;
    FILE *file = fopen("/proc/keys", "r");
    while (file && fgets(line, sizeof line, file)) keys++;
    printf("keys %d\n", keys);
    file = fopen("/proc/kallsyms", "r");
    while (file && fgets(line, sizeof line, file)) if (strtoul(line, NULL, 16) != 0) addresses++;
    printf("addresses of the kernel %d\n", addresses);
}

/* A program that never was a file is held by the same filter. */
static void memfd(void) {
    int image = (int)syscall(SYS_memfd_create, "image", 0);
    int self = open("/proc/self/exe", O_RDONLY);
    char block[1 << 16];
    long length;
    while ((length = read(self, block, sizeof block)) > 0) write(image, block, (size_t)length);
    char *argument[] = {"probe", "namespaces", NULL}, *none[] = {NULL};
    printf("from memory\n");
    syscall(SYS_execveat, image, "", argument, none, 0x1000);
    printf("not started %s\n", strerrorname_np(errno));
}

static void raise_limit(const char *what, int resource) {
    struct { uint64_t soft, hard; } now, more;
    syscall(SYS_prlimit64, 0, resource, NULL, &now);
    more.soft = now.hard + 1;
    more.hard = now.hard + 1;
    held(what, syscall(SYS_prlimit64, 0, resource, &more, NULL));
    more.soft = more.hard = ~0ULL;
    held(what, syscall(SYS_prlimit64, 0, resource, &more, NULL));
}

static void limits(void) {
    raise_limit("more processor time", 0);
    raise_limit("larger files", 1);
    raise_limit("core files", 4);
    raise_limit("more descriptors", 7);
    raise_limit("more locked memory", 8);
    raise_limit("message queues", 12);
    raise_limit("real time", 14);
    struct sched_param high = {.sched_priority = 1};
    held("real-time scheduler", sched_setscheduler(0, SCHED_FIFO, &high));
    held("better priority", setpriority(PRIO_PROCESS, 0, -20) == 0 && getpriority(PRIO_PROCESS, 0) < 0 ? 0 : -1);
    signal(SIGXFSZ, SIG_IGN);
    int fd = open("/tmp/sparse", O_CREAT | O_RDWR, 0600);
    held("a file of a tebibyte", ftruncate(fd, 1L << 40));
    held("space of a tebibyte", fallocate(fd, 0, 0, 1L << 40));
    held("a mapping that is locked", mlock(mmap(NULL, 1 << 24, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), 1 << 24));
    int more = 0;
    while (dup(0) != -1) more++;
    printf("descriptors %s %d\n", strerrorname_np(errno), more);
}

/* Names without bytes: each costs the kernel a kilobyte. */
static void names(const char *folder) {
    char name[128];
    long made = 0;
    for (;; made++) {
        snprintf(name, sizeof name, "%s/%ld", folder, made);
        if (symlink("x", name) == -1) break;
    }
    printf("names %ld %s\n", made, strerrorname_np(errno));
}

/* Pipes as large as they go, filled. */
static void pipes(void) {
    static char block[1 << 20];
    long total = 0;
    int ends[2];
    while (pipe2(ends, O_NONBLOCK) == 0) {
        fcntl(ends[1], F_SETPIPE_SZ, 1 << 20);
        long written;
        while ((written = write(ends[1], block, sizeof block)) > 0) total += written;
    }
    printf("in pipes %ld %s\n", total, strerrorname_np(errno));
}

/* Children that are dead and never asked for. */
static void zombies(void) {
    int made = 0;
    for (pid_t child; (child = fork()) != -1; made++) if (child == 0) _exit(0);
    printf("zombies %d %s\n", made, strerrorname_np(errno));
}

/* Nothing that happens to process 1 frees the others. */
static void first(void) {
    printf("stop process 1 %d\n", kill(1, SIGSTOP));
    printf("kill process 1 %d\n", kill(1, SIGKILL));
    usleep(50000);
    printf("parent %d\n", getppid());
    held("another process 1", getppid() == 1 || getppid() == 2 ? -1 : 0);
}

/* The fixed page of old, where a call needs no instruction that a filter sees. */
static void fixed(void) {
#ifdef __x86_64__
    if (fork() == 0) {
        prctl(PR_SET_DUMPABLE, 0);
        long seconds = ((long (*)(long *))0xffffffffff600400)(NULL);
        printf("time by the fixed page %s\n", seconds > 0 ? "told" : "not told");
        _exit(0);
    }
    int status;
    wait(&status);
    printf("fixed page %s\n", WIFSIGNALED(status) ? "ends the process" : "is followed by the filter");
#endif
}

/* What a socket that is allowed could be made into. The number is a port that listens on the host, the path a socket that does. */
static void bent(int port, const char *listening) {
    struct sockaddr_in place = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(0x7f000001)};
    struct sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = "\0pavise"};
    int pair[2];
    socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
    close(pair[1]);
    held("connect a pair whose other half is gone", connect(pair[0], (struct sockaddr *)&name, sizeof name));
    socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair);
    held("connect a pair of packets", connect(pair[0], (struct sockaddr *)&name, sizeof name));
    if (listening) {
        socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
        snprintf(name.sun_path, sizeof name.sun_path, "%s", listening);
        held("connect a pair to a door", connect(pair[0], (struct sockaddr *)&name, sizeof name));
        held("connect a single half to a door", (close(pair[1]), connect(pair[0], (struct sockaddr *)&name, sizeof name)));
        held("door opened as a file", open(listening, O_RDWR));
        socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair);
    }
    struct iovec word = {"x", 1};
    struct msghdr message = {.msg_name = &name, .msg_namelen = sizeof name, .msg_iov = &word, .msg_iovlen = 1};
    char taken = 0;
    if (sendmsg(pair[0], &message, MSG_NOSIGNAL) == 1) read(pair[1], &taken, 1);
    printf("what is sent to a name goes to %s\n", taken == 'x' ? "the other half" : "nobody");
    int tcp = socket(AF_INET, SOCK_STREAM, 0);
    message.msg_name = &place;
    message.msg_namelen = sizeof place;
    struct mmsghdr several = {.msg_hdr = message};
    held("fast open", sendmsg(tcp, &message, MSG_FASTOPEN | MSG_NOSIGNAL));
    held("fast open of several", sendmmsg(tcp, &several, 1, MSG_FASTOPEN | MSG_NOSIGNAL));
    held("fast open by sendto", sendto(tcp, "x", 1, MSG_FASTOPEN | MSG_NOSIGNAL, (struct sockaddr *)&place, sizeof place));
    held("bind", bind(tcp, (struct sockaddr *)&place, sizeof place));
    held("listen without a name", listen(tcp, 1));
    place.sin_addr.s_addr = 0;
    held("connect to 0.0.0.0", connect(tcp, (struct sockaddr *)&place, sizeof place));
    place.sin_addr.s_addr = htonl(0xa9fea9fe);
    held("connect to metadata", connect(tcp, (struct sockaddr *)&place, sizeof place));
    int option = 1;
    held("a socket's filter", setsockopt(tcp, SOL_SOCKET, 26, &option, sizeof option));
    held("another protocol on top", setsockopt(tcp, IPPROTO_TCP, 31, "tls", 4));
    held("packet information", setsockopt(tcp, IPPROTO_IP, 8, &option, sizeof option));
    held("a device of its own", setsockopt(tcp, SOL_SOCKET, 25, "lo", 3));
    held("a mark", setsockopt(tcp, SOL_SOCKET, 36, &option, sizeof option));
    held("interfaces", ioctl(tcp, 0x8912, &option));
}

int main(int count, char **argument) {
    setvbuf(stdout, NULL, _IONBF, 0);
    const char *what = count > 1 ? argument[1] : "";
    long number = count > 2 ? atol(argument[2]) : 0;
    if (!strcmp(what, "files")) files();
    else if (!strcmp(what, "mounts")) mounts();
    else if (!strcmp(what, "others")) others();
    else if (!strcmp(what, "signals")) signals(number);
    else if (!strcmp(what, "environment")) environment();
    else if (!strcmp(what, "terminal")) terminal();
    else if (!strcmp(what, "sockets")) sockets();
    else if (!strcmp(what, "kernel")) kernel();
    else if (!strcmp(what, "namespaces")) namespaces();
    else if (!strcmp(what, "privileges")) privileges();
    else if (!strcmp(what, "forks")) forks((int)number);
    else if (!strcmp(what, "memory")) memory();
    else if (!strcmp(what, "disk")) disk();
    else if (!strcmp(what, "flood")) flood();
    else if (!strcmp(what, "stubborn")) stubborn();
    else if (!strcmp(what, "spin")) spin((int)number);
    else if (!strcmp(what, "foreign")) foreign(argument[2]);
    else if (!strcmp(what, "read")) reads(argument[2]);
    else if (!strcmp(what, "write")) writes(argument[2]);
    else if (!strcmp(what, "link")) held("link", link(argument[2], argument[3]));
    else if (!strcmp(what, "images")) images();
    else if (!strcmp(what, "telltales")) telltales();
    else if (!strcmp(what, "memfd")) memfd();
    else if (!strcmp(what, "limits")) limits();
    else if (!strcmp(what, "names")) names(count > 2 ? argument[2] : "/tmp");
    else if (!strcmp(what, "pipes")) pipes();
    else if (!strcmp(what, "zombies")) zombies();
    else if (!strcmp(what, "first")) first();
    else if (!strcmp(what, "fixed")) fixed();
    else if (!strcmp(what, "bent")) bent((int)number, count > 3 ? argument[3] : NULL);
    else if (!strcmp(what, "stopped")) printf("stopped\n"), raise(SIGSTOP);
    else return 64;
    return escapes ? 42 : 0;
}
