package dev.pavise.proxy.config;

import dev.pavise.policy.tool.Reach;
import dev.pavise.policy.tool.ResourceGrant;
import dev.pavise.policy.tool.ToolPolicy;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Renders {@code policies} as the gateway's configuration has them, and the runner's too. */
public final class ToolPolicyTree {
    private ToolPolicyTree() {}

    public static Map<String, Object> of(Map<String, ToolPolicy> policies) {
        EffectiveConfig.Tree tree = new EffectiveConfig.Tree();
        new TreeMap<>(policies).forEach((tool, policy) -> tree.put(tool, policy(policy)));
        return tree.map();
    }

    private static Map<String, Object> policy(ToolPolicy policy) {
        return new EffectiveConfig.Tree()
                .put("max_memory_mb", policy.memoryMb())
                .put("max_cpu_seconds", policy.cpuSeconds())
                .put("max_wall", policy.wall())
                .put("scratch_mb", policy.scratchMb())
                .put("files", reach(policy.files()))
                .put("network", reach(policy.network()))
                .map();
    }

    private static Object reach(Reach reach) {
        return switch (reach) {
            case Reach.Nothing() -> "none";
            case Reach.AsNamed() -> "as_named";
            case Reach.Only(List<ResourceGrant> grants) ->
                grants.stream().map(ResourceGrant::text).toList();
        };
    }
}
