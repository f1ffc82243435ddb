package dev.pavise.k8s.compile;

import dev.pavise.k8s.resource.Resource;
import dev.pavise.policy.json.CanonicalJson;
import dev.pavise.policy.signing.TrustedKeyFolder;
import dev.pavise.policy.signing.TrustedKeys;
import dev.pavise.policy.tool.ManifestReader;
import dev.pavise.policy.tool.Refused;
import dev.pavise.policy.tool.ToolPolicies;
import dev.pavise.policy.tool.ToolVerifier;
import dev.pavise.proxy.config.ToolsConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes only manifests that a key signed which the operator trusts, as a gateway that is given another would not take its whole configuration. The
 * gateway and the runner verify them again.
 */
final class Manifests {
    private final @Nullable TrustedKeyFolder keys;
    private final InstantSource clock;

    Manifests(@Nullable Path trusted, InstantSource clock) {
        this.keys = trusted == null ? null : new TrustedKeyFolder(trusted);
        this.clock = clock;
    }

    /** The one file for it. */
    static String json(Resource manifest) {
        return CanonicalJson.text(manifest.spec());
    }

    void check(Resource manifest, @Nullable ToolsConfig tools, Problems problems) {
        if (keys == null) {
            problems.notAllowed(
                    "", "the manager takes no tools: no `injection.resources.trusted_keys` says who may sign them");
            return;
        }
        if (tools == null) {
            problems.notAllowed("", "the operator's base has no `tools`, so that nothing would run it");
            return;
        }
        try {
            TrustedKeys trusted = keys.read();
            ToolVerifier verifier = new ToolVerifier(trusted, new ToolPolicies(tools.policies(), List.of()), clock);
            byte[] bytes = json(manifest).getBytes(StandardCharsets.UTF_8);
            if (verifier.admit(ManifestReader.read(bytes)) instanceof Refused refused) {
                problems.invalid("spec", refused.reason());
            }
        } catch (TrustedKeyFolder.Unreadable unreadable) {
            problems.notAllowed("", "the trusted keys cannot be read: " + unreadable.problem());
        } catch (IllegalArgumentException unfit) {
            problems.invalid("spec", String.valueOf(unfit.getMessage()));
        }
    }
}
