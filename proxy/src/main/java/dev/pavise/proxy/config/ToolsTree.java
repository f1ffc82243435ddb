package dev.pavise.proxy.config;

import dev.pavise.policy.tool.Reach;
import dev.pavise.policy.tool.ResourceGrant;
import dev.pavise.policy.tool.ToolPolicy;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Renders {@code tools} for {@link EffectiveConfig}. */
final class ToolsTree {

    private ToolsTree() {}

    static Map<String, Object> of(ToolsConfig tools) {
        EffectiveConfig.Tree policies = new EffectiveConfig.Tree();
        new TreeMap<>(tools.policies()).forEach((tool, policy) -> policies.put(tool, policy(policy)));
        EffectiveConfig.Tree secrets = new EffectiveConfig.Tree();
        new TreeMap<>(tools.secrets()).forEach(secrets::put);
        ToolsConfig.Runner runner = tools.runner();
        return new EffectiveConfig.Tree()
                .put("trusted_keys", tools.trustedKeys())
                .put("policies", policies.map())
                .put("secrets", secrets.map())
                .put(
                        "runner",
                        new EffectiveConfig.Tree()
                                .put("url", runner.url())
                                .put("ca", runner.ca())
                                .put("cert", runner.cert())
                                .put("key", runner.key())
                                .put("server_name", runner.serverName())
                                .put("receipt_key", runner.receiptKey())
                                .put("connect_timeout", runner.connectTimeout())
                                .put("queue_timeout", runner.queueTimeout())
                                .put("max_in_flight", runner.maxInFlight())
                                .map())
                .put(
                        "content",
                        new EffectiveConfig.Tree()
                                .put("max_size", tools.content().maxSize())
                                .put("max_total", tools.content().maxTotal())
                                .map())
                .map();
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
