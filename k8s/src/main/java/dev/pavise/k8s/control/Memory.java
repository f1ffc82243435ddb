package dev.pavise.k8s.control;

import dev.pavise.k8s.act.Target;
import dev.pavise.k8s.plan.Finding;
import dev.pavise.k8s.plan.FindingCode;
import dev.pavise.k8s.plan.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a manager remembers of each Deployment: what was done, since when something is found, and what failed lately. Bounded; lost with the process. */
final class Memory {
    static final int MOST_ACTIONS = 100;
    private static final int MOST_TARGETS = 1_000;
    private static final Duration FIRST_SETBACK = Duration.ofSeconds(2);
    private static final int MOST_DOUBLINGS = 8;
    private static final Duration SEEN_BY_THEN = Duration.ofSeconds(10);

    private record Key(String code, String object) {}

    private static final class Remembered {
        final Deque<ActionTaken> actions = new ArrayDeque<>();
        final Map<Key, Instant> since = new HashMap<>();
        final Map<Class<?>, Setback> setbacks = new HashMap<>();
        List<Finding> troubles = List.of();

        @Nullable
        Acted acted;
    }

    private record Setback(int count, Instant until) {}

    private record Acted(String version, Instant until) {}

    private final Map<Target, Remembered> targets = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Target, Remembered> eldest) {
            return size() > MOST_TARGETS;
        }
    };

    private Remembered of(Target target) {
        return targets.computeIfAbsent(target, each -> new Remembered());
    }

    synchronized void took(Target target, ActionTaken action) {
        Deque<ActionTaken> actions = of(target).actions;
        actions.addFirst(action);
        while (actions.size() > MOST_ACTIONS) {
            actions.removeLast();
        }
    }

    /** Newest first. */
    synchronized List<ActionTaken> actions(Target target) {
        return List.copyOf(of(target).actions);
    }

    /** The findings, each with the time when it was first seen. */
    synchronized List<Finding> dated(Target target, List<Finding> findings) {
        Map<Key, Instant> since = of(target).since;
        Set<Key> now = new HashSet<>();
        List<Finding> dated = new ArrayList<>();
        for (Finding each : findings) {
            Key key = new Key(each.code().code(), each.object());
            now.add(key);
            Instant first = since.merge(key, each.since(), (one, other) -> one.isBefore(other) ? one : other);
            dated.add(new Finding(each.code(), each.object(), each.message(), first));
        }
        since.keySet().retainAll(now);
        return dated;
    }

    /** How many of these have such a finding, as they were last looked at. */
    synchronized long having(Set<Target> some, FindingCode code) {
        return some.stream()
                .map(targets::get)
                .filter(Objects::nonNull)
                .filter(each ->
                        each.since.keySet().stream().anyMatch(key -> key.code().equals(code.code())))
                .count();
    }

    /** Whether this kind of step failed so lately that it is not tried again yet. */
    synchronized boolean setBack(Target target, Step step, Instant now) {
        Setback setback = of(target).setbacks.get(step.getClass());
        return setback != null && now.isBefore(setback.until());
    }

    /** A step failed, and waits longer each time. */
    synchronized Duration failed(Target target, Step step, Instant now) {
        @Nullable Setback before = of(target).setbacks.get(step.getClass());
        int count = before == null ? 0 : Math.min(before.count() + 1, MOST_DOUBLINGS);
        Duration pause = FIRST_SETBACK.multipliedBy(1L << count);
        of(target).setbacks.put(step.getClass(), new Setback(count, now.plus(pause)));
        return pause;
    }

    synchronized void succeeded(Target target, Step step) {
        of(target).setbacks.remove(step.getClass());
    }

    /** Something was done about what was seen as this version; empty for what was not there. */
    synchronized void acted(Target target, String version, Instant now) {
        of(target).acted = new Acted(version, now.plus(SEEN_BY_THEN));
    }

    /** Whether what is seen is still what was acted on: the informer has not told yet what came of it. */
    synchronized boolean stale(Target target, String version, Instant now) {
        Acted acted = of(target).acted;
        return acted != null && acted.version().equals(version) && now.isBefore(acted.until());
    }

    /** What went wrong when the last steps were taken. */
    synchronized void troubles(Target target, List<Finding> troubles) {
        of(target).troubles = List.copyOf(troubles);
    }

    synchronized List<Finding> troubles(Target target) {
        return of(target).troubles;
    }
}
