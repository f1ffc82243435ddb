package dev.pavise.k8s.compile;

import dev.pavise.k8s.resource.Resource;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes the configuration that the gateways of a namespace read of the operator's base and the namespace's resources. Touches no cluster.
 *
 * <p>Whatever resources say, what comes out is a configuration that a gateway takes wherever it takes the base. A resource that cannot be honoured changes
 * nothing: its last good spec stays in force where there is one, and the others are as if it had not been changed.
 */
public final class Compiler {
    private final ResourceSettings settings;
    private final ManifestTrust manifests;

    public Compiler(ResourceSettings settings, InstantSource clock) {
        this.settings = settings;
        this.manifests = new ManifestTrust(settings.allowance().trustedKeys(), clock);
    }

    /**
     * Compiles one namespace.
     *
     * @param base the text of the operator's base
     * @param before the files that are in force, to remember specs by; empty where there are none
     */
    public Compiled compile(String base, String namespace, List<Resource> resources, Map<String, String> before) {
        ConfigJudge judge = new ConfigJudge(namespace, settings.allowance().environment());
        return switch (BaseConfig.of(base, judge)) {
            case BaseConfig.Read.Refused(List<String> errors) -> new Compiled.BaseRefused(errors);
            case BaseConfig.Read.Ready(BaseConfig ready) -> {
                Trial trial = new Trial(ready, namespace, judge);
                if (trial.of(List.of()) instanceof Trial.Outcome.Fails) {
                    yield new Compiled.BaseRefused(List.of("the base is larger than a ConfigMap holds (1 MiB)"));
                }
                try {
                    Bounds bounds = new Bounds(ready, settings, namespace, resources, manifests);
                    yield compile(trial, bounds, resources, remembered(before));
                } catch (IllegalArgumentException unfit) {
                    yield new Compiled.BaseRefused(List.of("`injection.may_grant`: " + unfit.getMessage()));
                }
            }
        };
    }

    private static Remembered remembered(Map<String, String> before) {
        return Remembered.read(before.getOrDefault(Remembered.FILE, "{}"));
    }

    private Compiled compile(Trial trial, Bounds bounds, List<Resource> all, Remembered remembered) {
        List<Resource> sorted = all.stream().sorted(Resource.ORDER).toList();
        Map<String, List<ResourceProblem>> problems = new HashMap<>();
        List<Resource> wanted = new ArrayList<>();
        List<Resource> inForce = new ArrayList<>();
        List<Resource> best = new ArrayList<>();
        for (Resource each : sorted) {
            List<ResourceProblem> found =
                    settings.allowance().most() > wanted.size() ? bounds.problems(each) : List.of(tooMany());
            Optional<Resource> last =
                    remembered.of(each).filter(old -> bounds.problems(old).isEmpty());
            last.ifPresent(inForce::add);
            if (found.isEmpty()) {
                wanted.add(each);
                best.add(each);
            } else {
                problems.put(each.id(), found);
                last.ifPresent(best::add);
            }
        }
        if (trial.of(best) instanceof Trial.Outcome.Fits(SortedMap<String, String> files)) {
            return new Compiled.Ready(files, verdicts(sorted, byId(best), problems));
        }
        Choice.Chosen chosen = Choice.of(trial, inForce, wanted);
        chosen.failed().forEach(problems::putIfAbsent);
        return new Compiled.Ready(chosen.files(), verdicts(sorted, chosen.chosen(), problems));
    }

    private ResourceProblem tooMany() {
        return new ResourceProblem(
                Verdict.Reason.TOO_LARGE,
                "",
                "this namespace has " + settings.allowance().most()
                        + " resources already, the most that `injection.resources.most` allows");
    }

    private static Map<String, Resource> byId(List<Resource> resources) {
        Map<String, Resource> byId = new HashMap<>();
        resources.forEach(each -> byId.put(each.id(), each));
        return byId;
    }

    private static List<Verdict> verdicts(
            List<Resource> all, Map<String, Resource> inForce, Map<String, List<ResourceProblem>> problems) {
        return all.stream()
                .map(each -> verdict(each, inForce.get(each.id()), problems.getOrDefault(each.id(), List.of())))
                .toList();
    }

    private static Verdict verdict(Resource wanted, @Nullable Resource inForce, List<ResourceProblem> problems) {
        if (problems.isEmpty() && inForce != null) return new Verdict.Accepted(wanted);
        long generation = inForce == null ? 0 : inForce.generation();
        ResourceProblem first = problems.isEmpty()
                ? new ResourceProblem(Verdict.Reason.CONFLICT, "", "it does not go together with what is in force")
                : Objects.requireNonNull(problems.getFirst());
        String why = problems.isEmpty() ? first.message() : ResourceProblem.text(problems);
        return new Verdict.Refused(wanted, first.reason(), why, generation);
    }
}
