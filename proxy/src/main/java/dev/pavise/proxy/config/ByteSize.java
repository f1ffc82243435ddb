package dev.pavise.proxy.config;

/** A number of bytes, written {@code 8KiB}, {@code 1MB} or plainly. Zero means zero. */
public record ByteSize(long bytes) {

    /** Refuses less than nothing. */
    public ByteSize {
        if (bytes < 0) throw new IllegalArgumentException("a size cannot be negative");
    }

    /** A number of KiB (1,024 bytes each). */
    public static ByteSize kibibytes(long count) {
        return new ByteSize(Math.multiplyExact(count, 1L << 10));
    }

    /** A number of MiB (1,048,576 bytes each). */
    public static ByteSize mebibytes(long count) {
        return new ByteSize(Math.multiplyExact(count, 1L << 20));
    }

    /** The largest binary unit that keeps the number whole, which the loader reads back to the same size. */
    @Override
    public String toString() {
        String[] units = {"TiB", "GiB", "MiB", "KiB"};
        for (int i = 0; i < units.length; i++) {
            long unit = 1L << (10 * (units.length - i));
            if (bytes >= unit && bytes % unit == 0) return bytes / unit + units[i];
        }
        return Long.toString(bytes);
    }
}
