package dev.pavise.proxy.management;

import dev.pavise.auditlog.EventType;
import dev.pavise.policy.Principal;
import dev.pavise.policy.Quoted;
import dev.pavise.policy.key.KeyRecord;
import dev.pavise.proxy.access.Access;
import dev.pavise.proxy.access.AccessResult;
import dev.pavise.proxy.access.KeyRequest;
import dev.pavise.proxy.access.KeyView;
import dev.pavise.proxy.access.NewKey;
import dev.pavise.proxy.http.RefusalCode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** API keys over the management API: made, listed, renewed, ended. Who may is the store's to judge. */
final class AuthKeys {
    private final Access access;
    private final InstantSource clock;

    AuthKeys(Access access, InstantSource clock) {
        this.access = access;
        this.clock = clock;
    }

    /** {@code POST /v1/auth/keys}. The key's text is in this answer and never in another. */
    LocalAnswer create(Principal maker, byte[] body) {
        Arguments given = Arguments.of(body, "name", "permissions", "expires_in", "expires_at", "limit");
        KeyRequest request = new KeyRequest(
                given.text("name"), given.texts("permissions"), given.optionalText("limit"), life(given));
        return switch (access.createKey(maker, request)) {
            case AccessResult.Done<NewKey>(NewKey made) -> made(201, made, EventType.KEY_CREATED, facts(made.record()));
            case AccessResult.Refused<NewKey> refused -> {
                Map<String, String> attempt = new LinkedHashMap<>();
                attempt.put("key_name", request.name());
                attempt.put("permissions", String.join(",", request.permissions()));
                yield AuthApi.refused(refused.code(), refused.message(), attempt);
            }
        };
    }

    private @Nullable Duration life(Arguments given) {
        String in = given.optionalText("expires_in");
        String at = given.optionalText("expires_at");
        if (in != null && at != null) {
            throw new BadArgumentException("members `expires_in` and `expires_at` exclude each other");
        }
        if (at != null) {
            Duration left = Duration.between(clock.instant(), moment(at));
            if (!left.isPositive()) {
                throw new BadArgumentException("member `expires_at` is a time that has passed");
            }
            return left;
        }
        return in == null ? null : span("expires_in", in);
    }

