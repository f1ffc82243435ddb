package dev.pavise.k8s.plan;

import java.time.Instant;

/**
 * A node.
 *
 * @param ready whether its kubelet says that it is
 * @param since when that changed last
 */
public record NodeView(String name, boolean ready, Instant since) {}
