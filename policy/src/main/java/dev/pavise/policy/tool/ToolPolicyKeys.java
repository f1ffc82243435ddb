package dev.pavise.policy.tool;

import dev.pavise.policy.config.BadValueException;
import dev.pavise.policy.config.Key;
import dev.pavise.policy.config.Scalars;
import dev.pavise.policy.config.Section;
import dev.pavise.policy.config.Shape;
import dev.pavise.policy.config.Shapes;
import dev.pavise.policy.config.YamlNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Reads the bounds of tools whose manifest says {@code policy: custom}, by tool id: the same keys and limits in the gateway's file and
 * in the runner's, since both judge by them.
 */
public final class ToolPolicyKeys {
    private static final ToolPolicy BASE = ToolPolicy.DEFAULT;
    private static final int MOST_MB = 1 << 20;

    private static final Key<Integer> MEMORY = Key.withDefault(
            "max_memory_mb",
            Scalars.integer(1, MOST_MB),
            Integer.toString(BASE.memoryMb()),
            "the most that its manifest may ask for");
    private static final Key<Integer> CPU = Key.withDefault(
            "max_cpu_seconds",
            Scalars.integer(1, 86_400),
            Integer.toString(BASE.cpuSeconds()),
            "the most that its manifest may ask for");
    private static final Key<Duration> WALL = Key.withDefault(
            "max_wall",
            Scalars.duration("1s", "24h"),
            BASE.wall().toSeconds() + "s",
            "from the start of a run to its end");
    private static final Key<Integer> SCRATCH = Key.withDefault(
            "scratch_mb",
            Scalars.integer(0, MOST_MB),
            Integer.toString(BASE.scratchMb()),
            "the size of the folder that is a run's own");
    private static final Key<Reach> FILES = Key.withDefault(
            "files",
            reach(ResourceGrant.Files.class::isInstance, "fs:ro:/path or fs:rw:/path"),
            "as_named",
            "what its manifest may name: none, as_named, or a list of grants that the operator answers for");
    private static final Key<Reach> NETWORK = Key.withDefault(
            "network",
            reach(ResourceGrant.Endpoint.class::isInstance, "net:host:port"),
            "as_named",
            "what its manifest may name: none, as_named, or a list of grants that the operator answers for");

    /** The bounds of one tool. */
    public static final Section<ToolPolicy> POLICY = Section.of(
            List.of(MEMORY, CPU, WALL, SCRATCH, FILES, NETWORK),
            policy -> new ToolPolicy(
                    "custom",
                    policy.get(MEMORY),
                    policy.get(CPU),
                    policy.get(WALL),
                    policy.get(SCRATCH),
                    policy.get(FILES),
                    policy.get(NETWORK)));

    private static final Shape<String> TOOL_ID =
            Scalars.scalar("a tool id", "[A-Za-z0-9_][A-Za-z0-9._-]{0,127}", text -> {
                try {
                    ToolManifest.checkToolId(text);
                    return text;
                } catch (IllegalArgumentException e) {
                    throw new BadValueException(String.valueOf(e.getMessage()));
                }
            });

    /** Those of all that have their own, by tool id. */
    public static final Shape<Map<String, ToolPolicy>> BY_TOOL = Shapes.named(TOOL_ID, POLICY);

    private ToolPolicyKeys() {}

    private static Shape<Reach> reach(Predicate<ResourceGrant> fits, String form) {
        Shape<Reach> word =
                Scalars.scalar("none, as_named, or a list of " + form, "none|as_named", text -> switch (text) {
                    case "none" -> new Reach.Nothing();
                    case "as_named" -> new Reach.AsNamed();
                    default -> throw new BadValueException("");
                });
        Shape<List<ResourceGrant>> grants =
                Shapes.someOf(Scalars.scalar(form, "[a-z]+:.+", text -> grant(text, fits)), "write none");
        return Shapes.either(node -> node instanceof YamlNode.Sequence, Shapes.map(grants, Reach.Only::new), word);
    }

    private static ResourceGrant grant(String text, Predicate<ResourceGrant> fits) throws BadValueException {
        try {
            ResourceGrant grant = ResourceGrant.parse(text);
            if (fits.test(grant)) {
                return grant;
            }
        } catch (IllegalArgumentException e) {
            throw new BadValueException(String.valueOf(e.getMessage()));
        }
        throw new BadValueException("");
    }
}
