package dev.pavise.proxy.http;

import org.jspecify.annotations.Nullable;

/** A status line: version, space, three digits, and a reason that nobody reads (RFC 9112, 4). */
final class StatusLine {
    /** Longest line; reasons are words. */
    static final int LIMIT = 512;

    private static final Refusal MALFORMED = new Refusal(
            RefusalCode.UPSTREAM_MALFORMED,
            "the upstream's answer does not begin with a status line of HTTP/1.1 or 1.0");

    private HttpVersion version = HttpVersion.HTTP_1_1;
    private int status;

    /** Reads a line; returns why it is refused, or null. */
    @Nullable
    Refusal read(byte[] line, int length) {
        boolean fits = length >= 12
                && line[0] == 'H'
                && line[1] == 'T'
                && line[2] == 'T'
                && line[3] == 'P'
                && line[4] == '/'
                && line[5] == '1'
                && line[6] == '.'
                && (line[7] == '0' || line[7] == '1')
                && line[8] == ' '
                && line[9] >= '1'
                && line[9] <= '5'
                && Octets.isDigit(line[10])
                && Octets.isDigit(line[11])
                && (length == 12 || line[12] == ' ');
        for (int i = 12; i < length && fits; i++) {
            fits = Octets.isFieldValue(line[i]);
        }
        if (!fits) {
            return MALFORMED;
        }
        version = line[7] == '1' ? HttpVersion.HTTP_1_1 : HttpVersion.HTTP_1_0;
        status = (line[9] - '0') * 100 + (line[10] - '0') * 10 + line[11] - '0';
        return null;
    }

    HttpVersion version() {
        return version;
    }

    int status() {
        return status;
    }
}
