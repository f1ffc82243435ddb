package dev.pavise.runner.kubernetes;

import dev.pavise.runner.run.RefusalCode;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.ScalableResource;
import io.fabric8.kubernetes.client.http.WebSocket;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** All that a runner asks of the API server, which is also all that its role has to allow: see {@code docs/runner-kubernetes.md}. */
final class Cluster implements AutoCloseable {
    private static final int NOT_FOUND = 404;
    private static final Duration LONGEST_ATTACH = Duration.ofSeconds(15);

    private final KubernetesClient client;
    private final String namespace;

    Cluster(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
    }

    String namespace() {
        return namespace;
    }

    /** Creates a Job; what comes back carries the uid that its pods name as their owner. */
    Job create(Job job) throws ClusterException {
        try {
            Job made = client.batch()
                    .v1()
                    .jobs()
                    .inNamespace(namespace)
                    .resource(job)
                    .create();
            if (made == null || made.getMetadata().getUid() == null) {
                throw new ClusterException(
                        RefusalCode.CLUSTER_UNAVAILABLE, "the API server's answer does not hold the Job that was made");
            }
            return made;
        } catch (KubernetesClientException e) {
            throw ClusterException.of("no Job can be made for the run", e);
        }
    }

    /** Asks for a Job to be removed, and itself only after its pods; true where there is none any more. */
    boolean remove(String name) throws ClusterException {
        try {
            if (job(name).get() == null) {
                return true;
            }
            job(name).withPropagationPolicy(DeletionPropagation.FOREGROUND).delete();
            return job(name).get() == null;
        } catch (KubernetesClientException e) {
            if (e.getCode() == NOT_FOUND) {
                return true;
            }
            throw ClusterException.of("the Job of the run cannot be removed", e);
        }
    }

    private ScalableResource<Job> job(String name) {
        return client.batch().v1().jobs().inNamespace(namespace).withName(name);
    }

    /** The Jobs of a runner. */
    List<String> jobs(String runner) throws ClusterException {
        try {
            return client
                    .batch()
                    .v1()
                    .jobs()
                    .inNamespace(namespace)
                    .withLabel(Labels.RUNNER, runner)
                    .list()
                    .getItems()
                    .stream()
                    .map(job -> job.getMetadata().getName())
                    .toList();
        } catch (KubernetesClientException e) {
            throw ClusterException.of("the Jobs cannot be listed", e);
        }
    }

    /** All that is said of the network of the namespace. */
    List<NetworkPolicy> networkPolicies() throws ClusterException {
        try {
            return client.network()
                    .v1()
                    .networkPolicies()
                    .inNamespace(namespace)
                    .list()
                    .getItems();
        } catch (KubernetesClientException e) {
            throw ClusterException.of("the network policies cannot be listed", e);
        }
    }

    /** Follows the pods of a runner; a watch that ends is taken up again by the client. Returns when those that are there have been told. */
    SharedIndexInformer<Pod> follow(String runner, ResourceEventHandler<Pod> handler) throws ClusterException {
        try {
            return client.pods()
                    .inNamespace(namespace)
                    .withLabel(Labels.RUNNER, runner)
                    .inform(handler);
        } catch (KubernetesClientException e) {
            throw ClusterException.of("the pods cannot be followed", e);
        }
    }

    /** Attaches to the three streams of a pod's container. */
    WebSocket attach(String pod, WebSocket.Listener listener) throws ClusterException, InterruptedException {
        URI uri = URI.create(withSlash(client.getMasterUrl().toString()) + "api/v1/namespaces/" + namespace + "/pods/"
                + pod + "/attach?container=" + JobPlan.CONTAINER + "&stdin=true&stdout=true&stderr=true&tty=false");
        try {
            return client.getHttpClient()
                    .newWebSocketBuilder()
                    .subprotocol("v4.channel.k8s.io")
                    .uri(uri)
                    .connectTimeout(LONGEST_ATTACH.toMillis(), TimeUnit.MILLISECONDS)
                    .buildAsync(listener)
                    .get(LONGEST_ATTACH.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException | KubernetesClientException e) {
            throw ClusterException.of("the pod cannot be attached to", new KubernetesClientException("attach", e));
        }
    }

    private static String withSlash(String url) {
        return url.endsWith("/") ? url : url + "/";
    }

    @Override
    public void close() {
        client.close();
    }
}
