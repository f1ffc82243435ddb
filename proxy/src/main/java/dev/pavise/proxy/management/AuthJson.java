package dev.pavise.proxy.management;

import dev.pavise.policy.Role;
import dev.pavise.policy.key.KeyRecord;
import dev.pavise.proxy.access.BindingView;
import dev.pavise.proxy.access.KeyView;
import java.util.Collection;
import java.util.Locale;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Keys, bindings and roles as answers show them. There is no way from here to a secret or its hash. */
final class AuthJson {
    private static final String GROUP = "group ";

    private AuthJson() {}

    static ObjectNode object() {
        return JsonMapper.shared().createObjectNode();
    }

    static ObjectNode of(KeyView key) {
        ObjectNode json = of(key.record(), key.state());
        key.lastUsed().ifPresent(moment -> json.put("last_used", moment.toString()));
        return json;
    }

    static ObjectNode of(KeyRecord key, KeyRecord.State state) {
        ObjectNode json = object();
        json.put("id", key.id()).put("name", key.name()).put("principal", key.principal());
        json.put("state", state.name().toLowerCase(Locale.ROOT));
        putTexts(json, "permissions", key.permissions());
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
        return json;
    }

    static ObjectNode of(BindingView binding) {
        ObjectNode json = object();
        boolean group = binding.holder().startsWith(GROUP);
        json.put(group ? "group" : "principal", group ? binding.holder().substring(GROUP.length()) : binding.holder());
        json.put("role", binding.role()).put("configured", binding.configured()).put("origin", binding.origin());
        if (!binding.idle().isEmpty()) {
            json.put("idle", binding.idle());
        }
        return json;
    }

    static ObjectNode of(Role role) {
        ObjectNode json = object().put("name", role.name());
        putTexts(json, "permissions", role.permissions());
        return json.put("built_in", role.equals(Role.ADMIN));
    }

    static void putTexts(ObjectNode json, String name, Collection<?> texts) {
        ArrayNode array = json.putArray(name);
        texts.forEach(text -> array.add(text.toString()));
    }
}
