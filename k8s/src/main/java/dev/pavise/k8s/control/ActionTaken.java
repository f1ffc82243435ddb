package dev.pavise.k8s.control;

import java.time.Instant;

/**
 * What was done about a Deployment, or tried.
 *
 * @param action as records write it, such as {@code k8s.scale}
 * @param object what it was done to, such as {@code Pod agents/codetether-5d9}
 * @param outcome {@code success}, {@code failure}, or {@code unknown} where no answer came and looking again did not tell
 */
public record ActionTaken(
        String id,
        Instant at,
        String action,
        String object,
        String reason,
        String askedBy,
        String outcome,
        String detail) {
    public static final String SUCCESS = "success";
    public static final String FAILURE = "failure";
    public static final String UNKNOWN = "unknown";
}
