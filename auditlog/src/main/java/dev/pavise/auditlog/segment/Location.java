package dev.pavise.auditlog.segment;

/** Where a record is: a segment's number and a place in its file, in one word; 0 is nowhere. */
public final class Location {
    private static final int BITS = 40;
    private static final long MASK = (1L << BITS) - 1;

    private Location() {}

    public static long of(int segment, long offset) {
        return ((long) segment << BITS) | (offset & MASK);
    }

    public static int segment(long location) {
        return (int) (location >>> BITS);
    }

    public static long offset(long location) {
        return location & MASK;
    }
}
