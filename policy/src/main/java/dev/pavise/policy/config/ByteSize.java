package dev.pavise.policy.config;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A number of bytes, written {@code 8KiB}, {@code 1MB} or plainly. Zero means zero. */
public record ByteSize(long bytes) {

    static final Pattern FORM = Pattern.compile("(0|[1-9][0-9]{0,15})(B|[KMGT]i?B)?");

    /** Refuses less than nothing. */
    public ByteSize {
        if (bytes < 0) throw new IllegalArgumentException("a size cannot be negative");
    }

    /** A size such as {@code 8KiB}, {@code 1MB} or plain bytes; empty where it is none. */
    public static Optional<ByteSize> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) return Optional.empty();
        String unit = matcher.group(2) == null ? "B" : matcher.group(2);
        long base = unit.endsWith("iB") ? 1024 : 1000;
        long scale = 1;
        for (int power = "BKMGT".indexOf(unit.charAt(0)); power > 0; power--) scale *= base;
        try {
            return Optional.of(new ByteSize(Math.multiplyExact(Long.parseLong(matcher.group(1)), scale)));
        } catch (ArithmeticException tooLarge) {
            return Optional.empty();
        }
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
