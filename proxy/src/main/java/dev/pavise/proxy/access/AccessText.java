package dev.pavise.proxy.access;

import dev.pavise.policy.Permission;
import dev.pavise.policy.key.KeyRecord;
import dev.pavise.policy.key.SecretHash;
import dev.pavise.policy.limit.Rate;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Keys and bindings as the store holds them: one JSON object each. What cannot be read to the last field is damage, not something to guess at. */
final class AccessText {
    private static final JsonMapper JSON = JsonMapper.shared();

    private AccessText() {}

    static String of(KeyRecord key) {
        ObjectNode json = JSON.createObjectNode();
        json.put("id", key.id())
                .put("name", key.name())
                .put("secret_sha256", key.secret().hex());
        ArrayNode permissions = json.putArray("permissions");
        key.permissions().forEach(permission -> permissions.add(permission.toString()));
        if (key.limit() != null) {
            json.put("limit", key.limit().toString());
        }
        json.put("created_at", key.createdAt().toString()).put("created_by", key.createdBy());
        json.put("expires_at", key.expiresAt().toString());
        if (key.replaces() != null) {
            json.put("replaces", key.replaces());
        }
        if (key.revocation() != null) {
            json.put("revoked_at", key.revocation().at().toString());
            json.put("revoked_by", key.revocation().by());
        }
        return json.toString();
    }

    static String of(StoredBinding binding) {
        return JSON.createObjectNode()
                .put("principal", binding.principal())
                .put("role", binding.role())
                .put("at", binding.at().toString())
                .put("by", binding.by())
                .toString();
    }

    /** @throws IllegalArgumentException where the text is not what {@link #of} writes */
    static KeyRecord key(String text) {
        JsonNode json = parse(text);
        try {
            Set<Permission> permissions = new LinkedHashSet<>();
            json.required("permissions").forEach(each -> permissions.add(Permission.parse(each.stringValue())));
            String limit = find(json, "limit");
            String revokedAt = find(json, "revoked_at");
            KeyRecord key = new KeyRecord(
                    text(json, "id"),
                    text(json, "name"),
                    SecretHash.ofHex(text(json, "secret_sha256")),
                    permissions,
                    limit == null ? null : Rate.parse(limit),
                    Instant.parse(text(json, "created_at")),
                    text(json, "created_by"),
                    Instant.parse(text(json, "expires_at")),
                    find(json, "replaces"),
                    revokedAt == null
                            ? null
                            : new KeyRecord.Revocation(Instant.parse(revokedAt), text(json, "revoked_by")));
            return whole(key, of(key), text);
        } catch (JacksonException | DateTimeException unfit) {
            throw new IllegalArgumentException("a key's record cannot be read", unfit);
        }
    }

    /** @throws IllegalArgumentException where the text is not what {@link #of} writes */
    static StoredBinding binding(String text) {
        JsonNode json = parse(text);
        try {
            StoredBinding binding = new StoredBinding(
                    text(json, "principal"), text(json, "role"), Instant.parse(text(json, "at")), text(json, "by"));
            return whole(binding, of(binding), text);
        } catch (JacksonException | DateTimeException unfit) {
            throw new IllegalArgumentException("a binding's record cannot be read", unfit);
        }
    }

    /** Refuses what would be written differently: a field that this version does not know could hold a limit or an end. */
    private static <T> T whole(T read, String written, String text) {
        if (!written.equals(text)) {
            throw new IllegalArgumentException("a record has parts that this version does not know");
        }
        return read;
    }

    private static JsonNode parse(String text) {
        try {
            return JSON.readTree(text);
        } catch (JacksonException unfit) {
            throw new IllegalArgumentException("a record is no JSON", unfit);
        }
    }

    private static String text(JsonNode json, String field) {
        return json.required(field).stringValue();
    }

    private static @Nullable String find(JsonNode json, String field) {
        JsonNode value = json.get(field);
        return value == null ? null : value.stringValue();
    }
}
