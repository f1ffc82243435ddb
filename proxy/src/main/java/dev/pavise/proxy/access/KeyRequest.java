package dev.pavise.proxy.access;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What somebody wants a new key to be, as he wrote it.
 *
 * @param permissions texts such as {@code agent:list}; none is allowed, as a key may live by the roles that are bound to it
 * @param limit a rate such as {@code 100/minute}, or null for none of its own
 * @param expiresIn how long it lives, or null for the usual 90 days
 */
public record KeyRequest(
        String name,
        List<String> permissions,
        @Nullable String limit,
        @Nullable Duration expiresIn) {
    public KeyRequest {
        permissions = List.copyOf(permissions);
    }
}
