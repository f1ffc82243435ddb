package dev.pavise.auditlog.store;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** How much of the disk files take: sparse files take less than their size. By Linux {@code statx}; elsewhere by their size. */
final class DiskUse {
    private static final int HERE = -100;
    private static final int WANT_BLOCKS = 0x400;
    private static final int ANSWER = 256;
    private static final int BLOCKS_AT = 48;
    private static final int BLOCK = 512;

    private final Optional<MethodHandle> statx;

    private DiskUse(Optional<MethodHandle> statx) {
        this.statx = statx;
    }

    @SuppressWarnings("restricted") // one call of the C library, with a fixed signature
    static DiskUse find() {
        if (!System.getProperty("os.name", "").equals("Linux")) {
            return new DiskUse(Optional.empty());
        }
        try {
            Linker linker = Linker.nativeLinker();
            return new DiskUse(linker.defaultLookup()
                    .find("statx")
                    .map(call -> linker.downcallHandle(
                            call,
                            FunctionDescriptor.of(
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.ADDRESS,
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.ADDRESS))));
        } catch (RuntimeException e) {
            return new DiskUse(Optional.empty());
        }
    }

    /** What the files of a folder take; 0 where it is gone. */
    long ofFolder(Path folder) throws IOException {
        long bytes = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                bytes += ofFile(file);
            }
        } catch (NoSuchFileException e) {
            return 0;
        } catch (java.nio.file.DirectoryIteratorException e) {
            throw e.getCause();
        }
        return bytes;
    }

    private long ofFile(Path file) throws IOException {
        try {
            return statx.isPresent() ? blocks(statx.get(), file) : Files.size(file);
        } catch (NoSuchFileException e) {
            return 0;
        }
    }

    private static long blocks(MethodHandle statx, Path file) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment answer = arena.allocate(ANSWER, Long.BYTES);
            MemorySegment name = arena.allocateFrom(file.toString());
            int result = (int) statx.invokeExact(HERE, name, 0, WANT_BLOCKS, answer);
            // Where the kernel does not know the call, or the file has just gone, its size says enough.
            return result == 0 ? answer.get(ValueLayout.JAVA_LONG, BLOCKS_AT) * BLOCK : Files.size(file);
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IOException("asking for the room of " + file + " failed", e);
        }
    }
}
