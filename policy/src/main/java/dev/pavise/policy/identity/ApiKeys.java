package dev.pavise.policy.identity;

import dev.pavise.policy.Subject;
import java.time.Instant;

/** The API keys that exist, as requests ask for them: no input or output, no lock, the secrets compared in constant time. */
public interface ApiKeys {
    /** There are none. */
    ApiKeys NONE = (presented, now) -> new Lookup.Refused(UnprovenReason.UNKNOWN_API_KEY);

    /** What is known of a presented key. */
    sealed interface Lookup {
        record Found(Subject.ApiKey key) implements Lookup {}

        record Refused(UnprovenReason reason) implements Lookup {}
    }

    /** Looks up a key as it stood in the header field. */
    Lookup find(String presented, Instant now);
}
