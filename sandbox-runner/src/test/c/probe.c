/* What a tool may try, one thing for each first argument. Compiled to probe.wasm by ./build; see there. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <wasi/api.h>

#define ROOT 3
#define IS(name) (strcmp(what, name) == 0)

extern char **environ;

static int code(const char *label, int number) {
    printf("%s %d\n", label, number);
    return 0;
}

static int raw_open(const char *path, int follow, int how, uint64_t rights) {
    __wasi_fd_t fd = 99;
    int error = __wasi_path_open(ROOT, follow ? 1 : 0, path, how, rights, rights, 0, &fd);
    return code("open", error);
}

static int copy(FILE *in, FILE *out) {
    char buffer[4096];
    size_t n;
    while ((n = fread(buffer, 1, sizeof buffer, in)) > 0) fwrite(buffer, 1, n, out);
    return 0;
}

static int show(const char *path) {
    FILE *in = fopen(path, "r");
    if (!in) return code("errno", errno);
    copy(in, stdout);
    fclose(in);
    return 0;
}

static int put(const char *path, const char *text) {
    FILE *out = fopen(path, "w");
    if (!out) return code("errno", errno);
    fputs(text, out);
    return fclose(out) == 0 ? 0 : code("errno", errno);
}

static int list(const char *path) {
    DIR *dir = opendir(path);
    if (!dir) return code("errno", errno);
    struct dirent *entry;
    while ((entry = readdir(dir))) printf("%s\n", entry->d_name);
    return closedir(dir);
}

/* Every number but the four that are given. */
static int scan(void) {
    int found = 0;
    for (int fd = -10; fd < 4000; fd++) {
        __wasi_fdstat_t stat;
        if (__wasi_fd_fdstat_get(fd, &stat) == 0) found++;
    }
    return code("open descriptors", found);
}

static int grow(void) {
    int pages = 0;
    while (__builtin_wasm_memory_grow(0, 16) != (size_t)-1) pages += 16;
    return code("pages", pages);
}

static int touch_all(void) {
    for (;;) {
        char *volatile block = malloc(1 << 20);
        if (!block) return code("malloc gave up", 1), 3;
        memset(block, 7, 1 << 20);
    }
}

static int disk(void) {
    int fd = open("/tmp/bomb", O_CREAT | O_WRONLY, 0600);
    static char block[65536];
    long long total = 0;
    ssize_t n;
    while ((n = write(fd, block, sizeof block)) > 0) total += n;
    printf("wrote %lld errno %d\n", total, errno);
    return 0;
}

static int many_files(void) {
    char name[64];
    for (int i = 0;; i++) {
        snprintf(name, sizeof name, "/tmp/f%d", i);
        int fd = open(name, O_CREAT | O_WRONLY, 0600);
        if (fd < 0) {
            printf("files %d errno %d\n", i, errno);
            return 0;
        }
        close(fd);
    }
}

static int many_descriptors(void) {
    put("/tmp/x", "x");
    for (int i = 0;; i++) {
        if (open("/tmp/x", O_RDONLY) < 0) {
            printf("descriptors %d errno %d\n", i, errno);
            return 0;
        }
    }
}

static int sparse(void) {
    int fd = open("/tmp/s", O_CREAT | O_RDWR, 0600);
    int cut = ftruncate(fd, 1LL << 60);
    printf("ftruncate %d %d\n", cut, errno);
    ssize_t n = pwrite(fd, "x", 1, (1LL << 62));
    printf("pwrite %zd %d\n", n, errno);
    n = pwrite(fd, "x", 1, INT64_MAX);
    printf("pwrite %zd %d\n", n, errno);
    printf("allocate %d\n", __wasi_fd_allocate(fd, 1LL << 62, 1LL << 62));
    struct stat stat;
    fstat(fd, &stat);
    printf("size %lld\n", (long long)stat.st_size);
    return 0;
}

static int links(void) {
    printf("absolute %d\n", __wasi_path_symlink("/etc/passwd", ROOT, "tmp/a"));
    printf("up %d\n", __wasi_path_symlink("../../../../etc/passwd", ROOT, "tmp/b"));
    raw_open("tmp/b", 1, 0, 2);
    printf("loop %d\n", __wasi_path_symlink("loop", ROOT, "tmp/loop"));
    raw_open("tmp/loop", 1, 0, 2);
    put("/tmp/real", "real\n");
    printf("good %d\n", __wasi_path_symlink("real", ROOT, "tmp/good"));
    show("/tmp/good");
    printf("hard %d\n", __wasi_path_link(ROOT, 0, "tmp/real", ROOT, "tmp/second"));
    show("/tmp/second");
    printf("hard out %d\n", __wasi_path_link(ROOT, 0, "../etc/passwd", ROOT, "tmp/third"));
    return 0;
}

/* In a granted folder: a link there would outlive the run. */
static int links_in(const char *folder) {
    char path[256];
    put("/tmp/real", "real\n");
    snprintf(path, sizeof path, "%s/link", folder + 1);
    printf("symlink %d\n", __wasi_path_symlink("x", ROOT, path));
    printf("hard %d\n", __wasi_path_link(ROOT, 0, "tmp/real", ROOT, path));
    printf("rename %d\n", __wasi_path_rename(ROOT, "tmp/real", ROOT, path));
    return 0;
}

