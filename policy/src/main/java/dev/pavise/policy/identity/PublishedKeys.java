package dev.pavise.policy.identity;

import com.nimbusds.jose.JOSEException;
import dev.pavise.policy.Quoted;
import dev.pavise.policy.json.StrictJson;
import java.security.GeneralSecurityException;
import java.text.ParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The public keys of one issuer, as its key set had them. Two are the same if they hold the same keys under the same names.
 *
 * <p>Guarantees that there is nothing in it but public keys that can check signatures; a set with anything unfit in it makes none. An empty set
 * is one: it says that no key of the issuer counts.
 */
public final class PublishedKeys {
    /** A set without keys. */
    public static final PublishedKeys NONE = new PublishedKeys(List.of());

    private static final int MOST_KEYS = 100;
    private static final int LONGEST_NAME = 256;

    private final KeySet.Published keys;
    private final Map<String, Set<String>> fingerprints = new LinkedHashMap<>();

    private PublishedKeys(List<KeySet.NamedKey> named) {
        this.keys = new KeySet.Published(named);
        for (KeySet.NamedKey each : named) {
            String name = each.keyId() == null ? "" : each.keyId();
            fingerprints
                    .computeIfAbsent(name, first -> new TreeSet<>())
                    .add(each.key().fingerprint());
        }
    }

    /** What a text came to. */
    public sealed interface Reading {
        record Read(PublishedKeys keys) implements Reading {}

        /**
         * It is not what it must be.
         *
         * @param why one line, bounded and without control characters, as the text was written by others
         */
        record Unfit(String why) implements Reading {}
    }

    /** Reads a JWK Set (RFC 7517), strictly. Whatever the bytes are, it throws nothing. */
    public static Reading read(byte[] jwks, SignatureProvider provider) {
        try {
            List<KeySet.NamedKey> named = new KeySetReader(provider).read(jwks);
            if (named.size() > MOST_KEYS) {
                return new Reading.Unfit(
                        "there are " + named.size() + " keys in it, at most " + MOST_KEYS + " are taken");
            }
            for (KeySet.NamedKey each : named) {
                if (each.keyId() != null && each.keyId().length() > LONGEST_NAME) {
                    return new Reading.Unfit("a `kid` in it is longer than " + LONGEST_NAME);
                }
            }
            return new Reading.Read(new PublishedKeys(named));
        } catch (GeneralSecurityException
                | ParseException
                | JOSEException
                | StrictJson.Malformed
                | RuntimeException unfit) {
            // The library meets members of wrong types with whatever exception comes.
            return new Reading.Unfit("it is no usable key set: " + Quoted.of(String.valueOf(unfit.getMessage())));
        }
    }

    KeySet set() {
        return keys;
    }

    /** How many keys there are. */
    public int size() {
        return keys.all().size();
    }

    /** Whether some key can check signatures of one of these. */
    public boolean fits(Set<Algorithm> algorithms) {
        return keys.all().stream().anyMatch(key -> algorithms.stream().anyMatch(key::fits));
    }

    /** The names of keys that are here and not there, or not the same there; a key without a name is {@code -}. */
    public List<String> without(PublishedKeys other) {
        return fingerprints.entrySet().stream()
                .filter(mine -> !other.fingerprints
                        .getOrDefault(mine.getKey(), Set.of())
                        .containsAll(mine.getValue()))
                .map(mine -> mine.getKey().isEmpty() ? "-" : Quoted.of(mine.getKey()))
                .toList();
    }

    /** The names of all keys. */
    public List<String> names() {
        return fingerprints.keySet().stream()
                .map(name -> name.isEmpty() ? "-" : Quoted.of(name))
                .toList();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PublishedKeys keySet && keySet.fingerprints.equals(fingerprints);
    }

    @Override
    public int hashCode() {
        return fingerprints.hashCode();
    }

    @Override
    public String toString() {
        return names().toString();
    }
}
