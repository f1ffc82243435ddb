package dev.pavise.runner.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.runner.config.KubernetesConfig;
import dev.pavise.runner.run.Grants;
import dev.pavise.runner.run.Limits;
import dev.pavise.runner.run.Output;
import dev.pavise.runner.run.OutputHash;
import dev.pavise.runner.run.RunInput;
import dev.pavise.runner.run.Start;
import dev.pavise.runner.run.Unsigned;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The objects that the documentation tells operators to make, against what the runner asks for. */
final class DocumentedManifestTest {
    private static final Pattern REQUEST =
            Pattern.compile("([A-Z]+) /apis?(/[a-z.0-9]+)?/v1/namespaces/tools/([a-z]+)(/[^/?]+)?(/attach)?([?].*)?");

    @TempDir
    Path folder;

    private static <T> T documented(Class<T> kind) throws IOException {
        String page = Files.readString(Path.of("../docs/runner-kubernetes.md"));
        int begin = page.indexOf("```yaml\napiVersion");
        String yaml = page.substring(begin + "```yaml\n".length(), page.indexOf("```\n", begin + 3));
        for (String document : yaml.split("\n---\n")) {
            HasMetadata object = Serialization.unmarshal(document);
            if (kind.isInstance(object)) {
                return kind.cast(object);
            }
        }
        throw new AssertionError("no " + kind.getSimpleName() + " in the documentation");
    }

    @Test
    void hasANetworkPolicyThatIsEnough() throws IOException {
        assertTrue(Isolation.problem(List.of(documented(NetworkPolicy.class)), Labels.of("runner", "run"))
                .isEmpty());
    }

    @Test
    void hasARoleThatAllowsWhatIsAskedForAndNothingMore() throws Exception {
        Set<String> allowed = new HashSet<>();
        documented(Role.class)
                .getRules()
                .forEach(rule -> rule.getVerbs()
                        .forEach(verb ->
                                allowed.add(verb + " " + rule.getApiGroups().getFirst() + "/"
                                        + rule.getResources().getFirst())));
        Set<String> asked = new HashSet<>(runAndWatch());
        // Newer API servers ask for the right to create where a WebSocket is opened, too.
        asked.add("create /pods/attach");
        assertEquals(allowed, asked);
    }

    private Set<String> runAndWatch() throws Exception {
        Path tool = folder.resolve("tool");
        Files.writeString(tool, "#!/bin/sh\n");
        String sha256 = HexFormat.of().formatHex(OutputHash.sha256().digest(Files.readAllBytes(tool)));
        KubernetesConfig config = new KubernetesConfig(
                null, "a", "b", null, Map.of(), List.of(), Duration.ofSeconds(60), Duration.ofSeconds(20), null);
        try (FakeCluster cluster = new FakeCluster(folder)) {
            KubernetesBackend backend =
                    KubernetesBackend.open(cluster.cluster(), config, "runner", 1, 1 << 20, System::nanoTime);
            Start start = backend.start(
                    Unsigned.program("tool", tool, sha256, new Grants(Set.of(Path.of("/bin/sh")), Set.of(), List.of())),
                    RunInput.of(Duration.ofMinutes(1)),
                    Limits.DEFAULT,
                    Output.NONE);
            ((Start.Started) start).running().ending().join();
            backend.close();
            Set<String> asked = new HashSet<>();
            cluster.requests.forEach(each -> asked.add(right(each)));
            return asked;
        }
    }

    private static String right(String request) {
        Matcher matcher = REQUEST.matcher(request);
        assertTrue(matcher.matches(), request);
        boolean named = matcher.group(4) != null;
        String verb = switch (matcher.group(1)) {
            case "POST" -> "create";
            case "DELETE" -> named ? "delete" : "deletecollection";
            case "GET" -> named ? "get" : request.contains("watch=true") ? "watch" : "list";
            default -> matcher.group(1);
        };
        String group = matcher.group(2) == null ? "" : matcher.group(2).substring(1);
        String sub = matcher.group(5) == null ? "" : matcher.group(5);
        return verb + " " + group + "/" + matcher.group(3) + sub;
    }
}
