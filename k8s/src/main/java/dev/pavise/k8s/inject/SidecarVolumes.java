package dev.pavise.k8s.inject;

import dev.pavise.k8s.inject.config.AuditVolume;
import dev.pavise.k8s.inject.config.SidecarConfig;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Makes the volumes that the sidecar alone mounts. */
final class SidecarVolumes {
    /** What every volume of ours begins with; a pod brings none of such a name along. */
    static final String RESERVED = "pavise-";

    static final String CONFIG = "pavise-config";
    static final String TLS = "pavise-tls";
    static final String TRUSTED_KEYS = "pavise-trusted-keys";
    static final String TOKEN = "pavise-token";
    static final String DATA = "pavise-data";
    static final String AUDIT = "pavise-audit";
    /** Key and anchor of an audit trail that ends with the pod; those of another lie on its claim. */
    static final String KEEP = "pavise-keep";

    static final String SCRATCH = "pavise-tmp";
    /** Lies where the API server would put its credentials, and holds nothing: the gateway has no rights in a cluster. */
    static final String NO_CREDENTIALS = "pavise-no-credentials";

    static final List<String> NAMES =
            List.of(CONFIG, TLS, TRUSTED_KEYS, TOKEN, DATA, AUDIT, KEEP, SCRATCH, NO_CREDENTIALS);

    /** What the manager makes in each namespace. */
    static final String CONFIG_MAP = "pavise-gateway";

    /** Who may sign tools; it is there where the operator trusts somebody. */
    static final String TRUSTED_KEYS_MAP = "pavise-trusted-keys";

    static final String TLS_SECRET = "pavise-gateway-tls";
    /** Whom a gateway's token is for. */
    static final String AUDIENCE = "pavise-manager";

    private static final int READABLE = 420; // 0644: only the sidecar mounts it, and it does not own the files
    private static final int TOKEN_SECONDS = 3600;

    private SidecarVolumes() {}

    static ArrayNode make(SidecarConfig config) {
        ArrayNode audit = switch (config.audit()) {
            case AuditVolume.Claim(String name) -> {
                ObjectNode volume = Trees.object().put("name", AUDIT);
                volume.putObject("persistentVolumeClaim").put("claimName", name);
                yield Trees.array(volume);
            }
            case AuditVolume.Ephemeral() -> Trees.array(empty(AUDIT, "1Gi"), empty(KEEP, "1Mi"));
        };
        ArrayNode all = Trees.array(configMap(), tls(), trustedKeys(), token(), empty(DATA, "256Mi"));
        all.addAll(audit);
        return all.add(empty(SCRATCH, "64Mi")).add(empty(NO_CREDENTIALS, "1Mi"));
    }

    private static ObjectNode configMap() {
        ObjectNode volume = Trees.object().put("name", CONFIG);
        volume.putObject("configMap").put("name", CONFIG_MAP).put("defaultMode", READABLE);
        return volume;
    }

    private static ObjectNode tls() {
        ObjectNode volume = Trees.object().put("name", TLS);
        volume.putObject("secret").put("secretName", TLS_SECRET).put("defaultMode", READABLE);
        return volume;
    }

    private static ObjectNode trustedKeys() {
        ObjectNode volume = Trees.object().put("name", TRUSTED_KEYS);
        volume.putObject("configMap")
                .put("name", TRUSTED_KEYS_MAP)
                .put("defaultMode", READABLE)
                .put("optional", true);
        return volume;
    }

    private static ObjectNode token() {
        ObjectNode volume = Trees.object().put("name", TOKEN);
        ObjectNode source = Trees.object();
        source.putObject("serviceAccountToken")
                .put("audience", AUDIENCE)
                .put("expirationSeconds", TOKEN_SECONDS)
                .put("path", "token");
        volume.putObject("projected").put("defaultMode", READABLE).set("sources", Trees.array(source));
        return volume;
    }

    private static ObjectNode empty(String name, String most) {
        ObjectNode volume = Trees.object().put("name", name);
        volume.putObject("emptyDir").put("sizeLimit", most);
        return volume;
    }
}
