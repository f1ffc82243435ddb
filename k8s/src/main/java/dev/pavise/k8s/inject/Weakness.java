package dev.pavise.k8s.inject;

import dev.pavise.k8s.inject.config.AuditVolume;
import dev.pavise.k8s.inject.config.SidecarConfig;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Finds what in a pod would take its sidecar away, weaken it, read its files or go around it: the reasons why a pod is refused. */
final class Weakness {
    /** What a container engine grants by itself; whatever is asked for beyond may reach the network or the files of the sidecar. */
    private static final Set<String> HARMLESS_CAPABILITIES = Set.of(
            "AUDIT_WRITE",
            "CHOWN",
            "DAC_OVERRIDE",
            "FOWNER",
            "FSETID",
            "KILL",
            "MKNOD",
            "NET_BIND_SERVICE",
            "NET_RAW",
            "SETFCAP",
            "SETGID",
            "SETPCAP",
            "SETUID",
            "SYS_CHROOT");

    private static final Set<String> LABELS = Set.of(Marks.INJECT, Marks.INJECTED, Marks.MANAGED);

    private final ObjectNode pod;
    private final JsonNode spec;
    private final SidecarConfig config;

    private Weakness(ObjectNode pod, SidecarConfig config) {
        this.pod = pod;
        this.spec = pod.path("spec");
        this.config = config;
    }

    /** The first one, for whoever made the pod; nothing where the pod can carry a sidecar that holds. */
    static Optional<String> of(ObjectNode pod, SidecarConfig config) {
        Weakness weakness = new Weakness(pod, config);
        Stream<Supplier<Optional<String>>> checks =
                Stream.of(weakness::labels, weakness::sharing, weakness::volumes, weakness::containers);
        return checks.map(Supplier::get).flatMap(Optional::stream).findFirst();
    }

    private Optional<String> labels() {
        JsonNode labels = pod.path("metadata").path("labels");
        for (String name : labels.propertyNames()) {
            if (name.startsWith(Marks.PREFIX) && !LABELS.contains(name)) {
                return Optional.of("label " + name + " is not known; known: " + String.join(", ", sorted()));
            }
        }
        if (labels.has(Marks.INJECT) && !Trees.text(labels, Marks.INJECT).equals("true")) {
            return Optional.of("label " + Marks.INJECT + " of a pod does not take it out of what its namespace demands;"
                    + " remove the label, or move the pod to a namespace without injection");
        }
        if (pod.path("metadata").path("annotations").has("kubernetes.io/config.mirror")) {
            return Optional.of("a static pod cannot carry a sidecar: its node does not ask what may run there");
        }
        return Optional.empty();
    }

    private static List<String> sorted() {
        return LABELS.stream().sorted().toList();
    }

    private Optional<String> sharing() {
        for (String member : List.of("hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace")) {
            JsonNode value = spec.path(member);
            if (!value.isMissingNode() && !value.isNull() && !(value.isBoolean() && !value.booleanValue())) {
                return Optional.of("spec." + member + " opens the sidecar to others; remove it");
            }
        }
        return Trees.text(spec.path("os"), "name").equals("windows")
                ? Optional.of("a pod for Windows cannot carry the sidecar, which runs on Linux")
                : Optional.empty();
    }

    private Optional<String> volumes() {
        return Trees.objects(spec, "volumes").stream()
                .map(this::volume)
                .flatMap(Optional::stream)
                .findFirst();
    }

    private Optional<String> volume(ObjectNode volume) {
        String name = Trees.text(volume, "name");
        String which = "volume " + name;
        if (name.startsWith(SidecarVolumes.RESERVED)) {
            return Optional.of(which + ": names that begin with " + SidecarVolumes.RESERVED + " are the sidecar's");
        }
        if (volume.hasNonNull("hostPath")) {
            return Optional.of(
                    which + ": a path of the node (hostPath) can lead to the sidecar's files; use another kind");
        }
        if (Trees.text(volume.path("secret"), "secretName").equals(SidecarVolumes.TLS_SECRET)) {
            return Optional.of(which + ": Secret " + SidecarVolumes.TLS_SECRET + " is the sidecar's alone");
        }
        String claim = Trees.text(volume.path("persistentVolumeClaim"), "claimName");
        if (config.audit() instanceof AuditVolume.Claim ours && claim.equals(ours.name())) {
            return Optional.of(which + ": claim " + claim + " holds audit trails and is the sidecar's alone");
        }
        for (ObjectNode source : Trees.objects(volume.path("projected"), "sources")) {
            if (Trees.text(source.path("secret"), "name").equals(SidecarVolumes.TLS_SECRET)) {
                return Optional.of(which + ": Secret " + SidecarVolumes.TLS_SECRET + " is the sidecar's alone");
            }
            if (Trees.text(source.path("serviceAccountToken"), "audience").equals(SidecarVolumes.AUDIENCE)) {
                return Optional.of(which + ": a token for " + SidecarVolumes.AUDIENCE
                        + " speaks for the sidecar, which alone may hold one");
            }
        }
        return Optional.empty();
    }

