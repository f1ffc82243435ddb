package dev.pavise.runner.sandbox;

import static dev.pavise.runner.sandbox.Architecture.AARCH64;
import static dev.pavise.runner.sandbox.Architecture.X86_64;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pavise.runner.sandbox.SystemCalls.Entry;
import dev.pavise.runner.sandbox.SystemCalls.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class SeccompTest {
    private static final SystemCalls CALLS = SystemCalls.load();

    private static BpfInterpreter filter(Architecture architecture) {
        return filter(architecture, Sockets.NONE);
    }

    private static BpfInterpreter filter(Architecture architecture, Sockets sockets) {
        return new BpfInterpreter(Seccomp.filter(architecture, CALLS, sockets));
    }

    private static String name(int answer) {
        return switch (answer) {
            case Seccomp.ALLOW -> "allow";
            case Seccomp.NOT_PERMITTED -> "EPERM";
            case Seccomp.NO_SUCH_CALL -> "ENOSYS";
            case Seccomp.KILL_PROCESS -> "kill";
            default -> Integer.toHexString(answer);
        };
    }

    private static String judge(Architecture architecture, String call, long... arguments) {
        return judge(architecture, Sockets.NONE, call, arguments);
    }

    private static String judge(Architecture architecture, Sockets sockets, String call, long... arguments) {
        Entry entry = CALLS.entries().stream()
                .filter(one -> one.name().equals(call))
                .findFirst()
                .orElseThrow();
        Integer number = entry.numbers().get(architecture);
        assumeTrue(number != null, "there is no " + call + " on " + architecture);
        long[] six = new long[6];
        System.arraycopy(arguments, 0, six, 0, arguments.length);
        return name(filter(architecture, sockets).answer(number, architecture.audit(), six));
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void isWhatTheKernelTakes(Architecture architecture) {
        BpfInterpreter filter = filter(architecture);
        filter.check();
        assertTrue(filter.instructions() < 512, () -> filter.instructions() + " instructions");
    }

    /** Every number there is and some that are not, each looked up in the table by other means. */
    @ParameterizedTest
    @EnumSource(Architecture.class)
    void answersEveryNumberAsTheTableSays(Architecture architecture) {
        BpfInterpreter filter = filter(architecture);
        Map<Integer, Rule> rules = new HashMap<>();
        CALLS.entries()
                .forEach(entry -> Optional.ofNullable(entry.numbers().get(architecture))
                        .ifPresent(number -> rules.put(number, entry.rule())));
        for (int number = 0; number < 2000; number++) {
            String answer = name(filter.answer(number, architecture.audit(), -1, -1, -1, -1, -1, -1));
            Rule rule = rules.get(number);
            if (rule == null) {
                assertEquals("ENOSYS", answer, "number " + number);
            } else if (rule == Rule.ALLOW) {
                assertEquals("allow", answer, "number " + number);
                assertTrue(filter.steps() < 16, "number " + number + " takes " + filter.steps());
            } else if (rule != Rule.PERSONALITY) {
                // All bits set is what no rule wants; only of personality is it the harmless question.
                assertEquals("EPERM", answer, "number " + number);
            }
        }
    }

    @Test
    void killsWhoeverCallsAnotherWay() {
        BpfInterpreter filter = filter(X86_64);
        long[] none = new long[6];
        for (int number : new int[] {0, 1, 39, 59, 231, -1, Integer.MIN_VALUE}) {
            assertEquals("kill", name(filter.answer(number, AARCH64.audit(), none)));
            assertEquals("kill", name(filter.answer(number, 0x40000003, none)), "32-bit");
            assertEquals("kill", name(filter.answer(number, 0, none)));
        }
        for (int number : new int[] {0x40000000, 0x40000000 | 39, 0x7FFFFFFF, -1, Integer.MIN_VALUE}) {
            assertEquals("kill", name(filter.answer(number, X86_64.audit(), none)), "x32");
        }
        assertEquals("ENOSYS", name(filter.answer(0x3FFFFFFF, X86_64.audit(), none)));
        assertEquals("ENOSYS", name(filter(AARCH64).answer(-1, AARCH64.audit(), none)));
    }

    /** Numbers may be given with any upper half where the kernel reads 32 bits. */
    @ParameterizedTest
    @CsvSource({
        "clone, allow, 0x11, 0, 0", // SIGCHLD
        "clone, allow, 0x3d0f00, 0, 0", // pthread_create
        "clone, EPERM, 0x10000011, 0, 0",
        "clone, EPERM, 0x20000, 0, 0",
        "clone, EPERM, 0x02000000, 0, 0",
        "clone, EPERM, 0x04000000, 0, 0",
        "clone, EPERM, 0x08000000, 0, 0",
        "clone, EPERM, 0x20000000, 0, 0",
        "clone, EPERM, 0x40000000, 0, 0",
        "clone, EPERM, 0x7fffffff10000000, 0, 0",
        "ioctl, allow, 0, 0x5401, 0",
        "ioctl, allow, 0, 0x80045430, 0",
        "ioctl, EPERM, 0, 0x5412, 0", // TIOCSTI
        "ioctl, EPERM, 0, 0x100005412, 0",
        "ioctl, EPERM, 0, 0x541c, 0", // TIOCLINUX
        "ioctl, EPERM, 0, 0, 0",
        "open, allow, 0, 0, 06000",
        "open, allow, 0, 0x41, 0644",
        "open, EPERM, 0, 0x41, 04755",
        "open, EPERM, 0, 0x410001, 02755", // O_TMPFILE
        "open, EPERM, 0, 0x100000041, 0x100000800",
        "creat, allow, 0, 0777, 0",
        "creat, EPERM, 0, 04777, 0",
        "chmod, allow, 0, 01777, 0",
        "chmod, EPERM, 0, 02000, 0",
        "fchmod, EPERM, 3, 04000, 0",
        "fchmodat, EPERM, 3, 0, 04000",
        "fchmodat, allow, 3, 0, 0755",
        "fchmodat2, EPERM, 3, 0, 06755",
        "mknod, allow, 0, 0100644, 0",
        "mknod, EPERM, 0, 010644, 0", // a pipe
        "mknod, allow, 0, 0644, 0",
        "mknod, EPERM, 0, 020666, 0x103",
        "mknod, EPERM, 0, 060666, 0",
        "mknod, EPERM, 0, 0140666, 0",
        "mknod, EPERM, 0, 0104755, 0",
        "mknodat, EPERM, 3, 0, 020666",
        "mknodat, allow, 3, 0, 0100666",
        "mknodat, EPERM, 3, 0, 010666",
        "personality, allow, 0, 0, 0",
        "personality, allow, 0xffffffff, 0, 0",
        "personality, EPERM, 0x40000, 0, 0",
        "personality, EPERM, 8, 0, 0",
        "prctl, allow, 15, 0, 0",
        "prctl, allow, 0x53564d41, 0, 0",
        "prctl, EPERM, 22, 2, 0", // a filter of its own
        "prctl, EPERM, 28, 0, 0", // secure bits
        "prctl, EPERM, 47, 2, 0", // ambient capabilities
        "socketpair, allow, 1, 1, 0",
        "socketpair, allow, 1, 0x80801, 0",
        "socketpair, allow, 1, 5, 0",
        "socketpair, EPERM, 1, 2, 0",
        "socketpair, EPERM, 2, 1, 0",
        "sendto, allow, 3, 0, 0",
        "sendmsg, allow, 3, 0, 0x4040", // without signal, without waiting
        "sendmsg, EPERM, 3, 0, 0x20000000",
        "sendmsg, EPERM, 3, 0, 0x120004000",
        "memfd_create, allow, 0, 3, 0",
        "memfd_create, EPERM, 0, 4, 0",
        "shmget, allow, 0, 0, 0666",
        "shmget, EPERM, 0, 0, 04666",
        "socket, EPERM, 1, 1, 0",
        "connect, EPERM, 3, 0, 0",
        "bind, EPERM, 3, 0, 0",
        "unshare, EPERM, 0, 0, 0",
        "setns, EPERM, 3, 0, 0",
        "ptrace, EPERM, 16, 1, 0"
    })
    void judgesByArgument(String call, String answer, String first, String second, String third) {
        for (Architecture architecture : Architecture.values()) {
            if (CALLS.entries().stream()
                    .anyMatch(one -> one.name().equals(call) && one.numbers().containsKey(architecture))) {
                assertEquals(
                        answer, judge(architecture, call, Long.decode(first), Long.decode(second), Long.decode(third)));
            }
        }
    }

    @Test
    void openatLooksAtItsOwnArguments() {
        assertEquals("allow", judge(X86_64, "openat", -100, 0, 0, 06000));
        assertEquals("EPERM", judge(X86_64, "openat", -100, 0, 0x40, 04755));
        assertEquals("allow", judge(X86_64, "mmap", 0, 4096, 3, 0x22));
        assertEquals("EPERM", judge(X86_64, "mmap", 0, 4096, 3, 0x40022));
        assertEquals("allow", judge(AARCH64, "openat", -100, 0x40, 0x40, 0755));
    }

    @Test
    void sendtoSeesBothHalvesOfAnAddress() {
        assertEquals("EPERM", judge(X86_64, "sendto", 3, 0, 0, 0, 0x7FFF00000000L, 16));
        assertEquals("EPERM", judge(X86_64, "sendto", 3, 0, 0, 0, 0x1000, 16));
        assertEquals("allow", judge(X86_64, "sendto", 3, 0, 0, 0, 0, 16));
        assertEquals("allow", judge(X86_64, "sendmmsg", 3, 0, 1, 0x4000));
        assertEquals("EPERM", judge(X86_64, "sendmmsg", 3, 0, 1, 0x20000000));
    }

    /** What a filter lets through of sockets, for a tool without network, one with it, and the relay. */
    @ParameterizedTest
    @CsvSource({
        "socket, EPERM, allow, allow, 2, 1, 0", // TCP
        "socket, EPERM, allow, allow, 2, 0x80801, 6",
        "socket, EPERM, EPERM, EPERM, 2, 1, 262", // Multipath TCP
        "socket, EPERM, EPERM, EPERM, 2, 1, 132", // SCTP
        "socket, EPERM, EPERM, EPERM, 2, 2, 0", // UDP
        "socket, EPERM, EPERM, EPERM, 2, 3, 6", // raw
        "socket, EPERM, EPERM, EPERM, 10, 1, 0", // IPv6
        "socket, EPERM, EPERM, allow, 1, 1, 0", // Unix
        "socket, EPERM, EPERM, EPERM, 1, 2, 0",
        "socket, EPERM, EPERM, EPERM, 16, 3, 0", // netlink
        "socket, EPERM, EPERM, EPERM, 17, 3, 0", // packet
        "socket, EPERM, EPERM, EPERM, 40, 1, 0", // vsock
        "socketpair, EPERM, EPERM, allow, 1, 2, 0",
        "socketpair, allow, allow, allow, 1, 1, 0",
        "connect, EPERM, allow, allow, 3, 0, 0",
        "bind, EPERM, EPERM, allow, 3, 0, 0",
        "listen, EPERM, EPERM, allow, 3, 0, 0",
        "accept, EPERM, EPERM, allow, 3, 0, 0",
        "accept4, EPERM, EPERM, allow, 3, 0, 0",
        "setsockopt, EPERM, allow, allow, 3, 1, 9", // keep-alive
        "setsockopt, EPERM, allow, allow, 3, 6, 1", // no delay
        "setsockopt, EPERM, EPERM, EPERM, 3, 1, 26", // a filter of its own
        "setsockopt, EPERM, EPERM, EPERM, 3, 1, 50",
        "setsockopt, EPERM, EPERM, EPERM, 3, 6, 31", // another protocol on top
        "setsockopt, EPERM, EPERM, EPERM, 3, 0, 64", // netfilter
        "setsockopt, EPERM, EPERM, EPERM, 3, 41, 1",
        "sendto, allow, allow, allow, 3, 0, 0",
        "ptrace, EPERM, EPERM, EPERM, 16, 1, 0",
        "unshare, EPERM, EPERM, EPERM, 0, 0, 0"
    })
    void letsSocketsThroughByWhatTheyAreFor(
            String call, String none, String client, String relay, String first, String second, String third) {
        for (Architecture architecture : Architecture.values()) {
            long[] arguments = {Long.decode(first), Long.decode(second), Long.decode(third)};
            assertEquals(none, judge(architecture, Sockets.NONE, call, arguments));
            assertEquals(client, judge(architecture, Sockets.CLIENT, call, arguments));
            assertEquals(relay, judge(architecture, Sockets.RELAY, call, arguments));
        }
    }

    @ParameterizedTest
    @EnumSource(Sockets.class)
    void isWhatTheKernelTakesForEachUse(Sockets sockets) {
        for (Architecture architecture : Architecture.values()) {
            filter(architecture, sockets).check();
        }
    }

    /** The dangerous ones, by the numbers of the kernel's own tables and not of ours. */
    @Test
    void refusesKnownWaysOut() {
        int[] x86 = {
            101, 155, 161, 165, 166, 167, 169, 175, 246, 248, 249, 250, 272, 298, 303, 304, 308, 310, 311, 312, 313,
            320, 321, 323, 41, 42, 49, 50, 425, 426, 427, 428, 429, 430, 431, 432, 433, 435, 437, 438, 442, 103, 172,
            173, 278, 206, 209
        };
        int[] arm = {
            39, 40, 41, 51, 97, 104, 105, 106, 117, 142, 198, 200, 201, 203, 217, 218, 219, 241, 262, 264, 265, 268,
            270, 271, 272, 273, 280, 282, 294, 425, 426, 427, 428, 429, 430, 431, 432, 433, 435, 437, 438, 442, 75, 0, 2
        };
        BpfInterpreter first = filter(X86_64);
        for (int number : x86) {
            assertNotEquals("allow", name(first.answer(number, X86_64.audit(), new long[6])), "x86_64 " + number);
        }
        BpfInterpreter second = filter(AARCH64);
        for (int number : arm) {
            assertNotEquals("allow", name(second.answer(number, AARCH64.audit(), new long[6])), "aarch64 " + number);
        }
    }

    @Test
    void neverLosesItsWay() {
        Random random = new Random(7);
        for (Architecture architecture : Architecture.values()) {
            BpfInterpreter filter = filter(architecture);
            for (int round = 0; round < 100_000; round++) {
                int number = random.nextInt(4) == 0 ? random.nextInt() : random.nextInt(500);
                int audit = random.nextInt(8) == 0 ? random.nextInt() : architecture.audit();
                long[] arguments = random.longs(6).toArray();
                assertTrue(List.of("allow", "EPERM", "ENOSYS", "kill")
                        .contains(name(filter.answer(number, audit, arguments))));
            }
        }
    }

    /** Where the machine has the kernel's headers, the numbers are those. */
    @Test
    void numbersAreThoseOfTheHeaders() throws IOException {
        Path header = Path.of("/usr/include/x86_64-linux-gnu/asm/unistd_64.h");
        assumeTrue(Files.exists(header), "no kernel headers here");
        Map<String, Integer> known = new HashMap<>();
        Pattern.compile("#define __NR_(\\w+) (\\d+)")
                .matcher(Files.readString(header))
                .results()
                .forEach(one -> known.put(one.group(1), Integer.valueOf(one.group(2))));
        for (Entry entry : CALLS.entries()) {
            if (known.containsKey(entry.name())) {
                assertEquals(known.get(entry.name()), entry.numbers().get(X86_64), entry.name());
            }
        }
    }
}
