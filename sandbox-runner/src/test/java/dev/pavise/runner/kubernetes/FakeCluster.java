package dev.pavise.runner.kubernetes;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.http.Dispatcher;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import io.fabric8.mockwebserver.http.Response;
import io.fabric8.mockwebserver.http.WebSocket;
import io.fabric8.mockwebserver.http.WebSocketListener;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * The API server of fabric8's mock, with the controller and the kubelet that it lacks: a Job gets a pod, and what is attached to in a pod is the pod's own
 * command as a process of this machine. A test may change what either does.
 */
final class FakeCluster implements AutoCloseable {
    static final String NAMESPACE = "tools";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Answers before the cluster does; empty lets it answer. */
    volatile Function<RecordedRequest, Optional<MockResponse>> first = request -> Optional.empty();
    /** What is answered where a Job was made; another status says nothing of whether it was. */
    volatile int madeStatus = 201;
    /** Whether a Job is made, but only after it was answered that none is. */
    volatile boolean madeLate;
    /** What the pod looks like that a Job gets. */
    volatile UnaryOperator<Pod> webhook = pod -> pod;
    /** Is told of each kubelet before it begins. */
    volatile Consumer<FakeKubelet> prepared = kubelet -> {};
    /** How its container stands at the beginning; `running` is one that can be attached to. */
    volatile ContainerState beginning =
            new ContainerStateBuilder().withNewRunning().endRunning().build();
    /** How a container stands after its process ended with this code and message. */
    volatile Function<ContainerState, ContainerState> ending = state -> state;
    /** Whether a Job that is removed takes its pod with it at once. */
    volatile boolean jobsGo = true;

    final List<String> requests = new CopyOnWriteArrayList<>();
    final List<Job> jobs = new CopyOnWriteArrayList<>();
    final Map<String, FakeKubelet> kubelets = new ConcurrentHashMap<>();

    private final List<WebSocket> watches = new CopyOnWriteArrayList<>();
    private volatile RecordedRequest late;
    private final Path folder;
    private final KubernetesCrudDispatcher crud = new KubernetesCrudDispatcher();
    private final KubernetesMockServer server = new KubernetesMockServer(
            new Context(new ObjectMapper()), new MockWebServer(), new HashMap<>(), new Front(), false);
    final KubernetesClient admin;

    FakeCluster(Path folder) {
        this.folder = folder;
        server.init();
        admin = client("admin", PATIENCE);
        denyAll();
    }

    private KubernetesClient client(String token, Duration timeout) {
        Config config = new ConfigBuilder(Config.empty())
                .withMasterUrl(server.url("/"))
                .withHttp2Disable(true)
                .withOauthToken(token)
                .withRequestTimeout((int) timeout.toMillis())
                .withConnectionTimeout((int) timeout.toMillis())
                .withRequestRetryBackoffLimit(0)
                .withWatchReconnectInterval(20)
                .build();
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientFactory(new JdkHttpClientFactory())
                .build();
    }

    String url() {
        return server.url("/");
    }

    Cluster cluster() {
        return cluster(PATIENCE);
    }

    /** What gives up on a request after the given time. */
    Cluster cluster(Duration timeout) {
        return new Cluster(client("runner", timeout), NAMESPACE);
    }

    void denyAll() {
        admin.network()
                .v1()
                .networkPolicies()
                .inNamespace(NAMESPACE)
                .resource(new NetworkPolicyBuilder()
                        .withNewMetadata()
                        .withName("deny-tools")
                        .endMetadata()
                        .withNewSpec()
                        .withNewPodSelector()
                        .addToMatchLabels(Labels.TOOL, "true")
                        .endPodSelector()
                        .withPolicyTypes("Ingress", "Egress")
                        .endSpec()
                        .build())
                .create();
    }

    List<Pod> pods() {
        return admin.pods().inNamespace(NAMESPACE).list().getItems();
    }

    List<Job> openJobs() {
        return admin.batch().v1().jobs().inNamespace(NAMESPACE).list().getItems();
    }

    /** The kubelet of the first pod there is. */
    FakeKubelet kubelet() {
        return Waiting.until("a kubelet", () -> kubelets.values().stream().findFirst());
    }

    /** Does now what it answered not to have done. */
    void makeLate() {
        crud.dispatch(Objects.requireNonNull(late));
    }

    /** Ends every watch, as an API server does from time to time. */
    void breakWatches() {
        watches.forEach(socket -> socket.close(1001, "going away"));
        watches.clear();
    }

    void deletePod(String name) {
        admin.pods().inNamespace(NAMESPACE).withName(name).withGracePeriod(0).delete();
    }

