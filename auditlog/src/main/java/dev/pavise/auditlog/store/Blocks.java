package dev.pavise.auditlog.store;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Reserves room on the disk for bytes that a mapping will write later, and gives back room in the middle of a file, by Linux
 * {@code fallocate}. Without it a full disk shows as a fault inside the write. Reserving holds on file systems that write in
 * place (ext4, xfs, tmpfs), not on those that copy on write.
 */
final class Blocks {
    /** What the kernel answered. */
    enum Answer {
        DONE,
        NO_SPACE,
        NOT_SUPPORTED
    }

    private static final int KEEP_SIZE = 1;
    private static final int PUNCH_HOLE = 2;
    private static final int READ_WRITE_CLOSE_ON_EXEC = 2 | 0x80000;
    private static final int ENOSPC = 28;
    private static final int EDQUOT = 122;
    private static final int ENOSYS = 38;
    private static final int EOPNOTSUPP = 95;
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private final MethodHandle open;
    private final MethodHandle fallocate;
    private final MethodHandle close;

    private Blocks(MethodHandle open, MethodHandle fallocate, MethodHandle close) {
        this.open = open;
        this.fallocate = fallocate;
        this.close = close;
    }

    /** Empty where this is not Linux, or native calls are not allowed. */
    @SuppressWarnings("restricted") // three calls of the C library, with fixed signatures
    static Optional<Blocks> find() {
        if (!System.getProperty("os.name", "").equals("Linux")) {
            return Optional.empty();
        }
        try {
            Linker linker = Linker.nativeLinker();
            Linker.Option errno = Linker.Option.captureCallState("errno");
            MethodHandle open = linker.downcallHandle(
                    linker.defaultLookup().find("open").orElseThrow(),
                    FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
                    errno,
                    Linker.Option.firstVariadicArg(2));
            MethodHandle fallocate = linker.downcallHandle(
                    linker.defaultLookup().find("fallocate").orElseThrow(),
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_LONG,
                            ValueLayout.JAVA_LONG),
                    errno);
            MethodHandle close = linker.downcallHandle(
                    linker.defaultLookup().find("close").orElseThrow(),
                    FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
            return Optional.of(new Blocks(open, fallocate, close));
        } catch (RuntimeException e) {
            return Optional.empty();
        }
    }

    /** Makes sure that the bytes from {@code from} on have room on the disk; the file's size stays. */
    Answer reserve(Path file, long from, long length) throws IOException {
        return call(file, KEEP_SIZE, from, length);
    }

    /** Gives back the room of these bytes, which then read as zeros; the file's size stays. */
    Answer punch(Path file, long from, long length) throws IOException {
        return call(file, PUNCH_HOLE | KEEP_SIZE, from, length);
    }

    private Answer call(Path file, int mode, long from, long length) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            int descriptor =
                    (int) open.invokeExact(state, arena.allocateFrom(file.toString()), READ_WRITE_CLOSE_ON_EXEC);
            if (descriptor < 0) {
                throw new IOException("open " + file + " failed with errno " + (int) ERRNO.get(state, 0L));
            }
            try {
                int result = (int) fallocate.invokeExact(state, descriptor, mode, from, length);
                return result == 0 ? Answer.DONE : answer(file, (int) ERRNO.get(state, 0L));
            } finally {
                int ignored = (int) close.invokeExact(descriptor);
            }
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IOException("reserving or giving back room in " + file + " failed", e);
        }
    }

    private static Answer answer(Path file, int errno) throws IOException {
        return switch (errno) {
            case ENOSPC, EDQUOT -> Answer.NO_SPACE;
            case EOPNOTSUPP, ENOSYS -> Answer.NOT_SUPPORTED;
            default -> throw new IOException("fallocate on " + file + " failed with errno " + errno);
        };
    }
}
