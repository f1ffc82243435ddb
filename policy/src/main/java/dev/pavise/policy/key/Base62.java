package dev.pavise.policy.key;

import java.math.BigInteger;

/** Numbers in digits, capitals and small letters, at a fixed width: text that survives a double click and needs no escaping. */
final class Base62 {
    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final BigInteger BASE = BigInteger.valueOf(DIGITS.length());

    private Base62() {}

    /** The number that the bytes are, most significant first. */
    static String encode(byte[] bytes, int width) {
        char[] text = new char[width];
        BigInteger rest = new BigInteger(1, bytes);
        for (int at = width - 1; at >= 0; at--) {
            BigInteger[] parts = rest.divideAndRemainder(BASE);
            text[at] = DIGITS.charAt(parts[1].intValue());
            rest = parts[0];
        }
        if (rest.signum() != 0) {
            throw new IllegalArgumentException(bytes.length + " bytes do not fit in " + width + " characters");
        }
        return new String(text);
    }

    /** Whether the text from {@code at} on holds that number, at that width. */
    static boolean holds(String text, int at, int width, long number) {
        long rest = number;
        for (int place = at + width - 1; place >= at; place--) {
            if (text.charAt(place) != DIGITS.charAt((int) (rest % 62))) {
                return false;
            }
            rest /= 62;
        }
        return rest == 0;
    }

    static String encode(long number, int width) {
        char[] text = new char[width];
        long rest = number;
        for (int at = width - 1; at >= 0; at--) {
            text[at] = DIGITS.charAt((int) (rest % 62));
            rest /= 62;
        }
        return new String(text);
    }

    static boolean isDigit(char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    }
}
