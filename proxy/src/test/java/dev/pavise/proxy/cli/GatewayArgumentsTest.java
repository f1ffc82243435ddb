package dev.pavise.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class GatewayArgumentsTest {
    @TempDir
    Path folder;

    static Stream<Arguments> plain() {
        return Stream.of(
                arguments("gateway", new ConfigChoice(null, null, null)),
                arguments("serve", new ConfigChoice(null, null, null)),
                arguments("serve --port 0", new ConfigChoice(null, null, 0)),
                arguments("gateway -c a.yaml", new ConfigChoice(Path.of("a.yaml"), null, null)),
                arguments(
                        "gateway --port 8443 --config a.yaml --data-dir d",
                        new ConfigChoice(Path.of("a.yaml"), Path.of("d"), 8443)));
    }

    @ParameterizedTest
    @MethodSource("plain")
    void readsPlainForms(String line, ConfigChoice choice) {
        assertEquals(
                choice, GatewayArguments.plain(List.of(line.split(" ", -1))).orElseThrow());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "demo",
                "gateway --help",
                "gateway --port",
                "gateway --port many",
                "gateway --port 1 --port 2",
                "gateway --config=a.yaml",
                "gateway --config --port",
                "gateway --nonsense 1",
                "gateway a.yaml",
                "gateway -h --port 1"
            })
    void leavesTheRestToPicocli(String line) {
        assertTrue(GatewayArguments.plain(List.of(line.split(" ", -1))).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"gateway --config nowhere.yaml", "gateway --config=nowhere.yaml", "serve --config=nowhere.yaml"})
    void bothWaysInRefuseAConfigurationThatIsNotThere(String line) {
        StringWriter err = new StringWriter();

        assertEquals(ExitCode.WANTING, run(err, name -> null, line));
        assertTrue(err.toString().contains("nowhere.yaml"), err::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gateway --port 65536", "gateway --port=65536", "gateway --port=-1", "serve --port many"})
    void refusesAPortThatThereIsNot(String line) {
        StringWriter err = new StringWriter();

        assertEquals(ExitCode.MISUSE, run(err, name -> null, line));
        assertTrue(err.toString().contains("--port"), err::toString);
    }

    @Test
    void refusesALevelThatDoesNotExist() {
        StringWriter err = new StringWriter();

        assertEquals(ExitCode.MISUSE, run(err, name -> name.equals("PAVISE_LOG_LEVEL") ? "loud" : null, "gateway"));
        assertEquals(
                "pavise: PAVISE_LOG_LEVEL `loud` is none of trace, debug, info, warn, error, off\n", err.toString());
    }

    private int run(StringWriter err, dev.pavise.policy.config.EnvironmentLookup environment, String line) {
        Surroundings here = new Surroundings(environment, folder, false, InstantSource.system());
        return CommandTree.run(
                List.of(line.split(" ", -1)), here, new PrintWriter(new StringWriter()), new PrintWriter(err, true));
    }
}
