package dev.pavise.k8s.manager.config;

import java.time.Duration;
import java.util.Set;

/**
 * What the manager's own authority makes.
 *
 * @param lifetime of a certificate; it is renewed after two thirds of it
 * @param authorityLifetime of the authority; its successor is made after two thirds of it, and both are trusted for the rest
 * @param tokenLifetime of the token that Prometheus scrapes with
 * @param external names of Secrets that somebody else keeps, such as cert-manager; they are read and never written
 */
public record CertificatesConfig(
        Duration lifetime, Duration authorityLifetime, Duration tokenLifetime, Set<String> external) {
    /** Copies the set. */
    public CertificatesConfig {
        external = Set.copyOf(external);
    }
}
