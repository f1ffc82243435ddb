package dev.pavise.proxy.config;

import java.util.Map;
import java.util.TreeMap;

/** Renders {@code tools} for {@link EffectiveConfig}. */
final class ToolsTree {

    private ToolsTree() {}

    static Map<String, Object> of(ToolsConfig tools) {
        EffectiveConfig.Tree secrets = new EffectiveConfig.Tree();
        new TreeMap<>(tools.secrets()).forEach(secrets::put);
        EffectiveConfig.Tree tree = new EffectiveConfig.Tree()
                .put("trusted_keys", tools.trustedKeys())
                .put("manifests", tools.manifests().isEmpty() ? null : tools.manifests())
                .put("policies", ToolPolicyTree.of(tools.policies()))
                .put("secrets", secrets.map());
        switch (tools.runner()) {
            case ToolsConfig.Runner runner -> tree.put("runner", runner(runner));
            case ToolsConfig.LocalRunner runner -> tree.put("local_runner", local(runner));
        }
        return tree.put(
                        "content",
                        new EffectiveConfig.Tree()
                                .put("max_size", tools.content().maxSize())
                                .put("max_total", tools.content().maxTotal())
                                .map())
                .map();
    }

    private static Map<String, Object> runner(ToolsConfig.Runner runner) {
        return new EffectiveConfig.Tree()
                .put("url", runner.url())
                .put("ca", runner.ca())
                .put("cert", runner.cert())
                .put("key", runner.key())
                .put("server_name", runner.serverName())
                .put("receipt_key", runner.receiptKey())
                .put("connect_timeout", runner.connectTimeout())
                .put("queue_timeout", runner.queueTimeout())
                .put("max_in_flight", runner.maxInFlight())
                .map();
    }

    private static Map<String, Object> local(ToolsConfig.LocalRunner runner) {
        return new EffectiveConfig.Tree()
                .put("user", runner.user())
                .put("data_dir", runner.dataDir())
                .put("backends", runner.backends())
                .put("heap", runner.heap())
                .put("concurrent", runner.concurrent())
                .map();
    }
}
