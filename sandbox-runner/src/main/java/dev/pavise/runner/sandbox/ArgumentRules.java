package dev.pavise.runner.sandbox;

import static dev.pavise.runner.sandbox.BpfAssembler.IF_ANY_BIT;
import static dev.pavise.runner.sandbox.BpfAssembler.IF_EQUAL;

import dev.pavise.runner.sandbox.BpfAssembler.Label;
import dev.pavise.runner.sandbox.SystemCalls.Rule;

/**
 * The part of the filter that looks at arguments. A filter sees the registers, never what they point to; where the kernel reads an
 * argument as 32 bits, so does this, for else the upper half would be a way around it.
 */
final class ArgumentRules {
    /** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET. */
    static final int NEW_NAMESPACES = 0x7E020000;

    /** S_ISUID and S_ISGID: a file in a granted folder that others would run with the tool's user and group. */
    static final int RUNS_AS_OWNER = 06000;

    /** O_CREAT and the bit of O_TMPFILE: only then is there a mode. */
    static final int CREATES = 0x40 | 0x400000;

    /** MAP_HUGETLB, MFD_HUGETLB, SHM_HUGETLB: pages that the host set apart, which no memory cgroup counts. */
    static final int HUGE_PAGES_OF_MAPPING = 0x40000;

    static final int HUGE_PAGES_OF_FILE = 4;
    static final int HUGE_PAGES_OF_SEGMENT = 04000;

    private static final int FILE_TYPE = 0170000;

    /** Plain files. No named pipes: one put in the place of a file of a granted folder keeps whoever opens it on the host waiting. */
    private static final int[] PLAIN_TYPES = {0, 0100000};

    /**
     * Terminal attributes and sizes, job control, pseudo terminals, close-on-exec, non-blocking, FIONREAD, block size, flags and
     * cloning of files. Above all not TIOCSTI and TIOCLINUX, which type into a terminal.
     */
    static final int[] IOCTLS = {
        0x5401,
        0x5402,
        0x5403,
        0x5404,
        0x540B,
        0x540E,
        0x540F,
        0x5410,
        0x5413,
        0x5414,
        0x541B,
        0x5421,
        0x5422,
        0x5429,
        0x5441,
        0x5450,
        0x5451,
        0x5452,
        0x80045430,
        0x40045431,
        2,
        0x80086601,
        0x40049409
    };

    /** Names, death signal, dumpable, timer slack, sub-reaper, no new privileges, huge pages, names of memory; reading of bounds. */
    static final int[] PRCTLS = {1, 2, 3, 4, 15, 16, 23, 29, 30, 36, 37, 38, 39, 40, 41, 42, 0x53564D41};

    /** The plain one, and the question which it is. Others turn off the mixing of addresses. */
    static final int[] PERSONALITIES = {0, -1};

    private static final int UNIX = 1;
    private static final int SOCKET_TYPE = 0xF;

    /** Connected kinds only: a datagram socket of a pair could still be told to send to a name. */
    private static final int[] PAIR_TYPES = {1, 5};

    private static final int IPV4 = 2;
    private static final int STREAM = 1;

    /** The one that stands for TCP, and TCP by its number; not Multipath TCP. */
    private static final int[] TCP = {0, 6};

    /** MSG_FASTOPEN: connects while it sends, which Landlock does not look at. */
    static final int FAST_OPEN = 0x20000000;

    private static final int LEVEL_SOCKET = 1;
    private static final int LEVEL_IP = 0;
    private static final int LEVEL_TCP = 6;

    /** Re-use, buffers, keep-alive, out-of-band, priority, linger, time limits. Above all no filters of its own. */
    private static final int[] SOCKET_OPTIONS = {2, 7, 8, 9, 10, 12, 13, 15, 20, 21, 66, 67};

    /** Type of service. */
    private static final int[] IP_OPTIONS = {1};

    /** No delay, segment size, cork, keep-alive, tries, lingering, quick answers, time limit. Above all no other protocol on top. */
    private static final int[] TCP_OPTIONS = {1, 2, 3, 4, 5, 6, 7, 8, 12, 18};

    private final BpfAssembler program;
    private final Label allow = new Label();
    private final Label deny = new Label();

    private ArgumentRules(BpfAssembler program) {
        this.program = program;
    }