static int sockets(void) {
    __wasi_fd_t fd;
    __wasi_size_t n;
    __wasi_roflags_t flags;
    uint8_t byte = 0;
    __wasi_iovec_t in = {&byte, 1};
    __wasi_ciovec_t out = {&byte, 1};
    printf("accept %d\n", __wasi_sock_accept(0, 0, &fd));
    printf("recv %d\n", __wasi_sock_recv(0, &in, 1, 0, &n, &flags));
    printf("send %d\n", __wasi_sock_send(1, &out, 1, 0, &n));
    printf("shutdown %d\n", __wasi_sock_shutdown(3, 3));
    printf("none %d\n", __wasi_sock_send(77, &out, 1, 0, &n));
    return 0;
}

static int renumber(void) {
    uint32_t seed = 12345;
    put("/tmp/x", "x");
    for (int i = 0; i < 20000; i++) {
        seed = seed * 1664525 + 1013904223;
        int a = (int)(seed >> 8) % 80 - 8;
        seed = seed * 1664525 + 1013904223;
        int b = (int)(seed >> 8) % 80 - 8;
        if (a <= 3 || b <= 3) continue; /* stdout and the root stay, to tell of it */
        if (i % 3 == 0) {
            __wasi_fd_t fd;
            __wasi_path_open(ROOT, 0, "tmp/x", 0, 2, 2, 0, &fd);
        } else if (i % 3 == 1) {
            __wasi_fd_renumber(a, b);
        } else {
            __wasi_fd_close(a);
        }
    }
    return scan();
}

static int bad_pointers(void) {
    __wasi_size_t n;
    static const uint32_t at[] = {0xffffffff, 0xfffffff0, 0x80000000, 0x7fffffff, 0x7ffffff0, 0};
    static const uint32_t length[] = {0xffffffff, 0x80000000, 0x7fffffff, 0x10000000, 1};
    int worst = 0;
    for (unsigned i = 0; i < sizeof at / sizeof *at; i++) {
        for (unsigned j = 0; j < sizeof length / sizeof *length; j++) {
            __wasi_ciovec_t out = {(const uint8_t *)(uintptr_t)at[i], length[j]};
            if (at[i] == 0 && length[j] == 1) continue;
            worst |= __wasi_fd_write(2, &out, 1, &n) == 0;
            __wasi_iovec_t in = {(uint8_t *)(uintptr_t)at[i], length[j]};
            worst |= __wasi_fd_read(0, &in, 1, &n) == 0 && length[j] > 1 && at[i] != 0;
            worst |= __wasi_random_get((uint8_t *)(uintptr_t)at[i], length[j]) == 0;
        }
    }
    return code("got through", worst);
}

static int sleep_for(long long ns) {
    __wasi_subscription_t subscription;
    memset(&subscription, 0, sizeof subscription);
    subscription.u.tag = 0;
    subscription.u.u.clock.id = 1;
    subscription.u.u.clock.timeout = (uint64_t)ns;
    __wasi_event_t event;
    __wasi_size_t n;
    int error = __wasi_poll_oneoff(&subscription, &event, 1, &n);
    printf("poll %d events %d\n", error, (int)n);
    return 0;
}