    private Optional<String> containers() {
        return Stream.of("initContainers", "containers")
                .flatMap(list -> Trees.objects(spec, list).stream())
                .map(this::container)
                .flatMap(Optional::stream)
                .findFirst();
    }

    private Optional<String> container(ObjectNode container) {
        String which = "container " + Trees.text(container, "name");
        if (Trees.text(container, "name").equals(Marks.SIDECAR)) {
            return Optional.of(which + ": the name is the sidecar's; choose another");
        }
        Stream<Supplier<Optional<String>>> checks =
                Stream.of(() -> ports(container), () -> rights(container), () -> reads(container));
        return checks.map(Supplier::get).flatMap(Optional::stream).findFirst().map(reason -> which + ": " + reason);
    }

    private static Optional<String> ports(ObjectNode container) {
        for (ObjectNode port : Trees.objects(container, "ports")) {
            int number = port.path("containerPort").asInt(0);
            String name = Trees.text(port, "name");
            if (number == Marks.PORT || number == Marks.METRICS_PORT) {
                return Optional.of("port " + number + " is the sidecar's; let the application listen at another");
            }
            if (name.equals(Marks.SIDECAR) || name.equals(Marks.METRICS_PORT_NAME)) {
                return Optional.of("port name " + name + " is the sidecar's; choose another");
            }
            JsonNode host = port.path("hostPort");
            if (!host.isMissingNode() && !host.isNull() && !(host.isInt() && host.intValue() == 0)) {
                return Optional.of("hostPort leads around the sidecar; remove it");
            }
        }
        return Optional.empty();
    }

    private Optional<String> rights(ObjectNode container) {
        JsonNode own = container.path("securityContext");
        JsonNode user = own.hasNonNull("runAsUser")
                ? own.path("runAsUser")
                : spec.path("securityContext").path("runAsUser");
        if (user.canConvertToLong() && user.isIntegralNumber() && user.longValue() == config.user()) {
            return Optional.of("runAsUser " + config.user() + " is the sidecar's user; choose another");
        }
        JsonNode privileged = own.path("privileged");
        if (!privileged.isMissingNode()
                && !privileged.isNull()
                && !(privileged.isBoolean() && !privileged.booleanValue())) {
            return Optional.of("a privileged container reaches the sidecar; remove `privileged`");
        }
        if (Trees.text(own, "procMount").equals("Unmasked")) {
            return Optional.of("procMount Unmasked opens the kernel's files; remove it");
        }
        for (JsonNode added : own.path("capabilities").path("add")) {
            String capability = added.isString() ? added.stringValue() : added.toString();
            String plain = capability.startsWith("CAP_") ? capability.substring("CAP_".length()) : capability;
            if (!HARMLESS_CAPABILITIES.contains(plain)) {
                return Optional.of("capability " + capability + " may reach the sidecar's network or files; remove it");
            }
        }
        return Optional.empty();
    }

    private static Optional<String> reads(ObjectNode container) {
        for (String list : List.of("volumeMounts", "volumeDevices")) {
            for (ObjectNode mount : Trees.objects(container, list)) {
                if (Trees.text(mount, "name").startsWith(SidecarVolumes.RESERVED)) {
                    return Optional.of("volume " + Trees.text(mount, "name") + " is the sidecar's alone");
                }
            }
        }
        boolean takesKey = Stream.concat(
                        Trees.objects(container, "env").stream()
                                .map(variable -> variable.path("valueFrom").path("secretKeyRef")),
                        Trees.objects(container, "envFrom").stream().map(source -> source.path("secretRef")))
                .anyMatch(secret -> Trees.text(secret, "name").equals(SidecarVolumes.TLS_SECRET));
        return takesKey
                ? Optional.of("Secret " + SidecarVolumes.TLS_SECRET + " is the sidecar's alone")
                : Optional.empty();
    }
}
