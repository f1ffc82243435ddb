package dev.pavise.proxy.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which keys of two configurations differ, and never what stands there: values can be secrets. What has a name is told by it, as
 * {@code routes[agents].limit}, and so is told apart wherever in the file it stands.
 *
 * @param added in the second one only
 * @param removed in the first one only
 * @param changed in both, with different values
 */
public record ConfigDifference(List<String> added, List<String> removed, List<String> changed) {
    private static final List<String> NAMES = List.of("name", "principal", "group");

    /** Copies the lists. */
    public ConfigDifference {
        added = List.copyOf(added);
        removed = List.copyOf(removed);
        changed = List.copyOf(changed);
    }

    /** Compares two configurations, every default of them filled in. */
    public static ConfigDifference between(GatewayConfig before, GatewayConfig after) {
        Collected collected = new Collected(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        collected.compare("", EffectiveConfig.whole(before), EffectiveConfig.whole(after));
        return new ConfigDifference(collected.added, collected.removed, collected.changed);
    }

    /** What of it is under one of these keys of the file's first level. */
    public ConfigDifference under(List<String> sections) {
        return new ConfigDifference(only(added, sections), only(removed, sections), only(changed, sections));
    }

    private static List<String> only(List<String> keys, List<String> sections) {
        return keys.stream()
                .filter(key -> sections.stream()
                        .anyMatch(section ->
                                key.equals(section) || key.startsWith(section + ".") || key.startsWith(section + "[")))
                .toList();
    }

    public boolean isEmpty() {
        return added.isEmpty() && removed.isEmpty() && changed.isEmpty();
    }

    /** How many keys differ. */
    public int size() {
        return added.size() + removed.size() + changed.size();
    }

    private record Collected(List<String> added, List<String> removed, List<String> changed) {
        void compare(String path, @Nullable Object before, @Nullable Object after) {
            if (Objects.equals(before, after)) {
                return;
            }
            if (before == null) {
                added.add(path);
            } else if (after == null) {
                removed.add(path);
            } else if (before instanceof Map<?, ?> || after instanceof Map<?, ?>) {
                members(path, keyed(path, before), keyed(path, after));
            } else if (isNamed(before) && isNamed(after)) {
                members(path, named(path, (List<?>) before), named(path, (List<?>) after));
            } else {
                changed.add(path);
            }
        }

        private void members(String path, @Nullable Map<String, Object> before, @Nullable Map<String, Object> after) {
            if (before == null || after == null) {
                changed.add(path);
                return;
            }
            Map<String, Object> all = new TreeMap<>(before);
            all.putAll(after);
            all.keySet().forEach(key -> compare(key, before.get(key), after.get(key)));
        }

        private static @Nullable Map<String, Object> keyed(String path, Object value) {
            if (!(value instanceof Map<?, ?> map)) {
                return null;
            }
            Map<String, Object> keyed = new TreeMap<>();
            map.forEach((key, each) -> keyed.put(path.isEmpty() ? String.valueOf(key) : path + "." + key, each));
            return keyed;
        }

        /** A list of mappings that each have a name of their own; an empty one is that of no such mapping. */
        private static boolean isNamed(Object value) {
            return value instanceof List<?> list
                    && list.stream().allMatch(each -> each instanceof Map<?, ?> map && name(map) != null)
                    && list.stream()
                                    .map(each -> name((Map<?, ?>) each))
                                    .distinct()
                                    .count()
                            == list.size();
        }

        private static Map<String, Object> named(String path, List<?> list) {
            Map<String, Object> named = new TreeMap<>();
            list.forEach(each -> named.put(path + "[" + name((Map<?, ?>) each) + "]", each));
            return named;
        }

        private static @Nullable String name(Map<?, ?> map) {
            return NAMES.stream()
                    .filter(map::containsKey)
                    .map(key -> String.valueOf(map.get(key)))
                    .findFirst()
                    .orElse(null);
        }
    }
}
