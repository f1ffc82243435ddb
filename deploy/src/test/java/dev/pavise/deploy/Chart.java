package dev.pavise.deploy;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** The chart, rendered by Helm itself, which comes as a library for this one platform. */
final class Chart {
    static final Path FOLDER = Path.of("helm", "pavise").toAbsolutePath();
    static final String NAMESPACE = "pavise-system";
    static final String WHY_SKIPPED = "Helm comes as a library for Linux on x86-64 only";

    /** The library takes the cluster to be an old one and cannot be told otherwise, so the version that the chart asks for is left out of this copy. */
    private static final Path RENDERED = copy();

    private Chart() {}

    private static Path copy() {
        try {
            Path copy = Files.createDirectories(Path.of("target", "chart")).toAbsolutePath();
            try (Stream<Path> old = Files.walk(copy)) {
                old.sorted(Comparator.reverseOrder())
                        .forEach(each -> each.toFile().delete());
            }
            try (Stream<Path> files = Files.walk(FOLDER)) {
                for (Path each : files.filter(Files::isRegularFile).toList()) {
                    Path target = copy.resolve(FOLDER.relativize(each).toString());
                    Files.createDirectories(target.getParent());
                    Files.writeString(target, Files.readString(each).replaceAll("(?m)^kubeVersion: .*\n", ""));
                }
            }
            return copy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What Helm makes of these values, over the defaults. */
    static Rendered render(String values) {
        return new Rendered(text(values));
    }

    /** The text of it. */
    static String text(String values) {
        try {
            Path file = Files.createTempFile("values", ".yaml");
            try {
                Files.writeString(file, values);
                TemplateCommand template = new Helm(RENDERED)
                        .template()
                        .withName("pavise")
                        .withNamespace(NAMESPACE)
                        .withValuesFile(file);
                return template.call();
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Why Helm does not render these values; fails if it does. */
    static String refusal(String values) {
        try {
            text(values);
        } catch (IllegalStateException e) {
            return String.valueOf(e.getMessage());
        }
        throw new AssertionError("was rendered: " + values);
    }
}
