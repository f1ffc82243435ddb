package dev.pavise.k8s.compile;

import dev.pavise.k8s.act.Journal;
import dev.pavise.policy.signing.TrustedKeyFolder;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lays the operator's trusted keys, and what is revoked, into every namespace that has gateways, where sidecars mount them.
 *
 * <p>Where the operator trusts nobody, what is there is emptied. Where the folder cannot be made out, nothing is written: the gateways keep what they have, no
 * manifest is taken meanwhile, and the runner judges by keys of its own. Who may write ConfigMaps in a namespace may have its gateways believe another key,
 * which the runner does not.
 */
final class TrustedKeyCopies {
    /** What it is called in every namespace. */
    static final String NAME = "pavise-trusted-keys";

    private static final Logger log = LoggerFactory.getLogger(TrustedKeyCopies.class);

    private final @Nullable TrustedKeyFolder folder;
    private final KeptConfigMap kept;
    private Map<String, String> files = Map.of();
    private boolean known;
    private String unreadable = "";

    /**
     * Does nothing yet.
     *
     * @param folder null where nobody is trusted
     * @param watched the only namespaces that count; empty for all
     */
    TrustedKeyCopies(
            KubernetesClient client,
            Journal journal,
            @Nullable Path folder,
            List<String> watched,
            InstantSource clock) {
        this.folder = folder == null ? null : new TrustedKeyFolder(folder);
        this.kept = new KeptConfigMap(client, journal, NAME, watched, clock);
    }

    void begin(Runnable changed) {
        kept.begin(changed);
    }

    void end() {
        kept.end();
    }

    boolean synced() {
        return kept.synced();
    }

    /** Reads the folder anew, for a round through these namespaces. */
    void read(Set<String> namespaces) {
        kept.retain(namespaces);
        try {
            files = folder == null ? Map.of() : folder.files();
            known = true;
            unreadable = "";
        } catch (TrustedKeyFolder.Unreadable why) {
            known = false;
            if (!unreadable.equals(why.problem())) {
                unreadable = why.problem();
                log.error(
                        "the trusted keys cannot be used, so that gateways keep those that they have: {}", unreadable);
            }
        }
    }

    /** Makes one namespace as it should be. Returns whether it is. */
    boolean keep(String namespace) {
        ConfigMap found = kept.find(namespace);
        if (!known || (found == null && files.isEmpty())) return true;
        return kept.keep(
                namespace,
                files,
                found,
                "the trusted keys or the ConfigMap itself were changed",
                Map.of("files", String.valueOf(files.size())));
    }
}
