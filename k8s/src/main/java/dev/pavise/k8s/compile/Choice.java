package dev.pavise.k8s.compile;

import dev.pavise.k8s.resource.Resource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * Finds which resources can be in force together. Those that are in force already go first, so that nobody's change takes away what another one has; then
 * changes, dependencies and older ones first. Many are tried at once and halved where they fail, so that a few bad ones among thousands cost a few trials.
 */
final class Choice {
    private final Trial trial;
    private final Map<String, Resource> chosen = new LinkedHashMap<>();
    private final Map<String, List<ResourceProblem>> failed = new LinkedHashMap<>();

    private Choice(Trial trial) {
        this.trial = trial;
    }

    /**
     * What was found.
     *
     * @param chosen by id, the specs that are in force
     * @param failed by id, what was wrong with the change
     */
    record Chosen(
            Map<String, Resource> chosen, Map<String, List<ResourceProblem>> failed, SortedMap<String, String> files) {}

    /** Both in the order of {@link Resource#ORDER}. */
    static Chosen of(Trial trial, List<Resource> inForce, List<Resource> wanted) {
        Choice choice = new Choice(trial);
        choice.add(inForce);
        choice.failed.clear();
        List<Resource> open = wanted;
        for (int before = -1; before != open.size() && !open.isEmpty(); ) {
            before = open.size();
            choice.failed.clear();
            choice.add(open);
            open = open.stream()
                    .filter(each -> choice.failed.containsKey(each.id()))
                    .toList();
        }
        return switch (trial.of(choice.chosen.values())) {
            case Trial.Outcome.Fits(SortedMap<String, String> files) -> new Chosen(choice.chosen, choice.failed, files);
            case Trial.Outcome.Fails failed ->
                throw new IllegalStateException("what fitted does not fit any more: " + failed.errors());
        };
    }

    private void add(List<Resource> more) {
        if (more.isEmpty()) return;
        Map<String, Resource> tried = new LinkedHashMap<>(chosen);
        more.forEach(each -> tried.put(each.id(), each));
        if (!(trial.of(tried.values()) instanceof Trial.Outcome.Fails fails)) {
            chosen.putAll(tried);
        } else if (more.size() == 1) {
            Resource one = more.getFirst();
            failed.put(one.id(), Trial.problems(one, fails));
        } else {
            int half = more.size() / 2;
            add(new ArrayList<>(more.subList(0, half)));
            add(new ArrayList<>(more.subList(half, more.size())));
        }
    }
}
