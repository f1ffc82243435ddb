package dev.pavise.proxy.http;

/**
 * The line before the data of a chunk: its size, and extensions, which are checked and dropped (RFC 9112, 7.1). No space is accepted
 * where the grammar has none, so that nobody can read another size or another end of the line.
 */
final class ChunkLine {
    /** Longest line: 16 digits and 256 bytes of extensions. */
    static final int LIMIT = 16 + 256;

    private ChunkLine() {}

    /** The size, or -1 where the line is malformed or the size is not below 2^63. */
    static long size(byte[] line, int length) {
        int digits = 0;
        long size = 0;
        while (digits < length && Octets.hexValue(line[digits]) >= 0) {
            if (digits == 16 || size >> 59 != 0) {
                return -1;
            }
            size = size << 4 | Octets.hexValue(line[digits]);
            digits++;
        }
        return digits > 0 && areExtensions(line, digits, length) ? size : -1;
    }

    /** Any number of {@code ;name}, {@code ;name=token} and {@code ;name="quoted"}. */
    private static boolean areExtensions(byte[] line, int from, int length) {
        int at = from;
        while (at < length) {
            int name = at + 1;
            int behind = token(line, name, length);
            if (line[at] != ';' || behind == name) {
                return false;
            }
            at = behind;
            if (at < length && line[at] == '=') {
                at = value(line, at + 1, length);
            }
        }
        return at == length;
    }

    /** Where the value that begins at {@code from} ends, or a place behind the line where it does not. */
    private static int value(byte[] line, int from, int length) {
        if (from < length && line[from] == '"') {
            return quoted(line, from + 1, length);
        }
        int behind = token(line, from, length);
        return behind > from ? behind : length + 1;
    }

    private static int quoted(byte[] line, int from, int length) {
        for (int at = from; at < length; at++) {
            if (line[at] == '"') {
                return at + 1;
            }
            if (line[at] == '\\') {
                at++;
            }
            if (at >= length || line[at] < ' ' || line[at] > '~') {
                return length + 1; // control, DEL and obs-text have no business here
            }
        }
        return length + 1;
    }

    private static int token(byte[] line, int from, int length) {
        int at = from;
        while (at < length && Octets.isToken(line[at])) {
            at++;
        }
        return at;
    }
}
