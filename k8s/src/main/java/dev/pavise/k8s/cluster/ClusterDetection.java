package dev.pavise.k8s.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether this process runs in a cluster, and as what: {@code KUBERNETES_SERVICE_HOST} decides. */
public sealed interface ClusterDetection {
    /** It runs in a pod. */
    record InCluster(SelfInfo self) implements ClusterDetection {}

    /** It runs in none. */
    record NotInCluster() implements ClusterDetection {}

    /** As this process finds it. */
    static ClusterDetection ofProcess() {
        return detect(System.getenv(), ClusterClient.SERVICE_ACCOUNT);
    }

    /**
     * As this environment tells.
     *
     * @param serviceAccount the folder where a pod finds its own
     */
    static ClusterDetection detect(Map<String, String> environment, Path serviceAccount) {
        if (named(environment, "KUBERNETES_SERVICE_HOST") == null) {
            return new NotInCluster();
        }
        String pod = named(environment, "POD_NAME");
        String namespace = named(environment, "POD_NAMESPACE");
        return new InCluster(new SelfInfo(
                namespace == null ? line(serviceAccount.resolve("namespace")) : namespace,
                pod == null ? named(environment, "HOSTNAME") : pod,
                named(environment, "POD_IP"),
                named(environment, "NODE_NAME"),
                named(environment, "POD_SERVICE_ACCOUNT")));
    }

    private static @Nullable String named(Map<String, String> environment, String name) {
        String value = environment.getOrDefault(name, "").strip();
        return value.isEmpty() ? null : value;
    }

    private static @Nullable String line(Path file) {
        try {
            String text = Files.readString(file).strip();
            return text.isEmpty() ? null : text;
        } catch (IOException e) {
            return null;
        }
    }
}
