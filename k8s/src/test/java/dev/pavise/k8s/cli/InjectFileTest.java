package dev.pavise.k8s.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class InjectFileTest {
    private static final String POD =
            "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: a, image: a, ports: [{containerPort: 80}]}]}}\n";

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void config() throws IOException {
        Files.writeString(
                folder.resolve("injector.yaml"), "sidecar: {image: \"pavise:1\"}\naudit: {ephemeral: true}\n");
    }

    private int run(String in, String... arguments) {
        List<String> all = new ArrayList<>(
                List.of("--config", folder.resolve("injector.yaml").toString()));
        all.addAll(List.of(arguments));
        return execute(
                new InjectFile(name -> null, new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8))), all);
    }

    private int execute(Object command, List<String> arguments) {
        return new CommandLine(command)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments.toArray(String[]::new));
    }

    @Test
    void readsStandardInputAndWritesStandardOutput() {
        assertEquals(0, run(POD, "-f", "-"), err::toString);
        assertTrue(out.toString().contains("image: pavise:1"), out.toString());
        assertEquals("Pod p: injected\n", err.toString());
    }

    @Test
    void writesTheFileThatItReads() throws Exception {
        Path file = Files.writeString(folder.resolve("pod.yaml"), POD);
        assertEquals(0, run("", "-f", file.toString(), "-o", file.toString()), err::toString);
        String once = Files.readString(file);
        assertTrue(once.contains("restartPolicy: Always"), once);
        assertEquals(0, run("", "-f", file.toString(), "-o", file.toString()), err::toString);
        assertEquals(once, Files.readString(file));
    }

    @Test
    void writesNothingWhereAPodIsRefused() {
        Path target = folder.resolve("out.yaml");
        String bad = POD.replace("spec: {", "spec: {hostNetwork: true, ");
        assertEquals(1, run(bad, "-f", "-", "-o", target.toString()));
        assertTrue(err.toString().contains("pavise: -: Pod p: refused: spec.hostNetwork"), err.toString());
        assertFalse(Files.exists(target));
    }

    @Test
    void saysWhatIsWrongWithItsConfigurationOrItsFile() throws Exception {
        assertEquals(1, run("", "-f", folder.resolve("nowhere.yaml").toString()));
        Files.writeString(folder.resolve("injector.yaml"), "sidecar: {image: \"pavise:1\"}\n");
        assertEquals(1, run(POD, "-f", "-"));
        assertTrue(err.toString().contains("`audit` is missing"), err.toString());
        assertEquals(2, run(POD), "without a file");
    }

    @Test
    void injectorListsItsKeysAndSaysWhyItDoesNotStart() {
        InjectorCommand injector = new InjectorCommand(name -> null, new CountDownLatch(0));
        assertEquals(0, execute(injector, List.of("--keys")));
        assertTrue(out.toString().contains("sidecar.resources.memory_limit"), out.toString());
        assertEquals(
                1,
                execute(
                        new InjectorCommand(name -> null, new CountDownLatch(0)),
                        List.of(
                                "--check",
                                "--config",
                                folder.resolve("injector.yaml").toString())));
        assertTrue(err.toString().contains("`tls` is missing"), err.toString());
    }
}
