package dev.pavise.k8s.compile;

import dev.pavise.k8s.resource.Resource;
import dev.pavise.policy.config.ConfigError;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Puts resources together and asks the judge. */
final class Trial {
    /** A ConfigMap holds 1 MiB; the rest is for what the API server adds. */
    static final int MOST_BYTES = 1_000_000;

    private final BaseConfig base;
    private final String namespace;
    private final ConfigJudge judge;

    Trial(BaseConfig base, String namespace, ConfigJudge judge) {
        this.base = base;
        this.namespace = namespace;
        this.judge = judge;
    }

    /** What came of it. */
    sealed interface Outcome {
        record Fits(SortedMap<String, String> files) implements Outcome {}

        record Fails(List<ConfigError> errors, Assembly.Origins origins, boolean tooLarge) implements Outcome {}
    }

    Outcome of(Collection<Resource> resources) {
        Assembly.Assembled assembled = Assembly.of(base, namespace, List.copyOf(resources));
        SortedMap<String, String> files = new TreeMap<>(assembled.files());
        files.put(Compiled.Ready.CONFIG, assembled.text());
        files.put(Remembered.FILE, Remembered.of(resources).text());
        if (size(files) > MOST_BYTES) return new Outcome.Fails(List.of(), assembled.origins(), true);
        List<ConfigError> twice = ManifestTrust.twice(resources, assembled.origins());
        if (!twice.isEmpty()) return new Outcome.Fails(twice, assembled.origins(), false);
        return switch (judge.judge(assembled.text())) {
            case ConfigJudge.Judged.Fit ignored -> new Outcome.Fits(files);
            case ConfigJudge.Judged.Unfit(List<ConfigError> errors) ->
                new Outcome.Fails(errors, assembled.origins(), false);
        };
    }

    private static long size(SortedMap<String, String> files) {
        return files.entrySet().stream()
                .mapToLong(file -> file.getKey().length() + file.getValue().getBytes(StandardCharsets.UTF_8).length)
                .sum();
    }

    /** What a failed trial says of the resource that was added last. */
    static List<ResourceProblem> problems(Resource added, Outcome.Fails failed) {
        if (failed.tooLarge()) {
            String why =
                    "with it, what the gateways of this namespace read would be larger than a ConfigMap holds (1 MiB)";
            return List.of(new ResourceProblem(Verdict.Reason.TOO_LARGE, "", why));
        }
        List<ResourceProblem> own = new ArrayList<>();
        List<ResourceProblem> others = new ArrayList<>();
        for (ConfigError error : failed.errors()) {
            Optional<Assembly.Origins.Origin> origin =
                    failed.origins().of(error.place().field());
            if (origin.isPresent() && origin.get().resource().id().equals(added.id())) {
                own.add(new ResourceProblem(Verdict.Reason.INVALID, origin.get().field(), error.message()));
            } else {
                others.add(new ResourceProblem(Verdict.Reason.CONFLICT, "", whose(origin) + error.message()));
            }
        }
        return own.isEmpty() ? others : own;
    }

    private static String whose(Optional<Assembly.Origins.Origin> origin) {
        return origin.map(each -> "with " + each.resource().id() + ": ").orElse("");
    }
}
