package dev.pavise.proxy.http;

/** Whether a request carries one well-formed trace context (W3C Trace Context, 3.2); anything else is not passed on. */
final class Traceparent {
    private static final int LENGTH = 55; // of version 00: 2 + 32 + 16 + 2 digits and three hyphens

    private Traceparent() {}

    static boolean isValid(HeaderBlock fields) {
        int at = fields.indexOf(HeaderName.TRACEPARENT, 0);
        return at >= 0 && fields.indexOf(HeaderName.TRACEPARENT, at + 1) < 0 && isValid(fields, at);
    }

    private static boolean isValid(HeaderBlock fields, int at) {
        int length = fields.valueLength(at);
        if (length < LENGTH
                || !hasHyphens(fields, at)
                || !isHex(fields, at, 0, 2)
                || !isHex(fields, at, 3, 35)
                || !isHex(fields, at, 36, 52)
                || !isHex(fields, at, 53, 55)
                || isAll(fields, at, 3, 35, '0')
                || isAll(fields, at, 36, 52, '0')
                || isAll(fields, at, 0, 2, 'f')) {
            return false;
        }
        return length == LENGTH || (!isAll(fields, at, 0, 2, '0') && fields.valueByte(at, LENGTH) == '-');
    }

    private static boolean hasHyphens(HeaderBlock fields, int at) {
        return fields.valueByte(at, 2) == '-' && fields.valueByte(at, 35) == '-' && fields.valueByte(at, 52) == '-';
    }

    private static boolean isHex(HeaderBlock fields, int at, int from, int to) {
        for (int i = from; i < to; i++) {
            byte digit = fields.valueByte(at, i);
            if (!Octets.isDigit(digit) && (digit < 'a' || digit > 'f')) {
                return false;
            }
        }
        return true;
    }

    private static boolean isAll(HeaderBlock fields, int at, int from, int to, char digit) {
        for (int i = from; i < to; i++) {
            if (fields.valueByte(at, i) != digit) {
                return false;
            }
        }
        return true;
    }
}
