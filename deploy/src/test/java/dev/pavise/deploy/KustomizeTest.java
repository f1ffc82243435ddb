package dev.pavise.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Base and overlays say the same as the chart. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = Chart.WHY_SKIPPED)
class KustomizeTest {
    /** {@code deploy/kustomize/render} asks for it. Twice: what is copied into the chart is rendered by the second. */
    @BeforeAll
    static void writeWhereAskedTo() {
        if (Boolean.getBoolean("pavise.write")) {
            Generated.write(Generated.copies());
            Generated.write(Generated.rendered());
        }
    }

    static Stream<String> overlays() {
        return Kustomize.OVERLAYS.keySet().stream().sorted();
    }

    @Test
    void theChartHasWhatItTakesFromElsewhere() {
        assertUpToDate(Generated.copies());
    }

    @Test
    void baseAndOverlaysAreUpToDate() {
        assertUpToDate(Generated.rendered());
    }

    private static void assertUpToDate(Map<Path, String> files) {
        files.forEach((file, text) -> {
            assertTrue(Files.exists(file), () -> file + " is missing; " + Generated.HOW);
            assertEquals(text, Yaml.read(file), () -> file + " is not what comes of its source; " + Generated.HOW);
        });
    }

    private static List<JsonNode> read(Path file) {
        return Files.exists(file) ? Yaml.documents(Yaml.read(file)) : List.of();
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void anOverlaySaysWhatTheChartSaysWithItsValues(String name) {
        Path folder = Kustomize.FOLDER.resolve("overlays").resolve(name);
        List<JsonNode> patches = new ArrayList<>(read(folder.resolve("changed.yaml")));
        for (JsonNode each :
                Yaml.document(Yaml.read(folder.resolve("kustomization.yaml"))).path("patches")) {
            if (each.has("patch")) {
                patches.add(Yaml.document(each.path("patch").asText()));
            }
        }
        Overlay overlay = new Overlay(read(folder.resolve("added.yaml")), patches);
        List<JsonNode> merged = overlay.applied(read(Kustomize.FOLDER.resolve("base/pavise.yaml")));
        assertEquals(sorted(Kustomize.objects(Kustomize.OVERLAYS.get(name))), sorted(merged));
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void kustomizeItselfMakesTheSameOfIt(String name) throws IOException, InterruptedException {
        assumeTrue(
                Programs.find("kubectl").isPresent(),
                "kubectl is not on the PATH: the overlay was merged by hand only");
        String built = Programs.output(
                "kubectl",
                "kustomize",
                Kustomize.FOLDER.resolve("overlays").resolve(name).toString());
        List<JsonNode> objects = Yaml.documents(built).stream()
                .filter(each -> !each.path("kind").asText().equals("CustomResourceDefinition"))
                .toList();
        assertEquals(sorted(Kustomize.objects(Kustomize.OVERLAYS.get(name))), sorted(objects));
    }

    private static Map<String, JsonNode> sorted(List<JsonNode> objects) {
        return new TreeMap<>(Overlay.named(objects));
    }
}
