package dev.pavise.k8s.plan;

import java.time.Instant;

/**
 * Something worth telling about a Deployment.
 *
 * @param object what it is about, such as {@code Pod agents/codetether-5d9}
 * @param message what was seen, in one line
 * @param since when it was first seen, as far as the cluster or this manager knows
 */
public record Finding(FindingCode code, String object, String message, Instant since) {}