    private static Instant moment(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException unfit) {
            throw new BadArgumentException("member `expires_at` is not a time like 2026-01-31T12:00:00Z");
        }
    }

    private static Duration span(String name, String text) {
        return TimeSpan.parse(text)
                .orElseThrow(() -> new BadArgumentException(
                        "member `" + name + "` is not a span of time, write 90s, 15m, 24h, 7d or 2w"));
    }

    /** {@code GET /v1/auth/keys}: the live ones, unless others are asked for. */
    LocalAnswer list(@Nullable String query) {
        Parameters asked = Parameters.of(query, "name", "state");
        String name = asked.get("name");
        KeyRecord.State state = state(asked.get("state"));
        ObjectNode json = AuthJson.object();
        ArrayNode keys = json.putArray("keys");
        access.keys().stream()
                .filter(key -> name == null || key.record().name().equals(name))
                .filter(key -> state == null || key.state() == state)
                .forEach(key -> keys.add(AuthJson.of(key)));
        return LocalAnswer.json(200, json, null);
    }

    /** Null means all. */
    private static KeyRecord.@Nullable State state(@Nullable String text) {
        return switch (text) {
            case null -> KeyRecord.State.LIVE;
            case "live" -> KeyRecord.State.LIVE;
            case "revoked" -> KeyRecord.State.REVOKED;
            case "expired" -> KeyRecord.State.EXPIRED;
            case "all" -> null;
            default ->
                throw new BadArgumentException("query parameter `state` is none of live, revoked, expired and all");
        };
    }

    /** {@code GET /v1/auth/keys/{id}}: by id, or the newest of a name. */
    LocalAnswer show(String idOrName) {
        return byId(idOrName)
                .or(() -> newest(idOrName))
                .map(key -> LocalAnswer.json(200, AuthJson.of(key), null))
                .orElseGet(() -> unknown(idOrName));
    }

    private Optional<KeyView> byId(String id) {
        return access.keys().stream()
                .filter(key -> key.record().id().equals(id))
                .findFirst();
    }

    private Optional<KeyView> newest(String name) {
        return access.keys().stream()
                .filter(key -> key.record().name().equals(name))
                .findFirst();
    }

    private static LocalAnswer unknown(String idOrName) {
        return LocalAnswer.refused(
                RefusalCode.NOT_FOUND, "there is no key with the id or name `" + Quoted.of(idOrName) + "`");
    }

    /** {@code DELETE /v1/auth/keys/{id}}: that key, or every live one of that name. */
    LocalAnswer revoke(Principal by, String idOrName) {
        AccessResult<List<KeyRecord>> result = byId(idOrName).isPresent()
                ? asList(access.revokeKey(by, idOrName))
                : access.revokeKeysNamed(by, idOrName);
        return switch (result) {
            case AccessResult.Done<List<KeyRecord>>(List<KeyRecord> revoked) -> {
                ObjectNode json = AuthJson.object();
                ArrayNode keys = json.putArray("revoked");
                revoked.forEach(key -> keys.add(AuthJson.of(key, key.state(clock.instant()))));
                yield LocalAnswer.json(200, json, new LocalAnswer.Event(EventType.KEY_REVOKED, facts(revoked)));
            }
            case AccessResult.Refused<List<KeyRecord>> refused ->
                AuthApi.refused(refused.code(), refused.message(), Map.of("key", idOrName));
        };
    }

    private static AccessResult<List<KeyRecord>> asList(AccessResult<KeyRecord> one) {
        return switch (one) {
            case AccessResult.Done<KeyRecord>(KeyRecord key) -> new AccessResult.Done<>(List.of(key));
            case AccessResult.Refused<KeyRecord> refused ->
                new AccessResult.Refused<>(refused.code(), refused.message());
        };
    }

    /** {@code POST /v1/auth/keys/{id}/rotate}: a new key for that name; the former ones stay good for the overlap. */
    LocalAnswer rotate(Principal maker, String idOrName, byte[] body) {
        Arguments given = Arguments.of(body, "overlap", "expires_in");
        String asked = given.optionalText("overlap");
        String life = given.optionalText("expires_in");
        Duration overlap = asked == null ? Access.USUAL_OVERLAP : span("overlap", asked);
        String name = byId(idOrName).map(key -> key.record().name()).orElse(idOrName);
        AccessResult<NewKey> result = life == null
                ? access.rotateKey(maker, name, overlap)
                : access.rotateKey(maker, name, overlap, span("expires_in", life));
        return switch (result) {
            case AccessResult.Done<NewKey>(NewKey made) -> {
                Map<String, String> facts = facts(made.record());
                facts.put("overlap_s", Long.toString(overlap.toSeconds()));
                yield made(201, made, EventType.KEY_ROTATED, facts);
            }
            case AccessResult.Refused<NewKey> refused ->
                AuthApi.refused(refused.code(), refused.message(), Map.of("key_name", name));
        };
    }

    private LocalAnswer made(int status, NewKey made, EventType event, Map<String, String> facts) {
        ObjectNode json = AuthJson.of(made.record(), made.record().state(clock.instant()));
        json.put("key", made.text().reveal());
        return LocalAnswer.json(status, json, new LocalAnswer.Event(event, facts));
    }

    // ---- for the record

    private static Map<String, String> facts(KeyRecord key) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("key_id", key.id());
        facts.put("key_name", key.name());
        facts.put(
                "permissions", key.permissions().stream().map(Object::toString).collect(Collectors.joining(",")));
        facts.put("expires_at", key.expiresAt().toString());
        if (key.limit() != null) {
            facts.put("limit", key.limit().toString());
        }
        if (key.replaces() != null) {
            facts.put("replaces", key.replaces());
        }
        return facts;
    }

    private static Map<String, String> facts(List<KeyRecord> keys) {
        return Map.of(
                "key_id", keys.stream().map(KeyRecord::id).collect(Collectors.joining(",")),
                "key_name", keys.stream().map(KeyRecord::name).distinct().collect(Collectors.joining(",")));
    }
}
