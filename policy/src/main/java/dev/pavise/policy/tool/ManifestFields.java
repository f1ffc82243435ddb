package dev.pavise.policy.tool;

import dev.pavise.policy.Quoted;
import dev.pavise.policy.signing.KeyId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Takes the members of a manifest one by one, each of its type; what is left over at the end is refused. */
final class ManifestFields {
    private final Map<String, Object> rest;

    ManifestFields(Map<String, Object> members) {
        this.rest = new LinkedHashMap<>(members);
    }

    /** All but the signature, which has been taken already. */
    ToolManifest manifest() {
        String toolId = text("tool_id");
        SemanticVersion version = SemanticVersion.parse(text("version"));
        String sha256 = text("sha256_hash");
        String keyId = optionalText("key_id");
        String kind = optionalText("kind");
        List<String> resources = optionalTexts("allowed_resources");
        int memory = whole("max_memory_mb");
        int cpu = whole("max_cpu_seconds");
        boolean network = truth("network_allowed");
        String policy = optionalText("policy");
        if (!rest.isEmpty()) {
            throw new IllegalArgumentException(
                    "field `" + Quoted.of(rest.keySet().iterator().next())
                            + "` is not known, and what is not understood is not signed for");
        }
        return new ToolManifest(
                toolId,
                version,
                sha256,
                keyId == null ? null : KeyId.parse(keyId),
                kind == null ? null : kind(kind),
                resources,
                memory,
                cpu,
                network,
                policy == null ? null : policy(policy));
    }

    private static ToolKind kind(String text) {
        return ToolKind.of(text)
                .orElseThrow(() -> new IllegalArgumentException(
                        "field `kind` is `" + Quoted.of(text) + "`, use `wasm` or `native`"));
    }

    private static PolicyName policy(String text) {
        return PolicyName.of(text)
                .orElseThrow(() -> new IllegalArgumentException(
                        "field `policy` is `" + Quoted.of(text) + "`, use `default`, `restricted` or `custom`"));
    }

    void ignore(String name) {
        rest.remove(name);
    }

    /** Gives a field where it is absent. */
    void fill(String name, String value) {
        rest.putIfAbsent(name, value);
    }

    String text(String name) {
        require(name);
        return asText(name, rest.remove(name));
    }

    private @Nullable String optionalText(String name) {
        return rest.containsKey(name) ? asText(name, rest.remove(name)) : null;
    }

    private static String asText(String name, @Nullable Object value) {
        if (value instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException("field `" + name + "` is no text");
    }

    private @Nullable List<String> optionalTexts(String name) {
        if (!rest.containsKey(name)) {
            return null;
        }
        if (!(rest.remove(name) instanceof List<?> items)) {
            throw new IllegalArgumentException("field `" + name + "` is no list");
        }
        List<String> texts = new ArrayList<>(items.size());
        for (Object item : items) {
            texts.add(asText(name, item));
        }
        return texts;
    }

    private int whole(String name) {
        require(name);
        if (rest.remove(name) instanceof Long number && number == number.intValue()) {
            return number.intValue();
        }
        throw new IllegalArgumentException("field `" + name + "` is no whole number in range");
    }

    private boolean truth(String name) {
        require(name);
        if (rest.remove(name) instanceof Boolean truth) {
            return truth;
        }
        throw new IllegalArgumentException("field `" + name + "` is neither true nor false");
    }

    private void require(String name) {
        if (!rest.containsKey(name)) {
            throw new IllegalArgumentException("field `" + name + "` is missing");
        }
    }
}
