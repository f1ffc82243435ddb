package dev.pavise.k8s.plan;

import dev.pavise.k8s.act.Target;

/**
 * What is wanted of a Deployment.
 *
 * @param manifest the digest of the operator's manifest for it; empty where there is none
 */
public record Desired(Target target, String manifest, HealPolicy heal) {}
