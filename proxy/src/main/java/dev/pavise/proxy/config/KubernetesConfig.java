package dev.pavise.proxy.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a gateway and its manager have to know of the cluster around them. The gateway holds no credentials of that cluster: it asks the manager.
 *
 * @param namespace of the Deployment that the gateway speaks of; absent: that of its own pod
 * @param deployment that it speaks of; absent: the one that its own pod belongs to
 * @param manager who is asked; absent: nobody, and requests about the cluster are refused
 * @param reconcile how the manager goes round; the gateway does not
 */
public record KubernetesConfig(
        @Nullable String namespace,
        @Nullable String deployment,
        @Nullable Manager manager,
        Reconcile reconcile) {

    /** Checks its parts. */
    public KubernetesConfig {
        Objects.requireNonNull(reconcile);
    }

    /**
     * The manager.
     *
     * @param url https, host and port, nothing behind
     * @param ca the authorities that its certificate must come from; no others are believed
     * @param token the file with the service account token of the pod, read anew for each question
     * @param timeout of one question, from connecting to the end of the answer
     */
    public record Manager(URI url, Path ca, Path token, Duration timeout) {
        /** Checks its parts. */
        public Manager {
            Objects.requireNonNull(url);
            Objects.requireNonNull(ca);
            Objects.requireNonNull(token);
            Objects.requireNonNull(timeout);
        }
    }

    /** The manager's loop. */
    public record Reconcile(boolean enabled, Duration interval) {
        /** Checks its parts. */
        public Reconcile {
            Objects.requireNonNull(interval);
        }
    }
}
