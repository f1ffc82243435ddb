package dev.pavise.k8s.cluster;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Opens a client of the API server: by the service account of this pod, or by the kubeconfig that is named, and by nothing else that may lie around: no file of
 * a home folder, no variable, no system property. The token of a service account is read anew for each request, since the kubelet changes it every hour.
 */
public final class ClusterClient {
    /** Where a pod finds its service account. */
    public static final Path SERVICE_ACCOUNT = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

    /** How long one request may take: less than what a leader has left when it cannot renew its Lease, see {@code Leadership}. */
    public static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(4);

    private static final int WATCH_AGAIN_MILLIS = 1_000;

    private final Map<String, String> environment;
    private final Path serviceAccount;

    /** @param serviceAccount the folder where a pod finds its own */
    ClusterClient(Map<String, String> environment, Path serviceAccount) {
        this.environment = Map.copyOf(environment);
        this.serviceAccount = serviceAccount;
    }

    /** As this process finds it. */
    public static ClusterClient ofProcess() {
        return new ClusterClient(System.getenv(), SERVICE_ACCOUNT);
    }

    /** Opens a client; asks nothing of the API server yet. */
    public KubernetesClient open(@Nullable Path kubeconfig) throws IOException {
        return open(kubeconfig, REQUEST_TIMEOUT);
    }

    KubernetesClient open(@Nullable Path kubeconfig, Duration timeout) throws IOException {
        Config config = kubeconfig == null ? ownPod() : Kubeconfig.read(kubeconfig);
        config.setRequestTimeout((int) timeout.toMillis());
        config.setConnectionTimeout((int) timeout.toMillis());
        config.setWatchReconnectInterval(WATCH_AGAIN_MILLIS);
        // Each watch is a stream that stays open. Over HTTP/2 they would share one connection with everything else, and
        // beyond what the API server
        // takes on one (100 and less) the next request fails: also the renewal of the Lease.
        config.setHttp2Disable(true);
        // What is to be tried again is decided by whoever acts: an act is recorded before it is tried.
        config.setRequestRetryBackoffLimit(0);
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientFactory(new JdkHttpClientFactory())
                .build();
    }

    private Config ownPod() throws IOException {
        String host = environment.getOrDefault("KUBERNETES_SERVICE_HOST", "");
        String port = environment.getOrDefault("KUBERNETES_SERVICE_PORT", "");
        Path token = serviceAccount.resolve("token");
        if (host.isEmpty() || port.isEmpty() || !Files.isReadable(token)) {
            throw new IOException("this is no pod with a service account (`KUBERNETES_SERVICE_HOST` and `" + token
                    + "` are looked at); name a kubeconfig where it is outside of the cluster");
        }
        return new ConfigBuilder(Config.empty())
                .withMasterUrl("https://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port + "/")
                .withCaCertFile(serviceAccount.resolve("ca.crt").toString())
                .withOauthTokenProvider(() -> read(token))
                .build();
    }

    private static String read(Path token) {
        try {
            return Files.readString(token).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("the token of the service account cannot be read", e);
        }
    }
}