    private final class Front extends Dispatcher {
        @Override
        public MockResponse dispatch(RecordedRequest request) {
            if (!"Bearer admin".equals(request.getHeader("Authorization"))) {
                requests.add(request.getMethod() + " " + request.getPath());
            }
            Optional<MockResponse> other = first.apply(request);
            if (other.isPresent()) {
                return other.get();
            }
            String path = String.valueOf(request.getPath());
            if (path.contains("/attach?")) {
                String pod = path.replaceAll(".*/pods/([^/]*)/attach.*", "$1");
                return new MockResponse().withWebSocketUpgrade(kubelets.get(pod));
            }
            boolean job = path.contains("/jobs");
            if (job && madeLate && "POST".equals(request.getMethod())) {
                late = request;
                return new MockResponse().setResponseCode(504);
            }
            MockResponse answer = crud.dispatch(request);
            if (answer.getWebSocketListener() != null) {
                return new MockResponse().withWebSocketUpgrade(new Watched(answer.getWebSocketListener()));
            }
            if (job && "POST".equals(request.getMethod()) && answer.code() < 300) {
                Job made = Serialization.unmarshal(answer.getBody().readUtf8(), Job.class);
                jobs.add(made);
                Thread.ofVirtual().start(() -> control(made));
                return new MockResponse().setResponseCode(madeStatus).setBody(Serialization.asJson(made));
            }
            if (job && "DELETE".equals(request.getMethod()) && jobsGo) {
                Thread.ofVirtual().start(() -> collect(path.replaceAll(".*/jobs/([^/?]*).*", "$1")));
            }
            return answer;
        }
    }

    /** A watch that can be ended. */
    private final class Watched extends WebSocketListener {
        private final WebSocketListener crudWatch;

        Watched(WebSocketListener crudWatch) {
            this.crudWatch = crudWatch;
        }

        @Override
        public void onBeforeAccept(WebSocket socket, Response response) {
            crudWatch.onBeforeAccept(socket, response);
        }

        @Override
        public void onOpen(WebSocket socket, Response response) {
            watches.add(socket);
            crudWatch.onOpen(socket, response);
        }

        @Override
        public void onMessage(WebSocket socket, String text) {
            crudWatch.onMessage(socket, text);
        }

        @Override
        public void onClosing(WebSocket socket, int code, String reason) {
            crudWatch.onClosing(socket, code, reason);
        }

        @Override
        public void onClosed(WebSocket socket, int code, String reason) {
            // It waits for its own writer, which waits for the thread that this is called on.
            Thread.ofVirtual().start(() -> crudWatch.onClosed(socket, code, reason));
        }

        @Override
        public void onFailure(WebSocket socket, Throwable error, Response response) {
            crudWatch.onFailure(socket, error, response);
        }
    }

    /** As the Job controller does. */
    private void control(Job job) {
        Pod pod = webhook.apply(new PodBuilder()
                .withMetadata(job.getSpec().getTemplate().getMetadata())
                .editMetadata()
                .withName(job.getMetadata().getName() + "-abcde")
                .withNamespace(NAMESPACE)
                .withUid(UUID.randomUUID().toString())
                .withOwnerReferences(new OwnerReferenceBuilder()
                        .withApiVersion("batch/v1")
                        .withKind("Job")
                        .withName(job.getMetadata().getName())
                        .withUid(job.getMetadata().getUid())
                        .withController(true)
                        .build())
                .endMetadata()
                .withSpec(job.getSpec().getTemplate().getSpec())
                .build());
        String name = pod.getMetadata().getName();
        FakeKubelet kubelet = new FakeKubelet(pod, folder.resolve(name), state -> tell(name, ending.apply(state)));
        prepared.accept(kubelet);
        kubelets.put(name, kubelet);
        admin.pods().inNamespace(NAMESPACE).resource(pod).create();
        try {
            tell(name, beginning);
        } catch (KubernetesClientException e) {
            // The pod is gone already.
        }
    }

    /** As garbage collection does. */
    private void collect(String job) {
        kubelets.forEach((pod, kubelet) -> {
            if (pod.startsWith(job)) {
                kubelet.kill();
                deletePod(pod);
            }
        });
    }

    /** What a kubelet says of its container. */
    void tell(String name, ContainerState state) {
        status(name, null, null, state);
    }

    void status(String name, String reason, String message, ContainerState state) {
        boolean failed = reason != null;
        admin.pods()
                .inNamespace(NAMESPACE)
                .withName(name)
                .edit(pod -> new PodBuilder(pod)
                        .withNewStatus()
                        .withPhase(failed ? "Failed" : state.getTerminated() == null ? "Running" : "Succeeded")
                        .withReason(reason)
                        .withMessage(message)
                        .addNewContainerStatus()
                        .withName(JobPlan.CONTAINER)
                        .withState(state)
                        .endContainerStatus()
                        .endStatus()
                        .build());
    }

    @Override
    public void close() {
        kubelets.values().forEach(FakeKubelet::kill);
        admin.close();
        try {
            server.destroy();
        } catch (IllegalStateException e) {
            // It waits for connections that the client keeps; what is tested is over.
        }
    }
}
