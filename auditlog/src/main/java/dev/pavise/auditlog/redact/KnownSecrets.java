package dev.pavise.auditlog.redact;

import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The secrets that the gateway itself works with, and the prefixes of its API keys: whatever a caller puts them into, no record holds them.
 */
public final class KnownSecrets implements Search {
    /** None. */
    public static final KnownSecrets NONE = new KnownSecrets(List.of(), List.of());

    private final SecretSearch values;
    private final KeyShapes keys;

    /**
     * Knows these.
     *
     * @param secrets those shorter than {@value SecretSearch#LEAST} characters cannot be told from other text, and are left out
     */
    public KnownSecrets(Collection<String> secrets, List<String> keyPrefixes) {
        values = new SecretSearch(secrets.stream()
                .filter(each -> each.length() >= SecretSearch.LEAST)
                .toList());
        keys = new KeyShapes(keyPrefixes);
    }

    @Override
    public int least() {
        return Math.min(values.least(), keys.least());
    }

    @Override
    public @Nullable Found find(String text, int from) {
        Found value = values.find(text, from);
        return value != null ? value : keys.find(text, from);
    }

    /** Says nothing of them. */
    @Override
    public String toString() {
        return "KnownSecrets";
    }
}
