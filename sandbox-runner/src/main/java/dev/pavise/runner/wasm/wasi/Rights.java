package dev.pavise.runner.wasm.wasi;

/** The bits of preview 1 that say what a descriptor can do. They are told, and asked for by {@code path_open}; what holds is the grant. */
final class Rights {
    static final long READ = 1L << 1;
    static final long WRITE = 1L << 6;
    static final long POLL = 1L << 27;
    /** All but those of sockets. */
    static final long ALL = (1L << 28) - 1;

    private static final long SEEK = 1L << 2;
    private static final long TELL = 1L << 5;
    static final long OF_FOLDERS = ALL & ~(READ | WRITE | SEEK | TELL);

    private Rights() {}

    static long of(Descriptor.File file) {
        long rights = ALL;
        if (!file.readable()) rights &= ~READ;
        if (!file.writable()) rights &= ~WRITE;
        return rights;
    }
}
