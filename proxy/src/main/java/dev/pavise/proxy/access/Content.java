package dev.pavise.proxy.access;

import dev.pavise.policy.key.KeyRecord;
import java.util.Map;
import java.util.TreeMap;

/** What a store file holds, as text: the records, and the seal that stands beside them. */
record Content(Map<String, String> keys, Map<String, String> bindings, Seal seal) {
    /** A store in which nothing was changed yet. */
    static final Content EMPTY = new Content(Map.of(), Map.of(), Seal.first());

    private static final String PART = "\n";

    /** The content after a change. */
    static Content of(StoredAccess state, Seal former) {
        Map<String, String> keys = new TreeMap<>();
        state.keys().forEach((id, key) -> keys.put(id, AccessText.of(key)));
        Map<String, String> bindings = new TreeMap<>();
        state.bindings()
                .forEach((bound, binding) ->
                        bindings.put(bound.principal() + PART + bound.role(), AccessText.of(binding)));
        return new Content(keys, bindings, former.next(keys, bindings));
    }

    /**
     * The records themselves.
     *
     * @throws IllegalArgumentException where they are not what was sealed, or cannot be read
     */
    StoredAccess state() {
        if (!seal.holds(keys, bindings)) {
            throw new IllegalArgumentException("its records are not those that were sealed");
        }
        Map<String, KeyRecord> readKeys = new TreeMap<>();
        keys.values().forEach(text -> {
            KeyRecord key = AccessText.key(text);
            readKeys.put(key.id(), key);
        });
        Map<StoredAccess.Bound, StoredBinding> readBindings = new TreeMap<>();
        bindings.values().forEach(text -> {
            StoredBinding binding = AccessText.binding(text);
            readBindings.put(new StoredAccess.Bound(binding.principal(), binding.role()), binding);
        });
        return new StoredAccess(readKeys, readBindings);
    }
}
