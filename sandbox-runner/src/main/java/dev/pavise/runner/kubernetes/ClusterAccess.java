package dev.pavise.runner.kubernetes;

import dev.pavise.runner.config.KubernetesConfig;
import dev.pavise.runner.content.PrivateFiles;
import dev.pavise.runner.run.Backend;
import dev.pavise.runner.server.StartFailure;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Opens the backend as the configuration says. Reaches the API server by the service account of the runner's pod, or by the kubeconfig that is named, and by
 * nothing else that may lie around: no file of a home folder, no variable, no system property.
 */
public final class ClusterAccess {
    static final Path SERVICE_ACCOUNT = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

    private static final String NAME_FILE = "kubernetes-runner";
    private static final Pattern NAME = Pattern.compile("[0-9a-f]{32}");
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);

    private final Map<String, String> environment;
    private final Path serviceAccount;

    /** @param serviceAccount the folder where a pod finds its own */
    ClusterAccess(Map<String, String> environment, Path serviceAccount) {
        this.environment = Map.copyOf(environment);
        this.serviceAccount = serviceAccount;
    }

    /** As this process finds it. */
    public static ClusterAccess ofProcess() {
        return new ClusterAccess(System.getenv(), SERVICE_ACCOUNT);
    }

    /** Opens the backend, or says what is missing. */
    public Backend open(KubernetesConfig config, int runs, long contentBytes, Path dataDir) throws StartFailure {
        try {
            Config access = access(config.kubeconfig());
            Cluster cluster = new Cluster(
                    new KubernetesClientBuilder()
                            .withConfig(access)
                            .withHttpClientFactory(new JdkHttpClientFactory())
                            .build(),
                    namespace(config, access));
            return open(cluster, config, runs, contentBytes, name(dataDir));
        } catch (ClusterException | IOException | KubernetesClientException e) {
            throw new StartFailure("native tools cannot be run by Kubernetes: " + e.getMessage()
                    + "; mend it, or leave `kubernetes` out of `backends`");
        }
    }

    private static Backend open(Cluster cluster, KubernetesConfig config, int runs, long contentBytes, String name)
            throws ClusterException {
        boolean open = false;
        try {
            Backend backend = KubernetesBackend.open(cluster, config, name, runs, contentBytes, System::nanoTime);
            open = true;
            return backend;
        } finally {
            if (!open) {
                cluster.close();
            }
        }
    }

    private Config access(@Nullable Path kubeconfig) throws IOException {
        Config config = kubeconfig == null ? ownPod() : Kubeconfig.read(kubeconfig);
        config.setRequestTimeout((int) REQUEST_TIMEOUT.toMillis());
        config.setConnectionTimeout((int) REQUEST_TIMEOUT.toMillis());
        // Runs hold streams open. Over HTTP/2 they would share one connection, and beyond what the API server takes on
        // one the next request fails.
        config.setHttp2Disable(true);
        // What is to be tried again is decided here: a Job that is asked for twice may be there twice.
        config.setRequestRetryBackoffLimit(0);
        return config;
    }

    // Its token is read anew for each request: the kubelet changes it every hour.
    private Config ownPod() throws IOException {
        String host = environment.getOrDefault("KUBERNETES_SERVICE_HOST", "");
        String port = environment.getOrDefault("KUBERNETES_SERVICE_PORT", "");
        Path token = serviceAccount.resolve("token");
        if (host.isEmpty() || port.isEmpty() || !Files.isReadable(token)) {
            throw new IOException(
                    "the runner is in no pod with a service account; name a `kubernetes.kubeconfig` where it is outside of the cluster");
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

    private String namespace(KubernetesConfig config, Config access) throws IOException {
        if (config.namespace() != null) {
            return config.namespace();
        }
        if (config.kubeconfig() != null) {
            if (access.getNamespace() == null) {
                throw new IOException("the kubeconfig names no namespace; name one as `kubernetes.namespace`");
            }
            return access.getNamespace();
        }
        return Files.readString(serviceAccount.resolve("namespace")).strip();
    }

    /** By which a runner knows its own Jobs from those of others, also after a restart. */
    static String name(Path dataDir) throws IOException {
        PrivateFiles.folder(dataDir);
        Path file = dataDir.resolve(NAME_FILE);
        if (!Files.exists(file)) {
            byte[] name = new byte[16];
            new SecureRandom().nextBytes(name);
            PrivateFiles.write(file, HexFormat.of().formatHex(name) + "\n");
        }
        String name = Files.readString(file).strip();
        if (!NAME.matcher(name).matches()) {
            throw new IOException("`" + file + "` is not what the runner wrote; remove it, and the Jobs labelled "
                    + Labels.RUNNER + " in the namespace");
        }
        return name;
    }
}
