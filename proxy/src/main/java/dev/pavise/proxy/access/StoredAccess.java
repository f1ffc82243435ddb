package dev.pavise.proxy.access;

import dev.pavise.policy.key.KeyRecord;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * All that the store holds at one moment. Immutable; a change makes a new one.
 *
 * @param keys by id
 * @param bindings by principal and role
 */
record StoredAccess(Map<String, KeyRecord> keys, Map<Bound, StoredBinding> bindings) {
    static final StoredAccess EMPTY = new StoredAccess(Map.of(), Map.of());

    /** What a stored binding is found by. */
    record Bound(String principal, String role) implements Comparable<Bound> {
        private static final Comparator<Bound> ORDER =
                Comparator.comparing(Bound::principal).thenComparing(Bound::role);

        @Override
        public int compareTo(Bound other) {
            return ORDER.compare(this, other);
        }
    }

    StoredAccess {
        keys = Map.copyOf(keys);
        bindings = Map.copyOf(bindings);
    }

    StoredAccess with(Collection<KeyRecord> changed) {
        Map<String, KeyRecord> next = new TreeMap<>(keys);
        changed.forEach(key -> next.put(key.id(), key));
        return new StoredAccess(next, bindings);
    }

    StoredAccess with(StoredBinding binding) {
        Map<Bound, StoredBinding> next = new TreeMap<>(bindings);
        next.put(new Bound(binding.principal(), binding.role()), binding);
        return new StoredAccess(keys, next);
    }

    StoredAccess without(Bound binding) {
        Map<Bound, StoredBinding> next = new TreeMap<>(bindings);
        next.remove(binding);
        return new StoredAccess(keys, next);
    }

    /** Forgets those dead keys that ended first, until no more than so many are left. What is forgotten is unknown, and so refused too. */
    StoredAccess forgettingDead(int left, Instant now) {
        List<KeyRecord> dead = keys.values().stream()
                .filter(key -> !key.isLive(now))
                .sorted(Comparator.comparing(StoredAccess::end).thenComparing(KeyRecord::id))
                .toList();
        if (dead.size() <= left) {
            return this;
        }
        Map<String, KeyRecord> next = new TreeMap<>(keys);
        dead.subList(0, dead.size() - left).forEach(key -> next.remove(key.id()));
        return new StoredAccess(next, bindings);
    }

    private static Instant end(KeyRecord key) {
        return key.revocation() == null ? key.expiresAt() : key.revocation().at();
    }

    List<KeyRecord> live(String name, Instant now) {
        return keys.values().stream()
                .filter(key -> key.name().equals(name) && key.isLive(now))
                .sorted(Comparator.comparing(KeyRecord::createdAt).reversed().thenComparing(KeyRecord::id))
                .toList();
    }

    long liveCount(Instant now) {
        return keys.values().stream().filter(key -> key.isLive(now)).count();
    }

    Optional<KeyRecord> key(String id) {
        return Optional.ofNullable(keys.get(id));
    }

    List<String> rolesOf(String principal) {
        return bindings.keySet().stream()
                .filter(bound -> bound.principal().equals(principal))
                .map(Bound::role)
                .sorted()
                .toList();
    }
}
