package dev.pavise.k8s.inject;

import dev.pavise.k8s.inject.config.AuditVolume;
import dev.pavise.k8s.inject.config.Cpu;
import dev.pavise.k8s.inject.config.SidecarConfig;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes the sidecar's container. Every field that the API server would fill in stands in it with the value that it would get, so
 * that a pod which comes back can be compared with what was made.
 */
final class SidecarContainer {
    /** The variable that tells the gateway where the application listens. */
    static final String APP_PORT = "PAVISE_APP_PORT";

    /** Where a pod's credentials for the API server lie; the API server puts them into each container that has nothing there. */
    private static final String CREDENTIALS = "/var/run/secrets/kubernetes.io/serviceaccount";

    /** Of a claim that all pods of a namespace share, the part that is one pod's. */
    private static final String OWN_FOLDER = "$(POD_NAMESPACE)/$(POD_NAME)";

    private final SidecarConfig config;
    private final Overrides overrides;

    SidecarContainer(SidecarConfig config, Overrides overrides) {
        this.config = config;
        this.overrides = overrides;
    }

    /** @param portName the application's, which leads here from now on; empty where it had none */
    ObjectNode make(int appPort, String portName) {
        ObjectNode made = Trees.object();
        made.put("name", Marks.SIDECAR);
        made.put("image", config.image());
        made.put("imagePullPolicy", config.imagePullPolicy());
        made.put("restartPolicy", "Always");
        made.set("args", Trees.texts("gateway", "--config", "/etc/pavise/config/pavise.yaml"));
        made.set(
                "ports",
                Trees.array(
                        port(portName.isEmpty() ? Marks.SIDECAR : portName, Marks.PORT),
                        port(Marks.METRICS_PORT_NAME, Marks.METRICS_PORT)));
        made.set("env", environment(appPort));
        made.set("resources", resources());
        made.set("volumeMounts", mounts());
        made.set("startupProbe", probe("/health/live", 1, 120));
        made.set("readinessProbe", probe("/health/ready", 5, 2));
        made.set("livenessProbe", probe("/health/live", 10, 3));
        made.put("terminationMessagePath", "/dev/termination-log");
        made.put("terminationMessagePolicy", "File");
        made.set("securityContext", securityContext());
        return made;
    }

    private static ObjectNode port(String name, int number) {
        return Trees.object().put("name", name).put("containerPort", number).put("protocol", "TCP");
    }

    private ArrayNode environment(int appPort) {
        return Trees.array(
                podFact("POD_NAME", "metadata.name"),
                podFact("POD_NAMESPACE", "metadata.namespace"),
                podFact("POD_IP", "status.podIP"),
                podFact("NODE_NAME", "spec.nodeName"),
                podFact("POD_SERVICE_ACCOUNT", "spec.serviceAccountName"),
                variable(APP_PORT, Integer.toString(appPort)),
                variable("PAVISE_LOG_LEVEL", overrides.logLevel()));
    }

    private static ObjectNode variable(String name, String value) {
        return Trees.object().put("name", name).put("value", value);
    }

    private static ObjectNode podFact(String name, String path) {
        ObjectNode variable = Trees.object().put("name", name);
        variable.putObject("valueFrom")
                .putObject("fieldRef")
                .put("apiVersion", "v1")
                .put("fieldPath", path);
        return variable;
    }

    private ObjectNode resources() {
        SidecarConfig.Resources wanted = overrides.resources();
        ObjectNode resources = Trees.object();
        ObjectNode limits = resources.putObject("limits");
        Cpu cpuLimit = wanted.cpuLimit();
        if (cpuLimit != null) {
            limits.put("cpu", cpuLimit.toString());
        }
        limits.put("memory", wanted.memoryLimit().toString());
        resources
                .putObject("requests")
                .put("cpu", wanted.cpuRequest().toString())
                .put("memory", wanted.memoryRequest().toString());
        return resources;
    }

    private ArrayNode mounts() {
        ObjectNode audit = mount(SidecarVolumes.AUDIT, "/var/lib/pavise/audit");
        ObjectNode keep = mount(SidecarVolumes.KEEP, "/var/lib/pavise/keep");
        if (config.audit() instanceof AuditVolume.Claim) {
            // Key and anchor outlive the pod with the trail: a successor of its name goes on with all three.
            audit.put("subPathExpr", OWN_FOLDER + "/audit");
            keep = mount(SidecarVolumes.AUDIT, "/var/lib/pavise/keep").put("subPathExpr", OWN_FOLDER + "/keep");
        }
        return Trees.array(
                mount(SidecarVolumes.CONFIG, "/etc/pavise/config").put("readOnly", true),
                mount(SidecarVolumes.TLS, "/etc/pavise/tls").put("readOnly", true),
                mount(SidecarVolumes.TRUSTED_KEYS, "/etc/pavise/trusted-keys").put("readOnly", true),
                mount(SidecarVolumes.TOKEN, "/var/run/secrets/pavise").put("readOnly", true),
                mount(SidecarVolumes.DATA, "/var/lib/pavise"),
                audit,
                keep,
                mount(SidecarVolumes.SCRATCH, "/tmp"),
                mount(SidecarVolumes.NO_CREDENTIALS, CREDENTIALS).put("readOnly", true));
    }

    private static ObjectNode mount(String volume, String path) {
        return Trees.object().put("name", volume).put("mountPath", path);
    }

    private static ObjectNode probe(String path, int periodSeconds, int failures) {
        ObjectNode probe = Trees.object();
        probe.putObject("httpGet").put("path", path).put("port", Marks.PORT).put("scheme", "HTTPS");
        return probe.put("timeoutSeconds", 2)
                .put("periodSeconds", periodSeconds)
                .put("successThreshold", 1)
                .put("failureThreshold", failures);
    }

    private ObjectNode securityContext() {
        ObjectNode context = Trees.object();
        context.put("runAsNonRoot", true)
                .put("runAsUser", config.user())
                .put("runAsGroup", config.user())
                .put("readOnlyRootFilesystem", true)
                .put("allowPrivilegeEscalation", false)
                .put("privileged", false);
        context.putObject("capabilities").set("drop", Trees.texts("ALL"));
        context.putObject("seccompProfile").put("type", "RuntimeDefault");
        return context;
    }
}
