package dev.pavise.proxy.server;

import org.jspecify.annotations.Nullable;

/** The trace id in a {@code traceparent} field (W3C Trace Context, 3.2). */
final class Traces {
    private static final int LENGTH = 55; // 00-<32 hex>-<16 hex>-<2 hex>

    private Traces() {}

    /** The 32 hex digits, or null where the field is missing or malformed. */
    static @Nullable String idOf(@Nullable String traceparent) {
        if (traceparent == null
                || traceparent.length() < LENGTH
                || traceparent.charAt(2) != '-'
                || traceparent.charAt(35) != '-') {
            return null;
        }
        String id = traceparent.substring(3, 35);
        boolean zero = true;
        for (int i = 0; i < id.length(); i++) {
            char digit = id.charAt(i);
            if (Character.digit(digit, 16) < 0 || Character.isUpperCase(digit) || digit > 'f') {
                return null;
            }
            zero &= digit == '0';
        }
        return zero ? null : id;
    }
}
