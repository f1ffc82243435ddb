package dev.pavise.runner.run;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The digest that stands for a run's output: SHA-256 over the SHA-256 of stdout and the SHA-256 of stderr, one after the other. */
public final class OutputHash {
    private OutputHash() {}

    /** In lower-case hexadecimal digits. */
    public static String of(byte[] stdoutDigest, byte[] stderrDigest) {
        MessageDigest both = sha256();
        both.update(stdoutDigest);
        return HexFormat.of().formatHex(both.digest(stderrDigest));
    }

    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
