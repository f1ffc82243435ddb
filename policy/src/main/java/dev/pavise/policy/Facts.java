package dev.pavise.policy;

import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a rule may look at in a request, in the one normal form that is also forwarded. Everything in it was written by the caller, but for the
 * address and the time.
 */
public interface Facts {
    /** The fields that carry credentials, by their lower-case names. What reads them is {@code dev.pavise.policy.identity}, and nobody else. */
    Set<String> CREDENTIALS = Set.of("authorization", "proxy-authorization", "cookie", "x-api-key", "x-caxton-api-key");

    /** Nothing of a request, for rules that are plain. Whoever looks at it all the same errs, and so denies. */
    Facts NONE = new NoFacts();

    /** In the client's spelling. */
    String method();

    /** Lower case, without a port. */
    String host();

    /** The normal path. */
    String path();

    /** What stands behind the question mark, or null. */
    @Nullable
    String query();

    /**
     * All values of a field by its lower-case name with hyphens, joined by {@code ", "}; null where there is none. Only what goes on to the
     * upstream as the caller sent it: no credentials, and nothing that the gateway alone may say.
     */
    @Nullable
    String header(String name);

    /** Every field that {@link #header} would show, by lower-case name. Made anew by each call. */
    Map<String, String> headers();

    /** The values of the variables in the route's path template. */
    Map<String, String> variables();

    /** The client's address, as text; behind a listed proxy the one that it names. */
    String address();

    Instant time();
}
