package dev.pavise.policy.tool;

import dev.pavise.policy.json.CanonicalJson;
import dev.pavise.policy.signing.SigningKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A tool as most tests need one, and its manifest with single fields changed. */
final class Tools {
    static final byte[] SCRIPT = "#!/bin/sh\necho hello\n".getBytes(StandardCharsets.US_ASCII);
    static final byte[] MODULE = {0, 'a', 's', 'm', 1, 0, 0, 0};

    private Tools() {}

    /** Every field that a manifest can have, but its signature and the key's id. */
    static Map<String, Object> full() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("tool_id", "hello");
        members.put("version", "1.4.0");
        members.put("sha256_hash", MeasuredContent.of(SCRIPT).sha256());
        members.put("kind", "native");
        members.put("allowed_resources", new ArrayList<>(List.of("fs:ro:/srv/data", "net:api.example.com:443")));
        members.put("max_memory_mb", 64L);
        members.put("max_cpu_seconds", 5L);
        members.put("network_allowed", true);
        members.put("policy", "default");
        return members;
    }

    /** Only what a manifest has to have. */
    static Map<String, Object> least() {
        Map<String, Object> members = full();
        members.keySet().removeAll(List.of("kind", "allowed_resources", "policy"));
        return members;
    }

    /** The members with one of them changed, or taken away where the value is null. */
    static Map<String, Object> with(Map<String, Object> members, String name, @Nullable Object value) {
        Map<String, Object> changed = new LinkedHashMap<>(members);
        if (value == null) {
            changed.remove(name);
        } else {
            changed.put(name, value);
        }
        return changed;
    }

    static ToolManifest manifest(Map<String, Object> members) {
        return ManifestReader.draft(CanonicalJson.bytes(members));
    }

    static SignedManifest signed(Map<String, Object> members, SigningKey key) {
        return SignedManifest.sign(manifest(members), key);
    }

    /** Keeps one content, under whatever digest is asked for. */
    static Contents keeping(byte[] content) {
        return digest -> Optional.of(MeasuredContent.of(content));
    }
}
