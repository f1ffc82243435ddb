package dev.pavise.k8s;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.pavise.k8s.cluster.Kubeconfig;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The API server that tests run against: the cluster of {@code PAVISE_TEST_KUBECONFIG} where that variable names a kubeconfig, else fabric8's mock in CRUD mode
 * with what it lacks put in front of it, see {@link MockFront}. Either has no controllers, kubelets or scheduler: a test makes what they would make.
 *
 * <p>Use: {@code try (ApiServer server = ApiServer.start()) { String namespace = server.namespace(Map.of()); KubernetesClient client = server.client(); ... }}.
 * What only the mock can do (say no, break watches, lose answers) begins with {@code assumeFalse(server.real())}.
 */
public final class ApiServer implements AutoCloseable {
    /** Names a kubeconfig of a cluster whose administrator the tests may be. */
    public static final String VARIABLE = "PAVISE_TEST_KUBECONFIG";

    private static final int PATIENCE_MILLIS = 20_000;
    private static final int WATCH_AGAIN_MILLIS = 50;

    // Kept, so that it stays silent: it tells every request.
    private static final Logger TALK = Logger.getLogger(MockWebServer.class.getName());

    private final MockFront front = new MockFront();
    private final KubernetesMockServer mock;
    private final Path kubeconfig;
    private final KubernetesClient client;
    private final Map<String, String> names = new HashMap<>();
    private final UsedRights rights = new UsedRights();

    private ApiServer(Path kubeconfig) {
        this.kubeconfig = kubeconfig;
        TALK.setLevel(Level.WARNING);
        if (kubeconfig == null) {
            mock = new KubernetesMockServer(
                    new Context(new ObjectMapper()), new MockWebServer(), new HashMap<>(), front, false);
            mock.init();
        } else {
            mock = null;
        }
        client = client(config(), rights);
    }

    /** The cluster of the variable, or the mock. */
    public static ApiServer start() {
        String file = System.getenv(VARIABLE);
        if (file == null || file.isBlank()) {
            return new ApiServer(null);
        }
        return new ApiServer(Path.of(file));
    }

    /** The mock, also where a cluster is named: for what no cluster does when it is asked to. */
    public static ApiServer mock() {
        return new ApiServer(null);
    }

    /** Whether this is a cluster and not the mock. */
    public boolean real() {
        return mock == null;
    }

    /** A client that may do everything. Closed with this. */
    public KubernetesClient client() {
        return client;
    }

    /** A configuration of such a client, to build another from. */
    public Config config() {
        Config config = real()
                ? read(kubeconfig)
                : new ConfigBuilder(Config.empty())
                        .withMasterUrl(mock.url("/"))
                        .withOauthToken("admin")
                        .build();
        config.setRequestTimeout(PATIENCE_MILLIS);
        config.setConnectionTimeout(PATIENCE_MILLIS);
        config.setRequestRetryBackoffLimit(0);
        config.setWatchReconnectInterval(WATCH_AGAIN_MILLIS);
        config.setHttp2Disable(true); // as ClusterClient does
        return config;
    }

    private static Config read(Path kubeconfig) {
        try {
            return Kubeconfig.read(kubeconfig);
        } catch (IOException e) {
            throw new UncheckedIOException(VARIABLE + " names no kubeconfig that can be read", e);
        }
    }

    /** Another client by the given configuration. */
    public static KubernetesClient client(Config config) {
        return client(config, new UsedRights());
    }

    private static KubernetesClient client(Config config, UsedRights rights) {
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientFactory(new JdkHttpClientFactory())
                .withHttpClientBuilderConsumer(http -> http.addOrReplaceInterceptor("rights", rights))
                .build();
    }

    /** Where it is. */
    public URI uri() {
        return URI.create(String.valueOf(config().getMasterUrl()));
    }

