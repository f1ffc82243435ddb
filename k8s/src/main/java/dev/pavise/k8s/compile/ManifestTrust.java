package dev.pavise.k8s.compile;

import dev.pavise.k8s.resource.Kind;
import dev.pavise.k8s.resource.Resource;
import dev.pavise.policy.config.ConfigError;
import dev.pavise.policy.config.Place;
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
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Takes only manifests that a key signed which the operator trusts, as a gateway that is given another would not take its whole configuration. The
 * gateway and the runner verify them again.
 */
final class ManifestTrust {
    private final @Nullable TrustedKeyFolder keys;
    private final InstantSource clock;

    ManifestTrust(@Nullable Path trusted, InstantSource clock) {
        this.keys = trusted == null ? null : new TrustedKeyFolder(trusted);
        this.clock = clock;
    }

    /** The one file for it. */
    static String json(Resource manifest) {
        return CanonicalJson.text(manifest.spec());
    }

    /** Two of one tool and version: a gateway would take neither, nor anything else of the file. */
    static List<ConfigError> twice(Collection<Resource> resources, Assembly.Origins origins) {
        Map<String, Resource> seen = new HashMap<>();
        List<ConfigError> errors = new ArrayList<>();
        for (Resource each : resources) {
            if (each.kind() != Kind.TOOL_MANIFEST) continue;
            String title = "`" + each.spec().get("tool_id") + "` " + each.spec().get("version");
            if (seen.putIfAbsent(title, each) == null) continue;
            Place place = new Place(ConfigJudge.FILE, 1, 1, origins.place(each));
            errors.add(new ConfigError(place, "another ToolManifest is of tool " + title + " already"));
        }
        return errors;
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
        if (!tools.manifests().isEmpty()) {
            problems.notAllowed(
                    "", "the operator's base names `tools.manifests` itself, which resources cannot add to");
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
