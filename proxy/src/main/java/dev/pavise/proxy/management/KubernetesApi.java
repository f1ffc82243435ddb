package dev.pavise.proxy.management;

import dev.pavise.proxy.config.KubernetesConfig;
import dev.pavise.proxy.gate.Endpoint;
import dev.pavise.proxy.http.RefusalCode;
import dev.pavise.proxy.kubernetes.ManagerAnswer;
import dev.pavise.proxy.kubernetes.ManagerClient;
import dev.pavise.proxy.kubernetes.ManagerQuestion;
import dev.pavise.proxy.kubernetes.OwnPod;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code /v1/k8s}: asks the manager, who acts in the cluster; the gateway has no rights in it. It waits: not for an event loop.
 *
 * <p>That the caller may ask was decided, and its intent recorded, before; what is asked is validated here, before anything is sent. What the record says
 * is what came of it: an answer that never came is an error and no success, and the record says whether anything can have been done.
 */
public final class KubernetesApi {
    private final OwnPod pod;
    private final Supplier<Settings> settings;
    private final ManagerClient client;

    /**
     * What is in force.
     *
     * @param ephemeral whether the gateway's audit trail may end with its container
     */
    public record Settings(KubernetesConfig kubernetes, boolean ephemeral) {}

    /** @param settings those in force at that moment */
    public KubernetesApi(OwnPod pod, Supplier<Settings> settings, InstantSource clock) {
        this.pod = pod;
        this.settings = settings;
        this.client = new ManagerClient(clock);
    }

    /** What records of a change say it is about, where the configuration names it; else null. */
    @Nullable
    String resource(Endpoint endpoint) {
        KubernetesConfig config = settings.get().kubernetes();
        String namespace = config.namespace() == null ? pod.namespace() : config.namespace();
        boolean isChange = endpoint.takes("POST");
        return !isChange || config.deployment() == null || namespace == null
                ? null
                : "Deployment " + namespace + "/" + config.deployment();
    }

    LocalAnswer answer(Call call) {
        KubernetesRequest request;
        try {
            Parameters.of(call.query());
            request = KubernetesRequest.of(call.endpoint(), call.body());
        } catch (BadArgumentException unfit) {
            return LocalAnswer.refused(RefusalCode.INVALID_ARGUMENT, String.valueOf(unfit.getMessage()));
        }
        Settings now = settings.get();
        KubernetesConfig.Manager manager = now.kubernetes().manager();
        if (!pod.inCluster() || manager == null) {
            return alone(call.endpoint(), now);
        }
        ManagerAnswer answer = client.ask(manager, question(now.kubernetes(), request, call));
        return new KubernetesAnswer(request).of(answer, around(now));
    }

    /** What is known without a manager. */
    private LocalAnswer alone(Endpoint endpoint, Settings now) {
        if (endpoint != Endpoint.K8S_STATUS) {
            RefusalCode why = pod.inCluster() ? RefusalCode.NO_MANAGER : RefusalCode.NOT_IN_CLUSTER;
            return LocalAnswer.refused(
                    why,
                    pod.inCluster()
                            ? "the configuration of this gateway has no `kubernetes.manager`"
                            : "KUBERNETES_SERVICE_HOST is not set where this gateway runs");
        }
        ObjectNode json = AuthJson.object().put("in_cluster", pod.inCluster());
        if (pod.inCluster()) {
            json.put("manager", false);
            json.set("gateway", around(now));
        }
        return LocalAnswer.json(200, json, null);
    }

    /** The gateway's own part of the status. */
    private ObjectNode around(Settings now) {
        ObjectNode gateway = AuthJson.object();
        ObjectNode own = gateway.putObject("pod");
        pod.facts().forEach(own::put);
        gateway.put("audit_ephemeral", now.ephemeral());
        return gateway;
    }

    private static ManagerQuestion question(KubernetesConfig config, KubernetesRequest request, Call call) {
        Map<String, String> query = new LinkedHashMap<>();
        if (config.namespace() != null) {
            query.put("namespace", config.namespace());
        }
        if (config.deployment() != null) {
            query.put("deployment", config.deployment());
        }
        return new ManagerQuestion(
                call.method(),
                call.endpoint().path(),
                query,
                request.json(),
                Objects.requireNonNullElse(call.from().requestId(), ""),
                call.caller().id());
    }
}
