package dev.pavise.proxy.http;

import io.netty.util.AsciiString;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where the body of an HTTP/1.1 message ends (RFC 9112, 6), read so that no other reader can come to another end: one content-length of
 * digits alone, or {@code chunked} alone, never both, never twice. Its answers can be fetched until the next call.
 */
final class Framing {
    private static final AsciiString CHUNKED = AsciiString.cached("chunked");
    private static final Refusal BOTH =
            ambiguous("the message has both content-length and transfer-encoding; send one of them");
    private static final Refusal LENGTH_TWICE = ambiguous("the message has more than one content-length; send one");
    private static final Refusal BAD_LENGTH =
            ambiguous("content-length is not one number of decimal digits below 2^63");
    private static final Refusal CODING_TWICE =
            ambiguous("the message has more than one transfer-encoding field; send chunked, once");
    private static final Refusal CODING_IN_1_0 = ambiguous("transfer-encoding does not exist in HTTP/1.0");
    private static final Refusal CHUNKED_NOT_ALONE =
            ambiguous("chunked is not the only transfer coding; send chunked, once");
    private static final Refusal UNKNOWN_CODING =
            new Refusal(RefusalCode.UNSUPPORTED_CODING, "the only transfer coding understood here is chunked");

    private boolean chunked;
    private boolean declared;
    private long length;

    /** Reads the framing fields; returns why they are refused, or null. */
    @Nullable
    Refusal read(HeaderBlock fields, HttpVersion version) {
        int lengthAt = fields.indexOf(HeaderName.CONTENT_LENGTH, 0);
        int codingAt = fields.indexOf(HeaderName.TRANSFER_ENCODING, 0);
        chunked = codingAt >= 0;
        declared = lengthAt >= 0;
        length = 0;
        if (chunked) {
            return declared ? BOTH : readCoding(fields, codingAt, version);
        }
        return declared ? readLength(fields, lengthAt) : null;
    }

    /** Whether there is a transfer-encoding, and it is chunked. */
    boolean isChunked() {
        return chunked;
    }

    /** Whether there is a content-length. */
    boolean isDeclared() {
        return declared;
    }

    /** The content-length, or 0 where there is none. */
    long length() {
        return length;
    }

    private static @Nullable Refusal readCoding(HeaderBlock fields, int at, HttpVersion version) {
        if (version == HttpVersion.HTTP_1_0) {
            return CODING_IN_1_0;
        }
        if (fields.indexOf(HeaderName.TRANSFER_ENCODING, at + 1) >= 0) {
            return CODING_TWICE;
        }
        if (fields.valueIs(at, CHUNKED)) {
            return null;
        }
        boolean among = fields.valueText(at).toLowerCase(Locale.ROOT).contains("chunked");
        return among || fields.valueLength(at) == 0 ? CHUNKED_NOT_ALONE : UNKNOWN_CODING;
    }

    private @Nullable Refusal readLength(HeaderBlock fields, int at) {
        if (fields.indexOf(HeaderName.CONTENT_LENGTH, at + 1) >= 0) {
            return LENGTH_TWICE;
        }
        length = contentLength(fields, at);
        return length < 0 ? BAD_LENGTH : null;
    }

    /** The number that field {@code at} holds, or -1 where it is anything else than digits, or does not fit. */
    static long contentLength(HeaderBlock fields, int at) {
        int digits = fields.valueLength(at);
        if (digits == 0 || digits > 19) {
            return -1;
        }
        long number = 0;
        for (int i = 0; i < digits; i++) {
            byte digit = fields.valueByte(at, i);
            if (!Octets.isDigit(digit) || number > (Long.MAX_VALUE - (digit - '0')) / 10) {
                return -1;
            }
            number = number * 10 + (digit - '0');
        }
        return number;
    }

    private static Refusal ambiguous(String detail) {
        return new Refusal(RefusalCode.AMBIGUOUS_FRAMING, detail);
    }
}
