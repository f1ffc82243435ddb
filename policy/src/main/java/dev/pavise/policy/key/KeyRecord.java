package dev.pavise.policy.key;

import dev.pavise.policy.Permission;
import dev.pavise.policy.Quoted;
import dev.pavise.policy.limit.Rate;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * All that is kept of one API key. Its principal is {@code key:<name>}; of one name there are several records while it is being
 * rotated, and as many dead ones as it had lives before.
 *
 * @param id the part of the key's text that names it; no secret
 * @param permissions what its maker gave it, no more than he held
 * @param limit how often it may be used, over all routes, or null where only the general limits hold
 * @param createdBy the id of the principal that made it
 * @param expiresAt from when on it is refused
 * @param replaces the id of the key that it was rotated from, or null
 * @param revocation when and by whom it was ended before its time, or null
 */
public record KeyRecord(
        String id,
        String name,
        SecretHash secret,
        Set<Permission> permissions,
        @Nullable Rate limit,
        Instant createdAt,
        String createdBy,
        Instant expiresAt,
        @Nullable String replaces,
        @Nullable Revocation revocation) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._@-]{1,64}");
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9]{16}");

    /** The end of a key before its time. */
    public record Revocation(Instant at, String by) {}

    /** Whether a key can be used. */
    public enum State {
        LIVE,
        EXPIRED,
        REVOKED
    }

    public KeyRecord {
        checkName(name);
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException("`" + Quoted.of(id) + "` is no key id, it has 16 letters and digits");
        }
        permissions = Collections.unmodifiableSet(new LinkedHashSet<>(permissions));
    }

    /** Throws {@link IllegalArgumentException} where a key cannot be called so. */
    public static void checkName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "key name `" + Quoted.of(name) + "` is unfit, use 1 to 64 letters, digits and `.`, `_`, `@`, `-`");
        }
    }

    public State state(Instant now) {
        if (revocation != null) {
            return State.REVOKED;
        }
        return now.isBefore(expiresAt) ? State.LIVE : State.EXPIRED;
    }

    public boolean isLive(Instant now) {
        return state(now) == State.LIVE;
    }

    /** The id that bindings and audit records use. */
    public String principal() {
        return "key:" + name;
    }

    /** The same key, ended. One that was revoked already stays as it was. */
    public KeyRecord revoked(Instant at, String by) {
        return revocation != null ? this : with(expiresAt, new Revocation(at, by));
    }

    /** The same key, which ends then or earlier. */
    public KeyRecord endingBy(Instant end) {
        return end.isBefore(expiresAt) ? with(end, revocation) : this;
    }

    private KeyRecord with(Instant end, @Nullable Revocation ended) {
        return new KeyRecord(id, name, secret, permissions, limit, createdAt, createdBy, end, replaces, ended);
    }
}
