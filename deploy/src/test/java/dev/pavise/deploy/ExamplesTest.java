package dev.pavise.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the examples say can be applied. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = Chart.WHY_SKIPPED)
class ExamplesTest {
    private static final Path FOLDER = Path.of("examples");

    static Stream<Path> examples() throws IOException {
        try (Stream<Path> folders = Files.list(FOLDER)) {
            return folders.filter(Files::isDirectory).sorted().toList().stream();
        }
    }

    @Test
    void thereAreThoseThatAreSpokenOf() throws IOException {
        Set<String> names =
                examples().map(each -> String.valueOf(each.getFileName())).collect(Collectors.toSet());
        assertTrue(names.containsAll(Set.of("sidecar", "standalone", "runner", "kafka-audit", "kubernetes-tools")));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void eachSaysWhatToExpect(Path example) {
        String text = Yaml.read(example.resolve("README.md"));
        assertTrue(text.contains("What to expect") && text.contains("helm install"), example::toString);
    }

    /** The links of a page lead to files of this tree. */
    @ParameterizedTest
    @MethodSource("examples")
    void linksLeadSomewhere(Path example) {
        java.util.regex.Pattern.compile("]\\(([^)#]+)[^)]*\\)")
                .matcher(Yaml.read(example.resolve("README.md")))
                .results()
                .map(each -> example.resolve(each.group(1)).normalize())
                .forEach(each -> assertTrue(Files.exists(each), each::toString));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void valuesRenderIntoObjectsOfKubernetes(Path example) {
        List<String> faults = Chart.render(Yaml.read(example.resolve("values.yaml"))).objects().stream()
                .map(Models::fault)
                .flatMap(Optional::stream)
                .toList();
        assertEquals(List.of(), faults);
    }

    @ParameterizedTest
    @MethodSource("examples")
    void manifestsAreObjectsOfKubernetesOrOfOurs(Path example) throws IOException {
        Set<String> ours = new TreeSet<>();
        try (Stream<Path> files = Files.list(Path.of("crds"))) {
            files.forEach(each -> ours.add(
                    Yaml.document(Yaml.read(each)).at("/spec/names/kind").asText()));
        }
        try (Stream<Path> files = Files.list(example)) {
            for (Path file : files.filter(each -> each.toString().endsWith(".yaml"))
                    .filter(each -> !each.endsWith("values.yaml"))
                    .toList()) {
                for (JsonNode object : Yaml.documents(Yaml.read(file))) {
                    assertEquals(Optional.empty(), Models.fault(object));
                    if (object.path("apiVersion").asText().startsWith("pavise.dev/")) {
                        assertTrue(ours.contains(object.path("kind").asText()), object::toString);
                    }
                }
            }
        }
    }
}