    /** Adds what judges a call under this rule; it ends in a return on every way. */
    static void write(Rule rule, BpfAssembler program) {
        new ArgumentRules(program).write(rule);
    }

    private void write(Rule rule) {
        switch (rule) {
            case OPEN -> whenCreating(1, 2);
            case OPENAT -> whenCreating(2, 3);
            case MODE1 -> denyBits(1, RUNS_AS_OWNER);
            case MODE2 -> denyBits(2, RUNS_AS_OWNER);
            case NODE1 -> node(1);
            case NODE2 -> node(2);
            case IOCTL -> anyOf(1, IOCTLS);
            case CLONE -> denyBits(0, NEW_NAMESPACES);
            case PRCTL -> anyOf(0, PRCTLS);
            case PERSONALITY -> anyOf(0, PERSONALITIES);
            case SOCKETPAIR -> {
                argument(0).jumpUnless(IF_EQUAL, UNIX, deny);
                argument(1).and(SOCKET_TYPE);
                equalsAny(PAIR_TYPES);
            }
            case SENDTO -> {
                // An address names somebody else than the peer of the pair.
                argument(4).jumpUnless(IF_EQUAL, 0, deny);
                upperHalf(4).jumpUnless(IF_EQUAL, 0, deny).jump(allow);
            }
            case SENDMSG -> denyBits(2, FAST_OPEN);
            case SENDMMSG -> denyBits(3, FAST_OPEN);
            case MMAP -> denyBits(3, HUGE_PAGES_OF_MAPPING);
            case MEMFD -> denyBits(1, HUGE_PAGES_OF_FILE);
            case SHMGET -> denyBits(2, HUGE_PAGES_OF_SEGMENT);
            case TCP_SOCKET -> {
                argument(0).jumpUnless(IF_EQUAL, IPV4, deny);
                argument(1).and(SOCKET_TYPE).jumpUnless(IF_EQUAL, STREAM, deny);
                anyOf(2, TCP);
            }
            case RELAY_SOCKET -> {
                Label known = new Label();
                argument(0).jumpIf(IF_EQUAL, UNIX, known).jumpUnless(IF_EQUAL, IPV4, deny);
                program.place(known);
                argument(1).and(SOCKET_TYPE).jumpUnless(IF_EQUAL, STREAM, deny);
                anyOf(2, TCP);
            }
            case SOCKET_OPTION -> socketOption();
            case ALLOW, DENY -> throw new IllegalArgumentException("needs no argument: " + rule);
        }
        program.place(deny).returns(Seccomp.NOT_PERMITTED);
        program.place(allow).returns(Seccomp.ALLOW);
    }

    private void socketOption() {
        Label ofSocket = new Label();
        Label ofTcp = new Label();
        argument(1).jumpIf(IF_EQUAL, LEVEL_SOCKET, ofSocket).jumpIf(IF_EQUAL, LEVEL_TCP, ofTcp);
        program.jumpUnless(IF_EQUAL, LEVEL_IP, deny);
        anyOf(2, IP_OPTIONS);
        program.jump(deny).place(ofSocket);
        anyOf(2, SOCKET_OPTIONS);
        program.jump(deny).place(ofTcp);
        anyOf(2, TCP_OPTIONS);
    }

    private void whenCreating(int flags, int mode) {
        argument(flags).jumpUnless(IF_ANY_BIT, CREATES, allow);
        denyBits(mode, RUNS_AS_OWNER);
    }

    private void denyBits(int argument, int bits) {
        argument(argument).jumpUnless(IF_ANY_BIT, bits, allow);
    }

    private void node(int mode) {
        argument(mode).jumpIf(IF_ANY_BIT, RUNS_AS_OWNER, deny).and(FILE_TYPE);
        equalsAny(PLAIN_TYPES);
    }

    private void anyOf(int argument, int[] values) {
        argument(argument);
        equalsAny(values);
    }

    private void equalsAny(int[] values) {
        for (int value : values) {
            program.jumpIf(IF_EQUAL, value, allow);
        }
    }

    private BpfAssembler argument(int index) {
        return program.load(16 + 8 * index);
    }

    private BpfAssembler upperHalf(int index) {
        return program.load(20 + 8 * index);
    }
}
