package dev.pavise.policy.signing;

import dev.pavise.policy.Quoted;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.Map;

/**
 * The text form of a trusted key: a PEM block, which any tool reads, and before it lines that say whose it is and how
 * long it is trusted. RFC 7468 lets such lines stand there, and other tools pass them over.
 *
 * <pre>
 * name: release
 * not_before: 2026-11-01T00:00:00Z
 * not_after: 2027-11-01T00:00:00Z
 * -----BEGIN PUBLIC KEY-----
 * </pre>
 */
public final class TrustedKeyText {
    private TrustedKeyText() {}

    /** Reads a key; one that does not say its name is called by the name given. Throws {@link IllegalArgumentException}. */
    public static TrustedKey read(String text, String otherwiseCalled) {
        VerifyKey key = VerifyKey.ofPem(text);
        Map<String, String> said = new HashMap<>();
        for (String line : Pem.before(text).lines().toList()) {
            if (!line.isBlank() && !line.startsWith("#")) {
                add(said, line);
            }
        }
        String name = said.remove("name");
        Instant notBefore = time(said, "not_before", Instant.MIN);
        Instant notAfter = time(said, "not_after", Instant.MAX);
        if (!said.isEmpty()) {
            throw new IllegalArgumentException(
                    "`" + Quoted.of(said.keySet().iterator().next())
                            + "` is not known of a key, use `name`, `not_before`, `not_after`");
        }
        return new TrustedKey(name == null ? otherwiseCalled : name, key, notBefore, notAfter);
    }

    private static void add(Map<String, String> said, String line) {
        int colon = line.indexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("`" + Quoted.of(line)
                    + "` before the key is not understood, write `name: value`, or `#` before remarks");
        }
        if (said.put(line.substring(0, colon).strip(), line.substring(colon + 1).strip()) != null) {
            throw new IllegalArgumentException(
                    "`" + Quoted.of(line.substring(0, colon)) + "` is said twice of the key");
        }
    }

    private static Instant time(Map<String, String> said, String name, Instant otherwise) {
        String text = said.remove(name);
        if (text == null) {
            return otherwise;
        }
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException notTime) {
            throw new IllegalArgumentException(
                    "`" + name + "` of the key is no time, write one like `2027-11-01T00:00:00Z`", notTime);
        }
    }

    /** Writes a key such that reading it gives an equal one. */
    public static String write(TrustedKey key) {
        StringBuilder text = new StringBuilder("name: ").append(key.name()).append('\n');
        if (!key.notBefore().equals(Instant.MIN)) {
            text.append("not_before: ").append(key.notBefore()).append('\n');
        }
        if (!key.notAfter().equals(Instant.MAX)) {
            text.append("not_after: ").append(key.notAfter()).append('\n');
        }
        return text.append(key.key().pem()).toString();
    }
}
