package dev.pavise.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CommandTreeTest {
    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @ValueSource(strings = "deploy")
    void refusesWhatIsNotBuilt(String command) {
        assertEquals(ExitCode.MISUSE, run(command, "--help"));
        assertEquals("pavise: " + command + " is not built yet\n", err.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"manager --config m.yaml", "injector", "runner --check", "k8s inject -f deploy.yaml"})
    void leavesOtherProgramsToTheLauncher(String line) {
        assertEquals(ExitCode.MISUSE, run(line.split(" ", -1)));
        assertTrue(err.toString().contains("pavise " + line), err.toString());
    }

    @Test
    void takesNoCommandAsMisuse() {
        assertEquals(ExitCode.MISUSE, run());
        assertTrue(err.toString().contains("name a command"));
    }

    @Test
    void takesAnUnknownCommandAsMisuse() {
        assertEquals(ExitCode.MISUSE, run("nonsense"));
        assertTrue(err.toString().contains("nonsense"));
    }

    @Test
    void helpsOnStandardOutput() {
        assertEquals(ExitCode.DONE, run("--help"));
        assertTrue(out.toString().contains("Usage: pavise"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--version",
                "audit --version",
                "audit query -V",
                "gateway --version",
                "security renew -V",
                "doctor --version"
            })
    void tellsItsVersionEverywhere(String line) {
        assertEquals(ExitCode.DONE, run(line.split(" ", -1)));
        assertEquals("pavise 0.1.0\n", out.toString());
    }

    private int run(String... arguments) {
        Surroundings here = new Surroundings(name -> null, folder, false, InstantSource.system());
        return CommandTree.run(List.of(arguments), here, new PrintWriter(out, true), new PrintWriter(err, true));
    }
}
