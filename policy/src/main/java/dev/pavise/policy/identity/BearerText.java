package dev.pavise.policy.identity;

import java.util.Optional;

/** The value of an {@code Authorization} field (RFC 9110, section 11.4; RFC 6750, section 2.1). */
sealed interface BearerText {
    record Token(String text) implements BearerText {
        /** A credential is not for logs. */
        @Override
        public String toString() {
            return "***";
        }
    }

    record Unreadable(UnprovenReason reason) implements BearerText {}

    /** {@code Bearer}, in any case, one space, a token68, and nothing else. */
    static BearerText read(String value) {
        int space = value.indexOf(' ');
        String scheme = space < 0 ? value : value.substring(0, space);
        if (!scheme.equalsIgnoreCase("Bearer")) {
            return new Unreadable(isScheme(scheme) ? UnprovenReason.UNSUPPORTED_SCHEME : UnprovenReason.MALFORMED);
        }
        return Optional.of(value.substring(space < 0 ? value.length() : space + 1))
                .filter(token -> token.length() <= CompactToken.MAX_LENGTH && isToken(token))
                .<BearerText>map(Token::new)
                .orElse(new Unreadable(UnprovenReason.MALFORMED));
    }

    /** Whether the text is a token68: letters, digits, {@code -._~+/}, then perhaps equals signs. */
    static boolean isToken(String text) {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == '=') {
            end--;
        }
        for (int at = 0; at < end; at++) {
            char c = text.charAt(at);
            if (!isLetterOrDigit(c) && "-._~+/".indexOf(c) < 0) {
                return false;
            }
        }
        return end > 0;
    }

    private static boolean isScheme(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> isLetterOrDigit((char) c) || c == '-');
    }

    private static boolean isLetterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
}
