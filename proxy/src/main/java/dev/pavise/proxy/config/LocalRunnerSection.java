package dev.pavise.proxy.config;

import dev.pavise.policy.config.Bound;
import dev.pavise.policy.config.ByteSize;
import dev.pavise.policy.config.Key;
import dev.pavise.policy.config.Scalars;
import dev.pavise.policy.config.Section;
import dev.pavise.policy.config.Shapes;
import dev.pavise.policy.tool.ToolKind;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code tools.local_runner}. */
final class LocalRunnerSection {
    private static final Key<String> USER = Key.optional(
            "user",
            Scalars.matching("a user's name or number", "[a-z_][a-z0-9_-]{0,31}|[1-9][0-9]{0,9}"),
            "whom it runs as, where the gateway is root; default: pavise-runner where there is such a user, else a number that nobody has");
    private static final Key<Path> DATA_DIR = Key.optional(
            "data_dir",
            Scalars.path("a folder"),
            "the runner's own folder; default: runner in the gateway's data_dir, or where it has a user of its own, the name of that folder with -runner behind it");
    private static final Key<List<ToolKind>> BACKENDS = Key.withDefault(
            "backends",
            Shapes.someOf(Scalars.choice(kinds()), "name one"),
            "[wasm, native]",
            "what runs tools; one that this machine cannot enforce keeps the runner from starting");
    private static final Key<ByteSize> HEAP = Key.withDefault(
            "heap",
            Scalars.size("128MiB", "1TiB"),
            "1GiB",
            "the most that its JVM takes for objects; tools of kind wasm have half of it together");
    private static final Key<Integer> CONCURRENT =
            Key.withDefault("concurrent", Scalars.integer(1, 256), "4", "runs at a time; 64 more wait for their turn");

    static final Section<ToolsConfig.LocalRunner> SECTION =
            Section.of(List.of(USER, DATA_DIR, BACKENDS, HEAP, CONCURRENT), LocalRunnerSection::make);

    private LocalRunnerSection() {}

    private static Map<String, ToolKind> kinds() {
        Map<String, ToolKind> kinds = new LinkedHashMap<>();
        for (ToolKind kind : ToolKind.values()) {
            kinds.put(kind.text(), kind);
        }
        return kinds;
    }

    private static ToolsConfig.@Nullable LocalRunner make(Bound runner) {
        List<ToolKind> backends = runner.get(BACKENDS);
        if (Set.copyOf(backends).size() < backends.size()) {
            runner.error(BACKENDS, "names one twice");
            return null;
        }
        return new ToolsConfig.LocalRunner(
                runner.find(USER), runner.find(DATA_DIR), backends, runner.get(HEAP), runner.get(CONCURRENT));
    }
}
