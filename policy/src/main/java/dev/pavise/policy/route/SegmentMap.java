package dev.pavise.policy.route;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A hash map that is asked with a part of a string, so that a lookup need not cut that part out. Filled while a
 * configuration is built, then only read. Its keys come from the configuration, so a stranger cannot make them collide.
 */
final class SegmentMap<V> {
    private @Nullable String[] keys = new @Nullable String[4];
    private final List<@Nullable V> values = new ArrayList<>(Arrays.asList(null, null, null, null));
    private int size;

    @Nullable
    V get(String text, int start, int end) {
        int slot = slot(text, start, end);
        return keys[slot] == null ? null : values.get(slot);
    }

    V computeIfAbsent(String key, Supplier<V> maker) {
        V present = get(key, 0, key.length());
        if (present != null) {
            return present;
        }
        if (2 * (size + 1) > keys.length) {
            grow();
        }
        V made = maker.get();
        put(key, made);
        size++;
        return made;
    }

    private void grow() {
        @Nullable String[] oldKeys = keys;
        List<@Nullable V> oldValues = new ArrayList<>(values);
        keys = new @Nullable String[oldKeys.length * 2];
        values.clear();
        for (int at = 0; at < keys.length; at++) {
            values.add(null);
        }
        for (int at = 0; at < oldKeys.length; at++) {
            String key = oldKeys[at];
            V value = oldValues.get(at);
            if (key != null && value != null) {
                put(key, value);
            }
        }
    }

    private void put(String key, V value) {
        int slot = slot(key, 0, key.length());
        keys[slot] = key;
        values.set(slot, value);
    }

    /** Where the key is, or the free slot where it would be; the table is never more than half full. */
    private int slot(String text, int start, int end) {
        int hash = 0;
        for (int at = start; at < end; at++) {
            hash = 31 * hash + text.charAt(at);
        }
        int mask = keys.length - 1;
        int slot = (hash ^ (hash >>> 16)) & mask;
        for (String key = keys[slot]; key != null; key = keys[slot]) {
            if (key.length() == end - start && text.startsWith(key, start)) {
                return slot;
            }
            slot = (slot + 1) & mask;
        }
        return slot;
    }
}
