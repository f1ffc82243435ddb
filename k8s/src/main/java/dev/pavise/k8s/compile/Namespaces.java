package dev.pavise.k8s.compile;

import java.util.Set;

/** Which namespaces have gateways to be configured. */
public interface Namespaces {
    /** Whether all were seen. */
    boolean synced();

    /** By name. */
    Set<String> names();
}
