package dev.pavise.proxy.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.signing.SigningKey;
import dev.pavise.policy.tool.ManifestReader;
import dev.pavise.policy.tool.SignedManifest;
import dev.pavise.policy.tool.ToolVersions;
import dev.pavise.proxy.tls.TlsMaterial;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Manifests that a configuration gives: all of them good, or none. */
final class GivenManifestsTest {
    @TempDir
    Path folder;

    private Path write(String name, String tool, String version) throws Exception {
        return Files.write(folder.resolve(name), Signed.manifest(tool, version).json());
    }

    private static ToolBook given(Path... places) {
        TlsMaterial<ToolBook> read = GivenManifests.read(List.of(places), Signed.VERIFIER);
        return assertInstanceOf(TlsMaterial.Ready.class, read, read.toString()).value() instanceof ToolBook book
                ? book
                : ToolBook.EMPTY;
    }

    private static String refused(Path... places) {
        TlsMaterial<ToolBook> read = GivenManifests.read(List.of(places), Signed.VERIFIER);
        return assertInstanceOf(TlsMaterial.Refused.class, read, read.toString())
                .problems()
                .toString();
    }

    private static List<String> known(ToolBook book) {
        return book.registry().tools().stream().map(ToolVersions::toolId).toList();
    }

    @Test
    void readsFilesAndFolders() throws Exception {
        Path alone = write("alone.manifest", "alone", "1.0.0");
        Path inside = Files.createDirectory(folder.resolve("inside"));
        Files.move(write("b.json", "b", "1.0.0"), inside.resolve("b.json"));
        Files.move(write("a.json", "a", "1.0.0"), inside.resolve("a.json"));
        assertEquals(List.of("a", "alone", "b"), known(given(alone, inside)));
        assertEquals(List.of(), known(given()));
    }

    /** As Kubernetes lays out what it mounts. */
    @Test
    void readsAMountedVolume() throws Exception {
        Path volume = Files.createDirectory(folder.resolve("volume"));
        Path data = Files.createDirectory(volume.resolve("..2026_11_22"));
        Files.move(write("a.json", "a", "1.0.0"), data.resolve("a.json"));
        Files.createSymbolicLink(volume.resolve("..data"), data.getFileName());
        Files.createSymbolicLink(volume.resolve("a.json"), Path.of("..data/a.json"));
        assertEquals(List.of("a"), known(given(volume)));
    }

    @Test
    void takesVersionsInTheirOwnOrder() throws Exception {
        Path newer = write("1.json", "tool", "1.10.0");
        Path older = write("2.json", "tool", "1.9.0");
        ToolBook book = given(newer, older, newer);
        assertEquals(2, book.registry().tools().iterator().next().live().size());
    }

    @Test
    void refusesWhatAnOtherKeySigned() throws Exception {
        String draft = new String(Signed.manifest("tool", "1.0.0").json(), StandardCharsets.UTF_8)
                .replaceFirst(",?\"(signature|key_id)\":\"[^\"]*\"", "")
                .replaceFirst(",?\"(signature|key_id)\":\"[^\"]*\"", "");
        SignedManifest foreign = SignedManifest.sign(
                ManifestReader.draft(draft.getBytes(StandardCharsets.UTF_8)), SigningKey.generate());
        Path file = Files.write(folder.resolve("foreign.json"), foreign.json());
        assertTrue(refused(file).contains("signature_invalid"), refused(file));
    }

    @Test
    void refusesAllWhereOneIsBad() throws Exception {
        Path good = write("good.json", "good", "1.0.0");
        Path bad = Files.writeString(folder.resolve("bad.json"), "{}");
        assertTrue(refused(good, bad).contains("bad.json` is refused (manifest_malformed)"), refused(good, bad));
        Path large = Files.writeString(folder.resolve("large.json"), " ".repeat(200_000));
        assertTrue(refused(large).contains("larger than"));
        assertTrue(refused(folder.resolve("absent.json")).contains("cannot be read"));
        Path inside = Files.createDirectory(folder.resolve("inside"));
        Files.writeString(inside.resolve("README"), "");
        assertTrue(refused(inside).contains("is no manifest"));
    }
}
