package dev.pavise.proxy.explain;

import dev.pavise.policy.condition.Part;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a configuration says to a request, and why. For the operator's eyes: it holds what was described, values of headers and claims among it.
 *
 * @param status of the refusal, or 0 where there is none
 * @param code of the refusal, or {@code allowed}
 * @param reason what the caller would be told, or why it is allowed
 * @param caller null where the identity was not proven
 * @param route null where none was found
 * @param condition null where the route has none
 * @param limits that would apply; how much of them is used is not known here
 * @param others routes that fit the path and were not taken, with the reason
 * @param unseen what this did not look at
 */
public record Explanation(
        Verdict verdict,
        int status,
        String code,
        String reason,
        String request,
        @Nullable Caller caller,
        @Nullable Route route,
        @Nullable Tested condition,
        List<String> limits,
        List<Other> others,
        List<String> unseen) {
    /** How it ends. */
    public enum Verdict {
        ALLOWED,
        DENIED,
        /** The route denies nothing: it passes, and is recorded as what would have been denied. */
        WOULD_DENY
    }

    public Explanation {
        limits = List.copyOf(limits);
        others = List.copyOf(others);
        unseen = List.copyOf(unseen);
    }

    public boolean allowed() {
        return verdict != Verdict.DENIED;
    }

    /** Who asks, with each permission and its source. */
    public record Caller(String id, List<String> roles, List<Held> permissions) {
        public Caller {
            roles = List.copyOf(roles);
            permissions = List.copyOf(permissions);
        }
    }

    /** A permission that is held, and where from. */
    public record Held(String permission, String source) {}

    /**
     * What decides.
     *
     * @param match how the configuration describes its requests
     * @param place in the configuration; empty for the gateway's own paths
     * @param upstream empty for the gateway's own paths
     * @param needed the permission; empty for what anyone may ask
     * @param granted where the permission comes from, or null where it is missing
     * @param heldBy the roles that have the permission
     */
    public record Route(
            String name,
            String match,
            String place,
            String upstream,
            String needed,
            @Nullable String granted,
            List<String> heldBy) {
        public Route {
            heldBy = List.copyOf(heldBy);
        }
    }

    /**
     * A condition that was tested.
     *
     * @param outcome {@code holds}, {@code fails} or {@code errs}
     * @param why empty where it holds
     */
    public record Tested(String text, String outcome, String why, List<Part> parts) {
        public Tested {
            parts = List.copyOf(parts);
        }
    }

    /** A route that was not taken. */
    public record Other(String name, String why) {}
}
