package dev.pavise.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Files that are made of others in this tree, since Helm and kustomize take nothing from beyond their own folders. */
final class Generated {
    static final String HOW = "run deploy/kustomize/render";

    private static final String HEAD = "# Made of the chart: " + HOW + " after a change there.\n";

    private Generated() {}

    /** What the chart takes from elsewhere in the tree. It has to be there before the chart is rendered. */
    static Map<Path, String> copies() {
        Map<Path, String> files = new TreeMap<>();
        definitions()
                .forEach(file -> files.put(
                        Chart.FOLDER.resolve("crds").resolve(String.valueOf(file.getFileName())), Yaml.read(file)));
        files.put(Chart.FOLDER.resolve("files/rules.yaml"), Yaml.read(Path.of("prometheus/rules.yaml")));
        files.put(Chart.FOLDER.resolve("files/dashboard.json"), Yaml.read(Path.of("grafana/pavise.json")));
        return files;
    }

    /** What is rendered. */
    static Map<Path, String> rendered() {
        Map<Path, String> files = new TreeMap<>();
        StringBuilder definitions = new StringBuilder(HEAD);
        definitions().forEach(file -> definitions.append("---\n").append(Yaml.read(file)));
        files.put(Kustomize.FOLDER.resolve("base/crds.yaml"), definitions.toString());
        List<JsonNode> base = Kustomize.objects("");
        files.put(Kustomize.FOLDER.resolve("base/pavise.yaml"), HEAD + Yaml.text(base));
        Kustomize.OVERLAYS.forEach((name, values) -> {
            Path folder = Kustomize.FOLDER.resolve("overlays").resolve(name);
            Overlay overlay = Overlay.between(base, Kustomize.objects(values));
            StringBuilder kustomization = new StringBuilder(HEAD)
                    .append("# It stands for these values:\n#   ")
                    .append(values.strip().replace("\n", "\n#   "))
                    .append(
                            "\napiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n  - ../../base\n");
            if (!overlay.added().isEmpty()) {
                files.put(folder.resolve("added.yaml"), HEAD + Yaml.text(overlay.added()));
                kustomization.append("  - added.yaml\n");
            }
            kustomization.append("patches:\n  - path: changed.yaml\n");
            files.put(folder.resolve("changed.yaml"), HEAD + Yaml.text(overlay.changes()));
            // One by one: kustomize 5.5 falls over a file that takes two objects out.
            overlay.removals()
                    .forEach(each -> kustomization
                            .append("  - patch: |\n      ")
                            .append(Yaml.text(List.of(each))
                                    .replace("---\n", "")
                                    .strip()
                                    .replace("\n", "\n      "))
                            .append('\n'));
            files.put(folder.resolve("kustomization.yaml"), kustomization.toString());
        });
        return files;
    }

    private static List<Path> definitions() {
        try (Stream<Path> files = Files.list(Path.of("crds"))) {
            return files.filter(each -> each.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void write(Map<Path, String> files) {
        files.forEach((file, text) -> {
            try {
                Files.createDirectories(file.getParent());
                Files.writeString(file, text);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }
}
