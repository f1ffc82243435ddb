package dev.pavise.policy.identity;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * The operator's token, kept as its SHA-256 only. Compared in constant time: the comparison tells nothing of how much
 * of a guess was right, nor of the length.
 */
public final class OperatorToken {
    private static final String PREFIX = "pav_op_";
    private static final int RANDOM_BYTES = 32;
    private static final int MIN_LENGTH = 16;

    // 128 bits if written in hex: nobody guesses that through a network, however often he may try.
    private static final int SAFE_LENGTH = 32;

    private final byte[] digest;
    private final boolean guessable;

    private OperatorToken(byte[] digest, boolean guessable) {
        this.digest = digest;
        this.guessable = guessable;
    }

    /** The text of a new token, from 32 random bytes. The caller keeps it; this class never shows it again. */
    public static String generate(SecureRandom random) {
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /**
     * A token that was given or generated.
     *
     * @throws IllegalArgumentException where it is too short, or could not be sent behind {@code Bearer}; the message
     *     does not repeat it
     */
    public static OperatorToken of(String text) {
        if (text.length() < MIN_LENGTH) {
            throw new IllegalArgumentException(
                    "the operator token has " + text.length() + " characters and needs at least " + MIN_LENGTH
                            + ", take for example the output of `openssl rand -hex 32`");
        }
        if (text.length() > CompactToken.MAX_LENGTH || !BearerText.isToken(text)) {
            throw new IllegalArgumentException(
                    "the operator token cannot be sent as a bearer token," + " use letters, digits and `-._~+/` only");
        }
        return new OperatorToken(TokenDigest.sha256(text), text.length() < SAFE_LENGTH);
    }

    /** Whether the presented text is the token. */
    public boolean matches(String presented) {
        return matches(TokenDigest.sha256(presented));
    }

    boolean matches(byte[] presentedDigest) {
        return MessageDigest.isEqual(digest, presentedDigest);
    }

    /** Whether it is so short that guessing has to be limited, even at the price of locking its owner out with it. */
    boolean isGuessable() {
        return guessable;
    }

    @Override
    public String toString() {
        return "***";
    }
}
