package dev.pavise.k8s.compile;

import dev.pavise.k8s.act.Act;
import dev.pavise.k8s.act.Journal;
import dev.pavise.k8s.act.Target;
import dev.pavise.k8s.cluster.ClusterFault;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes a ConfigMap that the gateways of a namespace read, on the record: the intent is stored before anything is written. */
final class ConfigMaps {
    /** What the one with the configuration is called in every namespace. */
    static final String NAME = "pavise-gateway";

    static final String FIELD_MANAGER = "pavise-manager";

    private static final Logger log = LoggerFactory.getLogger(ConfigMaps.class);
    private static final String ACTION = "k8s.configure";

    private final KubernetesClient client;
    private final Journal journal;
    private final String name;

    ConfigMaps(KubernetesClient client, Journal journal, String name) {
        this.client = client;
        this.journal = journal;
        this.name = name;
    }

    /** What is in one; nothing where it is not there. */
    static Map<String, String> files(ConfigMap found) {
        return found.getData() == null ? Map.of() : found.getData();
    }

    /** Makes it hold these files and no others. Returns whether it does. */
    boolean write(String namespace, Map<String, String> files, String reason, Map<String, String> metadata) {
        Target target = new Target("ConfigMap", namespace, name);
        try {
            Journal.Begun begun = journal.begin(new Act(ACTION, target, reason, Act.SYSTEM, metadata));
            try {
                apply(namespace, files);
            } catch (RuntimeException failure) {
                ClusterFault fault = ClusterFault.of("write " + target, failure);
                // Where no answer came it may have been done: the intent stays open, and reading shows it as unknown.
                if (fault.kind() != ClusterFault.Kind.NO_ANSWER) begun.failed(fault.why());
                log.warn("{} is not written: {}", target, fault.why());
                return false;
            }
            begun.done(Map.of());
            log.info("wrote {}: {}", target, reason);
            return true;
        } catch (IOException unrecorded) {
            log.error("{} is not written, since no record can be stored: {}", target, unrecorded.getMessage());
            return false;
        }
    }

    private void apply(String namespace, Map<String, String> files) {
        ConfigMap wanted = new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace)
                .addToLabels("app.kubernetes.io/managed-by", FIELD_MANAGER)
                .endMetadata()
                .withData(files)
                .build();
        ConfigMap live = client.resource(wanted)
                .fieldManager(FIELD_MANAGER)
                .forceConflicts()
                .serverSideApply();
        List<Map<String, String>> foreign = files(live).keySet().stream()
                .filter(file -> !files.containsKey(file))
                .map(file -> Map.of(
                        "op",
                        "remove",
                        "path",
                        "/data/" + file.replace("~", "~0").replace("/", "~1")))
                .toList();
        if (foreign.isEmpty()) return;
        // Apply leaves what others own, and a gateway would find it among its files.
        client.configMaps()
                .inNamespace(namespace)
                .withName(name)
                .patch(PatchContext.of(PatchType.JSON), Serialization.asJson(foreign));
    }
}
