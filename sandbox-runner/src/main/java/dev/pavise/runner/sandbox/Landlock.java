package dev.pavise.runner.sandbox;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.OptionalInt;

/**
 * A second lock on what the network namespace and the filter of system calls hold already, where the kernel has it (Linux 6.12, version 6
 * of the interface): no TCP port can be connected to or listened on but the one of a run that has a network, no signal and no abstract socket reaches a process outside. It holds
 * the thread that asks for it and all that this thread starts, for good. Files are left to the mount namespace: a process that is
 * restricted in files may not mount, and bubblewrap must.
 */
final class Landlock {
    private static final int SCOPES = 6;
    private static final long CREATE_RULESET = 444;
    private static final long ADD_RULE = 445;
    private static final long RESTRICT_SELF = 446;
    private static final long RULE_OF_PORT = 2;
    private static final int NO_NEW_PRIVILEGES = 38;
    private static final long BIND_AND_CONNECT_TCP = 3;
    private static final long ABSTRACT_SOCKETS_AND_SIGNALS = 3;

    private final MethodHandle systemCall;
    private final MethodHandle prctl;
    private final MethodHandle close;
    private final long version;

    private Landlock(MethodHandle systemCall, MethodHandle prctl, MethodHandle close) throws IOException {
        this.systemCall = systemCall;
        this.prctl = prctl;
        this.close = close;
        // The question for the version; -1 where there is none.
        this.version = call(CREATE_RULESET, MemorySegment.NULL, 0, 1);
    }

    @SuppressWarnings(
            "restricted") // the Java platform has no way to Landlock; these three functions of the C library are all
    // that is called
    static Landlock open() throws IOException {
        Linker linker = Linker.nativeLinker();
        SymbolLookup library = linker.defaultLookup();
        return new Landlock(
                linker.downcallHandle(
                        library.findOrThrow("syscall"),
                        FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG),
                        Linker.Option.firstVariadicArg(1)),
                linker.downcallHandle(
                        library.findOrThrow("prctl"),
                        FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
                        Linker.Option.firstVariadicArg(1)),
                linker.downcallHandle(library.findOrThrow("close"), FunctionDescriptor.of(JAVA_INT, JAVA_INT)));
    }

    /** Whether the kernel has all that is asked of it here; where it has not, the other locks hold alone. */
    boolean isThere() {
        return version >= SCOPES;
    }

    /** Restricts the thread that calls, and what it starts from now on, to no TCP port at all. */
    void restrictThisThread() throws IOException {
        restrictThisThread(OptionalInt.empty());
    }

    /** The same, but for one port, of whatever address. Must be a platform thread that does nothing else. */
    void restrictThisThread(OptionalInt port) throws IOException {
        if (Thread.currentThread().isVirtual()) {
            throw new IllegalStateException("a virtual thread would leave the restriction to whoever comes next");
        }
        try (Arena arena = Arena.ofConfined()) {
            // struct landlock_ruleset_attr { u64 handled_access_fs, handled_access_net, scoped; }
            MemorySegment rules = arena.allocate(JAVA_LONG, 3);
            rules.setAtIndex(JAVA_LONG, 1, BIND_AND_CONNECT_TCP);
            rules.setAtIndex(JAVA_LONG, 2, ABSTRACT_SOCKETS_AND_SIGNALS);
            long ruleset = call(CREATE_RULESET, rules, rules.byteSize(), 0);
            if (ruleset < 0) {
                throw new IOException("Landlock takes no rules, though it is there");
            }
            try {
                if (port.isPresent()) {
                    allow(arena, ruleset, port.getAsInt());
                }
                if (noNewPrivileges() != 0 || call(RESTRICT_SELF, MemorySegment.ofAddress(ruleset), 0, 0) != 0) {
                    throw new IOException("Landlock does not restrict this thread, though it is there");
                }
            } finally {
                close((int) ruleset);
            }
        }
    }

    private void allow(Arena arena, long ruleset, int port) throws IOException {
        // struct landlock_net_port_attr { u64 allowed_access, port; }
        MemorySegment rule = arena.allocate(JAVA_LONG, 2);
        rule.setAtIndex(JAVA_LONG, 0, BIND_AND_CONNECT_TCP);
        rule.setAtIndex(JAVA_LONG, 1, port);
        if (call(ADD_RULE, MemorySegment.ofAddress(ruleset), RULE_OF_PORT, rule.address()) != 0) {
            throw new IOException("Landlock takes no rule, though it is there");
        }
    }

    private long call(long number, MemorySegment first, long second, long third) throws IOException {
        try {
            return (long) systemCall.invokeExact(number, first, second, third, 0L);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IOException("the kernel cannot be called", e);
        }
    }

    private int noNewPrivileges() throws IOException {
        try {
            return (int) prctl.invokeExact(NO_NEW_PRIVILEGES, 1L, 0L, 0L, 0L);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IOException("the kernel cannot be called", e);
        }
    }

    private void close(int descriptor) throws IOException {
        try {
            int ignored = (int) close.invokeExact(descriptor);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IOException("the kernel cannot be called", e);
        }
    }

    String describe() {
        return isThere() ? "Landlock version " + version : "no Landlock";
    }
}
