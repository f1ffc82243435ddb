package dev.pavise.policy.signing;

import java.util.Base64;
import java.util.Optional;

/** Base64 with one spelling for each sequence of bytes: padded, no line ends, no bits left over. */
final class StrictBase64 {
    private StrictBase64() {}

    /** Of the standard alphabet (RFC 4648, section 4). */
    static Optional<byte[]> standard(String text) {
        return decode(text, Base64.getDecoder(), Base64.getEncoder());
    }

    /** Of the standard alphabet, or of that for URLs (section 5), as DSSE readers have to. */
    static Optional<byte[]> either(String text) {
        return standard(text).or(() -> decode(text, Base64.getUrlDecoder(), Base64.getUrlEncoder()));
    }

    private static Optional<byte[]> decode(String text, Base64.Decoder decoder, Base64.Encoder encoder) {
        try {
            byte[] bytes = decoder.decode(text);
            return encoder.encodeToString(bytes).equals(text) ? Optional.of(bytes) : Optional.empty();
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }
}
