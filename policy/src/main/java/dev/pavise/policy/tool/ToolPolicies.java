package dev.pavise.policy.tool;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which bounds hold for which manifest: the two that are built in, and those that the configuration has for single tools.
 *
 * @param custom by tool id
 * @param kept folders of the host that no policy gives to a tool, such as those with keys and the audit trail
 */
public record ToolPolicies(Map<String, ToolPolicy> custom, List<String> kept) {
    /** Nothing is configured. */
    public static final ToolPolicies BUILT_IN = new ToolPolicies(Map.of(), List.of());

    public ToolPolicies {
        custom = Map.copyOf(custom);
        kept = List.copyOf(kept);
        custom.keySet().forEach(ToolManifest::checkToolId);
        kept.forEach(GrantPath::check);
    }

    /** The bounds that a manifest is under; empty where it means its own and has none. */
    public Optional<ToolPolicy> policyOf(ToolManifest manifest) {
        return switch (manifest.policy()) {
            case DEFAULT -> Optional.of(ToolPolicy.DEFAULT);
            case RESTRICTED -> Optional.of(ToolPolicy.RESTRICTED);
            case CUSTOM -> Optional.ofNullable(custom.get(manifest.toolId()));
        };
    }

    /** Why a manifest asks for too much; empty where it does not. */
    Optional<Refused> objection(ToolManifest manifest, ToolPolicy policy) {
        if (manifest.maxMemoryMb() > policy.memoryMb()) {
            return exceeds(
                    ToolRefusal.MEMORY_EXCEEDS_POLICY,
                    manifest,
                    policy,
                    manifest.maxMemoryMb() + " MiB of memory, which allows " + policy.memoryMb());
        }
        if (manifest.maxCpuSeconds() > policy.cpuSeconds()) {
            return exceeds(
                    ToolRefusal.CPU_EXCEEDS_POLICY,
                    manifest,
                    policy,
                    manifest.maxCpuSeconds() + " seconds of CPU time, which allows " + policy.cpuSeconds());
        }
        for (ResourceGrant.Files files : manifest.files()) {
            if (Withheld.overlapsAny(files.path(), kept) || !policy.files().allows(files)) {
                return exceeds(
                        ToolRefusal.FILES_EXCEED_POLICY,
                        manifest,
                        policy,
                        "`" + files.text() + "`, which it does not allow");
            }
        }
        if (manifest.networkAllowed() && policy.network() instanceof Reach.Nothing) {
            return exceeds(ToolRefusal.NETWORK_EXCEEDS_POLICY, manifest, policy, "network, which allows none");
        }
        for (ResourceGrant.Endpoint endpoint : manifest.endpoints()) {
            if (!policy.network().allows(endpoint)) {
                return exceeds(
                        ToolRefusal.NETWORK_EXCEEDS_POLICY,
                        manifest,
                        policy,
                        "`" + endpoint.text() + "`, which it does not allow");
            }
        }
        if (!manifest.secrets().isEmpty() && manifest.policy() == PolicyName.RESTRICTED) {
            return exceeds(ToolRefusal.SECRETS_EXCEED_POLICY, manifest, policy, "secrets, which allows none");
        }
        return Optional.empty();
    }

    private static Optional<Refused> exceeds(ToolRefusal code, ToolManifest manifest, ToolPolicy policy, String what) {
        return Optional.of(
                new Refused(code, "tool " + manifest.title() + " asks policy `" + policy.name() + "` for " + what));
    }
}
