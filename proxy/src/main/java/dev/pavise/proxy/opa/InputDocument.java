package dev.pavise.proxy.opa;

import dev.pavise.policy.Facts;
import dev.pavise.policy.Pending;
import dev.pavise.policy.Principal;
import dev.pavise.policy.Subject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The question that a decision point is asked: {@code {"input": {...}}}. {@code user}, {@code action}, {@code resource} and {@code provenance} are
 * as the policy layer of CodeTether sends them, so that policies written for it hold here; {@code identity}, {@code request}, {@code route} and
 * {@code client} say all that the gateway knows.
 *
 * <p>Holds no credential and no field that only the gateway may set, as only what is forwarded is judged. Equal questions are equal bytes: sets
 * are sorted, and what differs with every request (the time, its id, its trace) is left out.
 */
final class InputDocument {
    private static final Set<String> DIFFERENT_EACH_TIME =
            Set.of("traceparent", "tracestate", "baggage", "sec-websocket-key");
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    private InputDocument() {}

    static byte[] of(Pending pending, Facts facts) {
        Principal who = pending.principal();
        Map<String, @Nullable Object> input = new LinkedHashMap<>();
        input.put("user", user(who));
        input.put("action", pending.rule().needed().toString());
        input.put("resource", resource(pending, facts));
        input.put("provenance", provenance(who));
        input.put("identity", identity(who));
        input.put("request", request(facts));
        input.put("route", route(pending, facts));
        input.put("client", Map.of("address", facts.address()));
        return JSON.writeValueAsBytes(Map.of("input", input));
    }

    // ---- as CodeTether's policy layer sends it

    private static Map<String, @Nullable Object> user(Principal who) {
        Map<String, @Nullable Object> user = new LinkedHashMap<>();
        user.put("user_id", who.name());
        user.put("roles", sorted(who.roles()));
        user.put("tenant_id", who.claims().get("tenant_id") instanceof String tenant ? tenant : null);
        user.put("scopes", who.subject() instanceof Subject.ApiKey key ? sorted(key.permissions()) : List.of());
        user.put("auth_source", authSource(who));
        return user;
    }

    /** {@code keycloak} is its word for a token of an identity provider; it has none for what it does not know. */
    private static String authSource(Principal who) {
        return switch (who.source()) {
            case JWT -> "keycloak";
            case API_KEY -> "api_key";
            case OPERATOR -> "operator";
            case CERTIFICATE -> "certificate";
        };
    }

    private static Map<String, Object> resource(Pending pending, Facts facts) {
        Map<String, Object> resource = new LinkedHashMap<>();
        resource.put("type", pending.rule().needed().resource());
        String id = facts.variables().get("id");
        if (id != null) {
            resource.put("id", id);
        }
        return resource;
    }

    private static Object provenance(Principal who) {
        Object claim = who.claims().getOrDefault("provenance", who.claims().get("agent_provenance"));
        return claim instanceof Map<?, ?> provenance ? provenance : Map.of();
    }

    // ---- what the gateway knows besides

    private static Map<String, @Nullable Object> identity(Principal who) {
        Map<String, @Nullable Object> identity = new LinkedHashMap<>();
        identity.put("id", who.id());
        identity.put("source", who.source().name().toLowerCase(Locale.ROOT));
        identity.put("roles", sorted(who.roles()));
        identity.put("permissions", sorted(who.permissions().permissions()));
        identity.put("groups", sorted(who.groups()));
        identity.put("claims", who.claims());
        identity.put("certificate", who.certificate().orElse(null));
        return identity;
    }

    private static Map<String, @Nullable Object> request(Facts facts) {
        Map<String, @Nullable Object> request = new LinkedHashMap<>();
        request.put("method", facts.method());
        request.put("host", facts.host());
        request.put("path", facts.path());
        request.put("parsed_path", parts(facts.path()));
        request.put("query", facts.query());
        Map<String, String> headers = new LinkedHashMap<>(facts.headers());
        headers.keySet().removeAll(DIFFERENT_EACH_TIME);
        request.put("headers", headers);
        return request;
    }

    private static Map<String, Object> route(Pending pending, Facts facts) {
        return Map.of(
                "name",
                pending.rule().name(),
                "permission",
                pending.rule().needed().toString(),
                "params",
                facts.variables());
    }

    /** The segments as they stand in the path; that of {@code /} has none, and a last one that is empty counts. */
    private static List<String> parts(String path) {
        return path.length() <= 1 ? List.of() : List.of(path.substring(1).split("/", -1));
    }

    private static List<String> sorted(Collection<?> all) {
        List<String> texts = new ArrayList<>();
        all.forEach(each -> texts.add(each.toString()));
        texts.sort(null);
        return texts;
    }
}
