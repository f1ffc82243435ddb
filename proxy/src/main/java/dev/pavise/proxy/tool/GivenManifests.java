package dev.pavise.proxy.tool;

import dev.pavise.policy.tool.Admission;
import dev.pavise.policy.tool.ManifestReader;
import dev.pavise.policy.tool.Refused;
import dev.pavise.policy.tool.Registration;
import dev.pavise.policy.tool.ToolRegistry;
import dev.pavise.policy.tool.ToolVerifier;
import dev.pavise.policy.tool.TrustedManifest;
import dev.pavise.proxy.tls.TlsMaterial;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The manifests that a configuration gives, each a file of its own or one of a folder: {@code *.json}, as the management API takes them. Names that
 * begin with a dot are passed over, as mounted volumes have some of their own.
 *
 * <p>Guarantees: each is admitted by the same verifier as what is registered over the API, and one that is not keeps the configuration out of
 * force; being here means no more than being registered: each run checks anew.
 */
final class GivenManifests {
    private static final int MOST_FILES = 500;
    private static final int MOST_BYTES = 128 * 1024;

    private final ToolVerifier verifier;
    private final List<String> problems = new ArrayList<>();

    private GivenManifests(ToolVerifier verifier) {
        this.verifier = verifier;
    }

    /** All of them, or every reason why not. */
    static TlsMaterial<ToolBook> read(List<Path> places, ToolVerifier verifier) {
        GivenManifests given = new GivenManifests(verifier);
        ToolRegistry registry = given.registry(given.files(places));
        return given.problems.isEmpty()
                ? new TlsMaterial.Ready<>(new ToolBook(registry, Map.of()), List.of())
                : new TlsMaterial.Refused<>(given.problems);
    }

    private record Trusted(Path file, TrustedManifest manifest) {}

    private List<Path> files(List<Path> places) {
        List<Path> files = new ArrayList<>();
        for (Path place : places) {
            if (Files.isDirectory(place)) {
                files.addAll(inside(place));
            } else {
                files.add(place);
            }
        }
        if (files.size() > MOST_FILES) {
            problems.add("`tools.manifests` names more than " + MOST_FILES + " files");
            return List.of();
        }
        return files;
    }

    private List<Path> inside(Path folder) {
        try (Stream<Path> all = Files.list(folder)) {
            List<Path> named = all.filter(file -> !file.getFileName().toString().startsWith("."))
                    .sorted()
                    .limit(MOST_FILES + 1L)
                    .toList();
            named.stream()
                    .filter(file -> !file.getFileName().toString().endsWith(".json"))
                    .forEach(
                            file -> problems.add(
                                    "`" + file
                                            + "` is no manifest (`.json`), take it out of the folder, or name the manifests one by one"));
            return named;
        } catch (IOException | UncheckedIOException unreadable) {
            problems.add(
                    "`" + folder + "` cannot be read: " + unreadable.getClass().getSimpleName());
            return List.of();
        }
    }

    /** Versions only go up, so those of a tool are registered from the lowest on, whatever their files are called. */
    private ToolRegistry registry(List<Path> files) {
        List<Trusted> trusted = new ArrayList<>();
        files.forEach(file -> admit(file, trusted));
        trusted.sort(Comparator.comparing(
                        (Trusted each) -> each.manifest().manifest().toolId())
                .thenComparing(each -> each.manifest().manifest().version()));
        ToolRegistry registry = ToolRegistry.empty();
        for (Trusted each : trusted) {
            switch (registry.register(each.manifest())) {
                case Refused refused -> refuse(each.file(), refused);
                case Registration.Registered(ToolRegistry next, boolean ignored) -> registry = next;
            }
        }
        return registry;
    }

    private void admit(Path file, List<Trusted> trusted) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                problems.add("`" + file + "` is larger than " + MOST_BYTES + " bytes");
                return;
            }
            switch (verifier.admit(ManifestReader.read(bytes))) {
                case Refused refused -> refuse(file, refused);
                case Admission.Admitted(TrustedManifest manifest) -> trusted.add(new Trusted(file, manifest));
            }
        } catch (IOException unreadable) {
            problems.add(
                    "`" + file + "` cannot be read: " + unreadable.getClass().getSimpleName());
        }
    }

    private void refuse(Path file, Refused refused) {
        problems.add("the manifest `" + file + "` is refused ("
                + refused.code().name().toLowerCase(java.util.Locale.ROOT) + "): " + refused.reason());
    }
}
