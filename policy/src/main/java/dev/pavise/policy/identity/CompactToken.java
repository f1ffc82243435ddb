package dev.pavise.policy.identity;

import dev.pavise.policy.json.StrictJson;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The parts of a token in the compact form (RFC 7515, section 7.1), read strictly and not yet verified. */
final class CompactToken {
    static final int MAX_LENGTH = 16 * 1024;

    private final String algorithm;
    private final @Nullable String keyId;
    private final Map<String, Object> claims;
    private final byte[] signed;
    private final byte[] signature;

    private CompactToken(
            String algorithm, @Nullable String keyId, Map<String, Object> claims, byte[] signed, byte[] signature) {
        this.algorithm = algorithm;
        this.keyId = keyId;
        this.claims = claims;
        this.signed = signed;
        this.signature = signature;
    }

    /** What the header names, which is only a name until it was compared with key and issuer. */
    String algorithm() {
        return algorithm;
    }

    @Nullable
    String keyId() {
        return keyId;
    }

    Map<String, Object> claims() {
        return claims;
    }

    boolean isSignedBy(VerificationKey key, Algorithm by) {
        return key.verifies(by, signed, signature);
    }

    /** What the front of a token came to. */
    sealed interface Reading {
        record Read(CompactToken token) implements Reading {}

        /**
         * It is not taken.
         *
         * @param part the parameter or part that is to blame, by the name that the formats give it; never what stood in it
         */
        record Unreadable(UnprovenReason reason, String part) implements Reading {}
    }

    // Parameters that bring or point to a key, change what is signed, or belong to encryption.
    private static final Set<String> FORBIDDEN = Set.of(
            "jku", "jwk", "x5u", "x5c", "crit", "b64", "cty", "zip", "enc", "epk", "apu", "apv", "p2s", "p2c", "iv",
            "tag");

    // "JWT" (RFC 7519) and "at+jwt" (RFC 9068). Others, as logout or event tokens, are not meant to open a door.
    private static final Set<String> TYPES = Set.of("jwt", "at+jwt");

    private static final List<String> TEXTS = List.of("kid", "typ");

    static Reading read(String text) {
        int first = text.indexOf('.');
        int second = first < 0 ? -1 : text.indexOf('.', first + 1);
        if (text.length() > MAX_LENGTH || second < 0 || text.indexOf('.', second + 1) >= 0) {
            return new Reading.Unreadable(UnprovenReason.MALFORMED, "three parts");
        }
        String part = "header";
        try {
            Map<String, Object> header = StrictJson.object(decode(text, 0, first));
            Optional<Reading> unfit = unfit(header);
            if (unfit.isPresent()) {
                return unfit.get();
            }
            if (!(header.get("alg") instanceof String algorithm)) {
                return new Reading.Unreadable(UnprovenReason.MALFORMED, "alg");
            }
            part = "claims";
            Map<String, Object> claims = StrictJson.object(decode(text, first + 1, second));
            part = "signature";
            byte[] signature = decode(text, second + 1, text.length());
            byte[] signed = text.substring(0, second).getBytes(StandardCharsets.US_ASCII);
            return new Reading.Read(new CompactToken(algorithm, (String) header.get("kid"), claims, signed, signature));
        } catch (StrictJson.Malformed | IllegalArgumentException malformed) {
            return new Reading.Unreadable(UnprovenReason.MALFORMED, part);
        }
    }

    private static Optional<Reading> unfit(Map<String, Object> header) {
        for (String name : header.keySet()) {
            if (FORBIDDEN.contains(name)) {
                return Optional.of(new Reading.Unreadable(UnprovenReason.FORBIDDEN_HEADER, name));
            }
        }
        for (String name : TEXTS) {
            if (header.containsKey(name) && !(header.get(name) instanceof String)) {
                return Optional.of(new Reading.Unreadable(UnprovenReason.MALFORMED, name));
            }
        }
        if (header.get("typ") instanceof String type) {
            String media = type.toLowerCase(Locale.ROOT);
            if (!TYPES.contains(media.startsWith("application/") ? media.substring("application/".length()) : media)) {
                return Optional.of(new Reading.Unreadable(UnprovenReason.WRONG_TYPE, "typ"));
            }
        }
        return Optional.empty();
    }

    /** Base64url without padding, and only in the one spelling that encoding gives (RFC 4648, section 3.5). */
    private static byte[] decode(String text, int start, int end) {
        byte[] ascii = text.substring(start, end).getBytes(StandardCharsets.ISO_8859_1);
        int odd = ascii.length % 4;
        if (odd == 1 || (ascii.length > 0 && ascii[ascii.length - 1] == '=')) {
            throw new IllegalArgumentException("padding or a lone character");
        }
        byte[] decoded = Base64.getUrlDecoder().decode(ascii);
        if (odd != 0 && (sixBits(ascii[ascii.length - 1]) & (odd == 2 ? 0x0F : 0x03)) != 0) {
            throw new IllegalArgumentException("bits beyond the last byte");
        }
        return decoded;
    }

    private static int sixBits(byte c) {
        return "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".indexOf(c);
    }
}