    /** Writes a kubeconfig that leads here into the folder. */
    public Path kubeconfig(Path folder) {
        if (real()) {
            return kubeconfig.toAbsolutePath();
        }
        String text = """
                apiVersion: v1
                kind: Config
                clusters: [{name: c, cluster: {server: "%s"}}]
                users: [{name: u, user: {token: admin}}]
                contexts: [{name: x, context: {cluster: c, user: u}}]
                current-context: x
                """.formatted(mock.url("/"));
        try {
            return Files.writeString(folder.resolve("kubeconfig"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes a namespace of a name that was never used before, and a service account {@code default} in it. */
    public String namespace(Map<String, String> labels) {
        String name = "pavise-" + UUID.randomUUID().toString().substring(0, 13);
        client.namespaces()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withLabels(labels)
                        .addToLabels("kubernetes.io/metadata.name", name)
                        .endMetadata()
                        .build())
                .create();
        names.put(name, name);
        account(name);
        return name;
    }

    // No controller makes it here, and pods are not admitted without.
    private void account(String namespace) {
        try {
            client.serviceAccounts()
                    .inNamespace(namespace)
                    .resource(new ServiceAccountBuilder()
                            .withNewMetadata()
                            .withName("default")
                            .endMetadata()
                            .build())
                    .create();
        } catch (KubernetesClientException e) {
            if (e.getCode() != 409) {
                throw e;
            }
        }
    }

    /**
     * A token of a service account that a TokenReview will answer for, bound to a pod (both have to exist in a cluster).
     *
     * @param pod its name
     * @param podUid its uid, as the API server gave it
     */
    public String token(String namespace, String serviceAccount, String pod, String podUid, String audience) {
        if (!real()) {
            return front.token(namespace, serviceAccount, pod, podUid, audience);
        }
        return client.serviceAccounts()
                .inNamespace(namespace)
                .withName(serviceAccount)
                .tokenRequest(new TokenRequestBuilder()
                        .withNewSpec()
                        .withAudiences(audience)
                        .withExpirationSeconds(3600L)
                        .withNewBoundObjectRef()
                        .withApiVersion("v1")
                        .withKind("Pod")
                        .withName(pod)
                        .withUid(podUid)
                        .endBoundObjectRef()
                        .endSpec()
                        .build())
                .getStatus()
                .getToken();
    }

    /** The mock's only: answers before it does; empty lets it answer. */
    public void answer(Function<RecordedRequest, Optional<MockResponse>> first) {
        front.first = first;
    }

    /** The mock's only: a plain answer with a status of Kubernetes. */
    public static MockResponse status(int code, String reason) {
        return MockFront.status(code, reason, reason);
    }

    /** The mock's only: as one body of JSON. */
    public static MockResponse json(int code, Object body) {
        return new MockResponse()
                .setResponseCode(code)
                .setHeader("Content-Type", "application/json")
                .setBody(Serialization.asJson(body));
    }

    /** The mock's only: {@code METHOD path} of all that was asked so far, in order. */
    public List<String> requests() {
        return List.copyOf(front.requests);
    }

    /** The mock's only: does what is asked for, and answers 504 all the same. */
    public void lose(Predicate<RecordedRequest> which) {
        front.lost = which;
    }

    /** The mock's only: the bodies of all that was applied, in order. */
    public List<String> applied() {
        return List.copyOf(front.applied);
    }

    /** The mock's only: ends every watch, as an API server does from time to time. */
    public void breakWatches() {
        front.breakWatches();
    }

    /** The mock's only: tells every watch that what it watches from is too old (410), and ends it. */
    public void expireWatches() {
        front.expireWatches();
    }

    @Override
    public void close() {
        if (real()) {
            names.keySet().forEach(name -> client.namespaces().withName(name).delete());
        }
        client.close();
        if (mock != null) {
            try {
                mock.destroy();
            } catch (IllegalStateException e) {
                // It waits for connections that clients keep; what is tested is over.
            }
        }
        if (!rights.beyond().isEmpty()) {
            throw new AssertionError("used, and not listed in Rights: " + rights.beyond());
        }
    }
}
