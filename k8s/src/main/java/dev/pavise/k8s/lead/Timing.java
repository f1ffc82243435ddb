package dev.pavise.k8s.lead;

import dev.pavise.k8s.cluster.ClusterClient;
import java.time.Duration;

/**
 * How long a Lease lasts.
 *
 * @param lease how long others wait before they take over a Lease that is not renewed
 * @param renewal how long its holder tries to renew before it gives up
 * @param retry how often anybody looks
 * @param fence how old the last renewal may be for an act to begin: with the time of one request it is less than {@code lease}, so that no act of an old
 *     leader is on its way when a new one begins
 */
public record Timing(Duration lease, Duration renewal, Duration retry, Duration fence) {
    public static final Timing DEFAULT = new Timing(
            Duration.ofSeconds(15),
            Duration.ofSeconds(8),
            Duration.ofSeconds(2),
            Duration.ofSeconds(14).minus(ClusterClient.REQUEST_TIMEOUT));

    public Timing {
        if (fence.compareTo(lease) >= 0 || renewal.compareTo(lease) >= 0 || retry.compareTo(renewal) >= 0) {
            throw new IllegalArgumentException(
                    "a lease lasts longer than its renewal and its fence, and a renewal longer than a retry");
        }
    }
}