static long fibonacci(int n) {
    return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

static int flood(void) {
    static char block[65536];
    memset(block, 'x', sizeof block);
    for (;;) write(1, block, sizeof block);
}

static int spin(void) {
    volatile unsigned n = 0;
    for (;;) n++;
}

static int tree(const char *folder) {
    char path[256];
    snprintf(path, sizeof path, "%s/kept", folder);
    put(path, "changed\n");
    snprintf(path, sizeof path, "%s/gone", folder);
    printf("unlink %d\n", unlink(path));
    snprintf(path, sizeof path, "%s/new", folder);
    printf("mkdir %d\n", mkdir(path, 0700));
    snprintf(path, sizeof path, "%s/new/inner", folder);
    put(path, "inner\n");
    char other[256];
    snprintf(path, sizeof path, "%s/old", folder);
    snprintf(other, sizeof other, "%s/moved", folder);
    printf("rename %d\n", rename(path, other));
    return 0;
}

/* What programs do with files all day. */
static int posix(void) {
    char path[64];
    struct stat stat;
    int fd = open("/tmp/p", O_CREAT | O_EXCL | O_RDWR, 0600);
    printf("exclusive %d\n", open("/tmp/p", O_CREAT | O_EXCL | O_RDWR, 0600) < 0 ? errno : 0);
    write(fd, "0123456789", 10);
    printf("seek %lld", (long long)lseek(fd, -4, SEEK_END));
    char digits[8] = {0};
    printf(" read %zd %s", read(fd, digits, 8), digits);
    printf(" end %zd before %lld\n", read(fd, digits, 8), (long long)lseek(fd, -100, SEEK_SET));
    printf("pread %zd\n", pread(fd, digits, 3, 8));
    ftruncate(fd, 3);
    int more = open("/tmp/p", O_WRONLY | O_APPEND);
    write(more, "abc", 3);
    write(more, "def", 3);
    fstat(fd, &stat);
    printf("appended %lld links %d regular %d\n", (long long)stat.st_size, (int)stat.st_nlink, S_ISREG(stat.st_mode));
    printf("read only %d\n", write(open("/tmp/p", O_RDONLY), "x", 1) < 0 ? errno : 0);
    open("/tmp/p", O_WRONLY | O_TRUNC);
    fstat(fd, &stat);
    printf("cut %lld\n", (long long)stat.st_size);
    mkdir("/tmp/d", 0700);
    printf("again %d", mkdir("/tmp/d", 0700) < 0 ? errno : 0);
    printf(" as file %d", open("/tmp/d", O_WRONLY) < 0 ? errno : 0);
    printf(" unlink %d", unlink("/tmp/d") < 0 ? errno : 0);
    printf(" rmdir of file %d\n", rmdir("/tmp/p") < 0 ? errno : 0);
    for (int i = 0; i < 700; i++) {
        snprintf(path, sizeof path, "/tmp/d/file-with-a-name-of-some-length-%d", i);
        close(open(path, O_CREAT | O_WRONLY, 0600));
    }
    printf("not empty %d\n", rmdir("/tmp/d") < 0 ? errno : 0);
    DIR *dir = opendir("/tmp/d");
    int seen = 0, gone = 0;
    for (struct dirent *entry; (entry = readdir(dir));) {
        if (entry->d_name[0] == '.') continue;
        seen++;
        snprintf(path, sizeof path, "/tmp/d/%s", entry->d_name);
        gone += unlink(path) == 0;
    }
    closedir(dir);
    printf("listed %d removed %d empty %d\n", seen, gone, rmdir("/tmp/d"));
    put("/tmp/q", "q");
    printf("rename over %d", rename("/tmp/q", "/tmp/p"));
    printf(" gone %d", open("/tmp/q", O_RDONLY) < 0 ? errno : 0);
    fstat(fd, &stat);
    printf(" old one has links %d\n", (int)stat.st_nlink);
    struct timespec times[2] = {{1000, 0}, {2000, 5000}};
    futimens(fd, times);
    fstat(fd, &stat);
    printf("times %lld %lld\n", (long long)stat.st_atim.tv_sec, (long long)stat.st_mtim.tv_sec);
    return 0;
}

int main(int argc, char **argv) {
    const char *what = argc > 1 ? argv[1] : "";
    const char *more = argc > 2 ? argv[2] : "";
    if (IS("args")) {
        for (int i = 0; i < argc; i++) printf("[%s]", argv[i]);
        printf("\n");
        return 0;
    }
    if (IS("env")) {
        for (char **e = environ; *e; e++) printf("%s\n", *e);
        return 0;
    }
    if (IS("echo")) return copy(stdin, stdout);
    if (IS("exit")) return atoi(more);
    if (IS("exit-now")) _Exit(atoi(more));
    if (IS("abort")) abort();
    if (IS("show")) return show(more);
    if (IS("put")) return put(more, "put\n");
    if (IS("list")) return list(more);
    if (IS("open")) return raw_open(more, 1, 0, 2);
    if (IS("create")) return raw_open(more, 1, 1, 66);
    if (IS("scan")) return scan();
    if (IS("grow")) return grow();
    if (IS("touch-all")) return touch_all();
    if (IS("disk")) return disk();
    if (IS("files")) return many_files();
    if (IS("descriptors")) return many_descriptors();
    if (IS("sparse")) return sparse();
    if (IS("links")) return links();
    if (IS("links-in")) return links_in(more);
    if (IS("sockets")) return sockets();
    if (IS("renumber")) return renumber();
    if (IS("pointers")) return bad_pointers();
    if (IS("sleep")) return sleep_for(atoll(more));
    if (IS("fibonacci")) return code("fibonacci", (int)fibonacci(atoi(more)));
    if (IS("flood")) return flood();
    if (IS("spin")) return spin();
    if (IS("posix")) return posix();
    if (IS("tree")) return tree(more);
    if (IS("wait-and-put")) return sleep_for(300000000), put(more, "put\n");
    if (IS("put-and-spin")) return put(more, "put\n"), spin();
    if (IS("put-and-trap")) return put(more, "put\n"), __builtin_trap(), 0;
    if (IS("null")) return *(volatile int *)(uintptr_t)0xfffffff0;
    if (IS("both")) {
        fputs("out\n", stdout);
        fputs("err\n", stderr);
        return 0;
    }
    if (IS("stream")) {
        for (int i = 0; i < 3; i++) {
            printf("line %d\n", i);
            fflush(stdout);
        }
        return sleep_for(atoll(more));
    }
    if (IS("time")) {
        struct timespec now;
        clock_gettime(CLOCK_REALTIME, &now);
        printf("%lld\n", (long long)now.tv_sec);
        return 0;
    }
    printf("unknown: %s\n", what);
    return 2;
}
