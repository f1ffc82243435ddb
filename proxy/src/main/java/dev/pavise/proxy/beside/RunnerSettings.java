package dev.pavise.proxy.beside;

import dev.pavise.policy.tool.ToolKind;
import dev.pavise.proxy.config.ToolPolicyTree;
import dev.pavise.proxy.config.ToolsConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** The configuration of a runner beside the gateway, as its own command reads it: JSON, which is YAML too. */
final class RunnerSettings {
    static final int QUEUE = 64;

    private RunnerSettings() {}

    static byte[] of(ToolsConfig tools, ToolsConfig.LocalRunner how, BesideFolder folder) {
        Map<String, Object> tls = new LinkedHashMap<>();
        tls.put("cert", text(folder.told("runner.crt")));
        tls.put("key", text(folder.told("runner.key")));
        tls.put("client_ca", text(folder.told("clients.crt")));
        tls.put("gateway_names", List.of(Pair.GATEWAY));
        Map<String, Object> limits = new LinkedHashMap<>();
        limits.put("concurrent", how.concurrent());
        limits.put("queue", QUEUE);
        limits.put("streams", 2 * inFlight(how)); // what waits for content to arrive, too
        limits.put("content_bytes", tools.content().maxSize().toString());
        limits.put("content_total", tools.content().maxTotal().toString());
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("listen", "127.0.0.1:0");
        all.put("tls", tls);
        all.put("trusted_keys", text(tools.trustedKeys()));
        all.put("data_dir", text(folder.data()));
        all.put("backends", how.backends().stream().map(ToolKind::text).toList());
        all.put("limits", limits);
        all.put("policies", escaped(ToolPolicyTree.of(tools.policies())));
        return JsonMapper.shared().writeValueAsString(all).getBytes(StandardCharsets.UTF_8);
    }

    /** What the gateway asks for at a time. */
    static int inFlight(ToolsConfig.LocalRunner how) {
        return how.concurrent() + QUEUE;
    }

    private static String text(Path path) {
        return escaped(path.toAbsolutePath().normalize().toString());
    }

    /** What looks like a reference was one already, and stands for itself now. */
    private static String escaped(String text) {
        return text.replace("${", "$${");
    }

    private static Object escaped(Object value) {
        return switch (value) {
            case Map<?, ?> map -> {
                Map<Object, Object> copy = new LinkedHashMap<>();
                map.forEach((key, inner) -> copy.put(key, escaped(inner)));
                yield copy;
            }
            case List<?> list -> list.stream().map(RunnerSettings::escaped).toList();
            case String text -> escaped(text);
            default -> value;
        };
    }
}
